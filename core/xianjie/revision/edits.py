"""Make an overlay out of what was typed in a form, and tell what is wrong at the field where it was typed."""

from __future__ import annotations

import copy
import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from xianjie.errors import InputError, PolicyError, Problem, written_path
from xianjie.language.names import Scope
from xianjie.policy.conditions import scope_of
from xianjie.policy.overlay import overlaid, overlay_of, parse_overlay
from xianjie.policy.overlay_model import Overlay
from xianjie.policy.overlay_text import overlay_text
from xianjie.policy.prepared import Policy
from xianjie.policy.yaml_tree import Path
from xianjie.revision.editable import Slot, slots_of, text_in
from xianjie.revision.typed import Fault, Reading, day_typed, typed

Values = Mapping[str, str]
"""What was typed, by the ids of slots; for the head by `head/…`, for rules that go by `drop/…`."""

_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_NOTHING = object()
HEAD = ("id", "zh", "en")
DOCUMENT_TEXTS = ("title", "number")
DOCUMENT_DAYS = ("adopted", "issued", "effective", "expires")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a form shows of an overlay: the texts of its slots, and the rest, which no field holds.

    `locked` are the slots whose part the overlay writes in another shape: they stay as the overlay has them.
    """

    slots: Sequence[Slot]
    texts: Mapping[str, str]
    rest: Mapping[str, Any]
    locked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Edited:
    """What came of what was typed: the overlay's text and the revised policy, or what is wrong.

    `policy` is None where there are faults; `changed` are the ids of the slots that are not as the base has them.
    """

    text: str
    policy: Policy | None
    faults: tuple[Fault, ...]
    changed: frozenset[str]
    scope: Scope


def draft_of(base: Policy, overlay: Overlay | None = None) -> Draft:
    """Open an overlay, or none yet, for editing; its base was checked by whoever read it."""
    given = {} if overlay is None else overlay.file.model_dump(mode="python", by_alias=True, exclude_unset=True)
    return drafted(base, given)


def drafted(base: Policy, given: Mapping[str, Any], more: Mapping[str, int] | None = None) -> Draft:
    """Open an overlay's plain values for editing; `more` asks for room for so many more values of parameters."""
    rest = copy.deepcopy(dict(given))
    wanted = dict(more or {})
    for name, value in dict(rest.get("set", {})).items():
        if name in base.file.parameters:
            listed = value if isinstance(value, list) else [{"value": value}]
            beyond = len(listed) - len(base.file.parameters[name].values)
            wanted[name] = max(wanted.get(name, 0), beyond)
    slots = slots_of(base, wanted)
    texts = {slot.id: slot.text for slot in slots}
    locked: set[str] = set()
    raw = _Raw(base)
    for piece, members in _pieces(slots).items():
        found = _taken(rest, piece)
        if found is _NOTHING:
            continue
        read = _texts(raw.of(piece), found, members)
        if read is None:
            locked |= {slot.id for slot in members}
            _put_back(rest, piece, found)
        else:
            texts |= read
    for rule in _dropped(rest, base):
        texts[f"drop/{rule}"] = "1"
    texts |= _head_texts(rest, base)
    return Draft(slots, texts, rest, frozenset(locked))


def edited(base: Policy, rest: Mapping[str, Any], values: Values) -> Edited:
    """Make the overlay: what no field holds, with what was typed put in its place; `rest` is that of a Draft.

    What is not among the values stays as the base has it.
    """
    more = _more(base, values)
    draft = drafted(base, rest, more)
    overlay = copy.deepcopy(dict(draft.rest))
    faults: list[Fault] = []
    _head(overlay, base, values, faults)
    dropped = [rule.id for _, rule in base.rules() if values.get(f"drop/{rule.id}")]
    if dropped:
        overlay["drop"] = [*overlay.get("drop", []), *dropped]
    scope = _scope(base, overlay)
    raw, changed = _Raw(base), set()
    for piece, members in _pieces(draft.slots).items():
        if any(slot.id in draft.locked for slot in members) or (piece[0] == "rules" and piece[1] in dropped):
            continue
        texts = {slot.id: typed(slot, values) for slot in members}
        moved = {slot.id for slot in members if texts[slot.id] != slot.text}
        if not moved:
            continue
        changed |= moved
        reading = Reading(scope, faults)
        before = len(faults)
        read = {slot.id: reading.value(slot, texts[slot.id]) for slot in members if slot.id in moved}
        if len(faults) == before:
            _change(overlay, piece, members, raw.of(piece), read, texts, faults)
    text = overlay_text(overlay)
    policy = None
    if not faults:
        policy = _tried(base, overlay, text, draft.slots, faults)
    return Edited(text, policy, tuple(faults), frozenset(changed), scope)


# -- pieces ------------------------------------------------------------------------------------------------------------


class _Raw:
    """The base's plain values, by pieces."""

    def __init__(self, base: Policy) -> None:
        self.value = base.file.model_dump(mode="python", by_alias=True, exclude_unset=True)
        self.rules = {rule["id"]: rule for clause in self.value["clauses"] for rule in clause.get("rules", ())}

    def of(self, piece: Path) -> Any:
        """Give a copy of a piece: a parameter's list of values, a definition, a field of a rule; None where unset."""
        match piece:
            case ("parameters", name):
                return copy.deepcopy(self.value["parameters"][name]["values"])
            case ("definitions", name):
                return copy.deepcopy(self.value["definitions"][name])
            case _:
                return copy.deepcopy(self.rules[str(piece[1])].get(piece[2]))


def _pieces(slots: Iterable[Slot]) -> dict[Path, list[Slot]]:
    out: dict[Path, list[Slot]] = {}
    for slot in slots:
        out.setdefault(slot.piece, []).append(slot)
    return out


def _place(piece: Path) -> Path:
    """Tell where an overlay holds a piece."""
    return ("set", piece[1]) if piece[0] == "parameters" else piece


def _taken(overlay: dict[str, Any], piece: Path) -> Any:
    """Take a piece out of an overlay's values, and what is left empty with it."""
    steps = _place(piece)
    holders = [overlay]
    for step in steps[:-1]:
        holder = holders[-1].get(str(step))
        if not isinstance(holder, dict):
            return _NOTHING
        holders.append(holder)
    if steps[-1] not in holders[-1]:
        return _NOTHING
    found = holders[-1].pop(str(steps[-1]))
    for holder, step in reversed(list(zip(holders, steps[:-1], strict=False))):
        if not holder[str(step)]:
            del holder[str(step)]
    return found


def _put_back(overlay: dict[str, Any], piece: Path, value: Any) -> None:
    *steps, last = _place(piece)
    holder = overlay
    for step in steps:
        holder = holder.setdefault(str(step), {})
    holder[str(last)] = value


def _texts(before: Any, found: Any, members: Sequence[Slot]) -> dict[str, str] | None:
    """Read the texts of a piece's slots out of an overlay; None where it differs by more than the slots hold."""
    if members[0].piece[0] == "parameters":
        listed = found if isinstance(found, list) else [{"value": found}]
        rows = dict(enumerate(listed))
        return {
            slot.id: text_in(rows.get(int(slot.path[3]), {}).get(slot.path[4]), slot.kind) or "" for slot in members
        }
    out: dict[str, str] = {}
    first, second = copy.deepcopy(before), copy.deepcopy(found)
    for slot in members:
        inner = slot.path[len(slot.piece) :]
        value = _at(second, inner)
        text = None if value is _NOTHING else text_in(value, slot.kind)
        if text is None:
            return None
        out[slot.id] = text
        if inner:
            _set(first, inner, None)
            _set(second, inner, None)
        else:
            first = second = None
    return out if first == second else None


def _at(value: Any, path: Path) -> Any:
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return _NOTHING
    return value


def _set(value: Any, path: Path, new: Any) -> None:
    for step in path[:-1]:
        value = value[step]
    value[path[-1]] = new


def _change(
    overlay: dict[str, Any],
    piece: Path,
    members: Sequence[Slot],
    before: Any,
    read: Mapping[str, Any],
    texts: Mapping[str, str],
    faults: list[Fault],
) -> None:
    if piece[0] == "parameters":
        _put_back(overlay, piece, _listed(members, texts, faults))
        return
    value = before
    for slot in members:
        if slot.id in read:
            inner = slot.path[len(piece) :]
            if inner:
                _set(value, inner, read[slot.id])
            else:
                value = read[slot.id]
    _put_back(overlay, piece, value)


def _listed(members: Sequence[Slot], texts: Mapping[str, str], faults: list[Fault]) -> Any:
    """Make a parameter's values out of its rows; one value without a day stands by itself."""
    rows: dict[int, dict[str, Slot]] = {}
    for slot in members:
        rows.setdefault(int(slot.path[3]), {})[str(slot.path[4])] = slot
    out: list[dict[str, Any]] = []
    for number, row in sorted(rows.items()):
        value, since = texts[row["value"].id], texts[row["since"].id] if number else ""
        if not value and not since:
            continue
        if not value or (number and not since):
            slot = row["value"] if not value else row["since"]
            faults.append(
                Fault(slot.id, Problem("edit-pair", "数值和起始日须一起写", "the value and its first day go together"))
            )
            continue
        entry: dict[str, Any] = {"value": Decimal(value)}
        if since:
            day = day_typed(since)
            if out and day is not None and out[-1].get("since", dt.date.min) >= day:
                zh, en = "起始日须晚于上一行", "the day must be after that of the row above"
                faults.append(Fault(row["since"].id, Problem("parameter-dates", zh, en)))
            entry["since"] = day
        out.append(entry)
    return out[0]["value"] if len(out) == 1 and "since" not in out[0] else out


def _more(base: Policy, values: Values) -> dict[str, int]:
    """Count the values of each parameter that were typed beyond those that it has."""
    out: dict[str, int] = {}
    for key, text in values.items():
        steps = key.split("/")
        given = len(steps) == 5 and steps[0] == "parameters" and steps[1] in base.file.parameters and text.strip()
        if given and re.fullmatch(r"[0-9]{1,2}", steps[3], re.ASCII):
            beyond = int(steps[3]) + 1 - len(base.file.parameters[steps[1]].values)
            out[steps[1]] = max(out.get(steps[1], 0), beyond)
    return out


# -- the head ----------------------------------------------------------------------------------------------------------


def _head_texts(rest: dict[str, Any], base: Policy) -> dict[str, str]:
    """Take out of an overlay's values what the head of the form holds."""
    name = f"{base.id[:70]}-revision"
    usual = {"id": name, "zh": "修订设想", "en": ""}
    out = {f"head/{key}": str(rest.pop(key, usual[key])) for key in HEAD}
    document = rest.get("document")
    if isinstance(document, dict):
        out |= {f"head/{key}": str(document.get(key) or "") for key in (*DOCUMENT_TEXTS, *DOCUMENT_DAYS)}
        out["head/issuers"] = "\n".join(str(one) for one in document.get("issuers", ()))
        out["head/standing"] = str(document.get("standing", "draft"))
    else:
        out |= {f"head/{key}": "" for key in (*DOCUMENT_TEXTS, *DOCUMENT_DAYS, "issuers")}
        out["head/standing"] = "draft"
    return out


def _dropped(rest: dict[str, Any], base: Policy) -> list[str]:
    known = {rule.id for _, rule in base.rules()}
    named = rest.get("drop", [])
    kept = [name for name in named if name not in known]
    if kept:
        rest["drop"] = kept
    else:
        rest.pop("drop", None)
    return [name for name in named if name in known]


def _head(overlay: dict[str, Any], base: Policy, values: Values, faults: list[Fault]) -> None:
    told = {key: values.get(f"head/{key}", "").strip() for key in (*HEAD, *DOCUMENT_TEXTS, *DOCUMENT_DAYS, "issuers")}
    if not _ID.fullmatch(told["id"]) or len(told["id"]) > 80:
        zh = "编号用小写英文字母、数字和连字符，以字母开头"
        faults.append(Fault("head/id", Problem("edit-id", zh, "lower-case letters, digits and hyphens")))
    if not told["zh"]:
        faults.append(Fault("head/zh", Problem("edit-empty", "不能空着", "it cannot be left empty")))
    overlay |= {
        "overlay": 1,
        "id": told["id"],
        "base": base.id,
        "base_sha256": overlay.get("base_sha256", base.sha256),
        "zh": told["zh"],
        "en": told["en"] or told["zh"],
    }
    if not any(told[key] for key in (*DOCUMENT_TEXTS, *DOCUMENT_DAYS, "issuers")):
        overlay.pop("document", None)
        return
    document = dict(overlay["document"]) if isinstance(overlay.get("document"), dict) else {}
    for key in (*DOCUMENT_TEXTS, *DOCUMENT_DAYS):
        document.pop(key, None)
    document |= {key: told[key] for key in DOCUMENT_TEXTS if told[key]}
    document["issuers"] = [line.strip() for line in told["issuers"].splitlines() if line.strip()]
    for key in DOCUMENT_DAYS:
        if told[key]:
            document[key] = day_typed(told[key])
            if document[key] is None:
                zh, en = "没有这一天，日期须如 2025-05-01", "no such day; write it as 2025-05-01"
                faults.append(Fault(f"head/{key}", Problem("date-impossible", zh, en)))
    document["standing"] = "issued" if values.get("head/standing") == "issued" else "draft"
    document["validity"] = "in_force" if document["standing"] == "issued" else "not_in_force"
    overlay["document"] = document
    for key, zh, en in (("title", "题名", "the title"), ("issuers", "发文机关", "the issuers")):
        if not document.get(key):
            words = f"写了修改文件的其他项，就须写{zh}", f"{en} is needed where the document is described"
            faults.append(Fault(f"head/{key}", Problem("edit-empty", *words)))


# -- the whole ---------------------------------------------------------------------------------------------------------


def _scope(base: Policy, overlay: Mapping[str, Any]) -> Scope:
    """Give the names that conditions may use: the base's, and those that the overlay brings."""
    added = {key: overlay[key] for key in ("parameters", "definitions") if key in overlay}
    if added:
        head = {"overlay": 1, "id": "scope", "base": base.id, "zh": "-", "en": "-"}
        try:
            return scope_of(overlaid(base, overlay_of({**head, **added})))
        except (PolicyError, InputError):
            pass  # what is wrong with them is told with the whole
    return scope_of(base)


def _tried(
    base: Policy, overlay: Mapping[str, Any], text: str, slots: Sequence[Slot], faults: list[Fault]
) -> Policy | None:
    """Put the overlay on; what is wrong is told at the slot whose place it names."""
    try:
        overlaid(base, overlay_of(overlay))
        return overlaid(base, parse_overlay(text, f"{overlay['id']}.overlay.yaml"))
    except PolicyError as error:
        places = {written_path(_shown(slot)): slot.id for slot in slots}
        faults += [Fault(_slot(problem, places), problem) for problem in error.problems]
        return None


def _shown(slot: Slot) -> Path:
    return (*_place(slot.piece), *slot.path[len(slot.piece) :])


def _slot(problem: Problem, places: Mapping[str, str]) -> str | None:
    path = problem.place.path or ""
    if path.startswith("document."):
        return f"head/{path.split('.')[1]}"
    if path in ("id", "zh", "en"):
        return f"head/{path}"
    if path in places:
        return places[path]
    below = [one for one in places if one.startswith(path)] if path.count(".") >= 1 else []
    above = [one for one in places if path.startswith(one)]
    found = max(above, key=len) if above else below[0] if below else None
    return None if found is None else places[found]
