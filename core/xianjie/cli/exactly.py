"""The exact check of `xianjie assess --exact`: is what cannot be determined settled all the same?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from xianjie.cli.symbols import status_text, status_word
from xianjie.cli.telling import Telling
from xianjie.cli.typeset import hanging, indented
from xianjie.engine.wording import SILENT, point_name

if TYPE_CHECKING:
    from xianjie.cases import Case
    from xianjie.engine.assess import Engine
    from xianjie.engine.inquiry import Settings

Entry = dict[str, Any]


def checked_exactly(
    answers: Iterable[Entry], cases: Sequence[Case], engine: Engine, settings: Settings
) -> Iterator[Entry]:
    """Add to each answer, under `exact`, what all completions of the case come to where it is undetermined."""
    import datetime as dt

    from xianjie.proof.exact import Completions
    from xianjie.proof.plain import exact_data

    made: dict[tuple[int, int], Completions] = {}
    for case, answer in zip(cases, answers, strict=True):
        day = dt.date.fromisoformat(answer["as_of"]).toordinal()
        answer["exact"] = {}
        for name, entry in answer["regions"].items():
            policy = engine.documents.answering(name, day)
            key = (id(policy), day)
            if key not in made:
                made[key] = Completions(policy, day, settings.chosen(policy.region))
            answer["exact"][name] = exact_data(made[key].of(case, open_points(entry)), policy.vocabulary)
        yield answer


def open_points(entry: Mapping[str, Any]) -> list[str]:
    """Name the points of one region's answer that are undetermined; duties, which hang on dates, are not among them."""
    eligibility = entry["eligibility"]
    out = []
    if eligibility["status"] == "undetermined":
        out.append("eligibility")
    elif eligibility["coverage"] in SILENT and eligibility["priority"] == "undetermined":
        out.append("priority")
    for part, kind in (("services", "service"), ("incentives", "instrument")):
        names = [one[kind] for one in entry.get(part) or ()]
        for one in entry.get(part) or ():
            if one["status"] == "undetermined":
                several = names.count(one[kind]) > 1
                out.append(f"{kind}.{one[kind]}/{one['rule']}" if several else f"{kind}.{one[kind]}")
    referral = entry.get("referral")
    if referral is not None and referral["direction"] is not None:
        if referral["status"] == "undetermined":
            out.append(f"referral.{referral['direction']}")
        if (referral["simplification"] or {}).get("status") == "undetermined":
            out.append("simplification")
        out += [f"accompanying.{one['rule']}" for one in referral["accompanying"] if one["status"] == "undetermined"]
    return out


def exact_lines(t: Telling, found: Mapping[str, Any]) -> Iterator[RenderableType]:
    """Tell which undetermined points of a region are settled, and which hang on the missing facts indeed."""
    if not found:
        return
    yield Text("")
    yield indented(Text(t.say("穷尽核对", "exact check"), "bold"), 2)
    grouped: dict[tuple[str, ...], list[str]] = {}
    for key, one in found.items():
        name = point_name(key, [t.policy], t.lang)
        if one["settled"]:
            body = Text(name)
            body.append(t.say("：无论缺的事实如何，结论都是 ", ": whatever the missing facts are, it is "))
            yield hanging("=", body.append_text(status_text(one["status"], t.lang)), 4)
        else:
            statuses = tuple(entry["status"] for entry in one["reachable"]) if one["decided"] else ()
            grouped.setdefault(statuses, []).append(name)
    for statuses, names in grouped.items():
        words = t.say("、", ", ").join(names)
        if statuses:
            could = t.say("、", ", ").join(status_word(status, t.lang).plain for status in statuses)
            words += t.say(
                f"：确实取决于缺的事实，可能是{could}", f": hangs on the missing facts indeed, may be {could}"
            )
        else:
            words += t.say(
                "：未能核对（时间不够，或记录超出范围）", ": not checked (out of time, or records out of bounds)"
            )
        yield hanging("?", words, 4)
