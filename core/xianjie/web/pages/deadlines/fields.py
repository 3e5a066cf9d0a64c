"""The fields of a form for facts: made from the vocabulary, filled from a record or from what was typed, and read back.

What is typed is never lost: a field gives back the very text, also where it is wrong.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xianjie.errors import InputError, Place, Problem
from xianjie.service.problems import at
from xianjie.vocabulary import FactSpec, FactType
from xianjie.web.door.posted import Posted

Fault = tuple[str, str, str]
"""The id of a field, what to call it, and what is wrong."""

YES, NO = "yes", "no"
NEVER = "never"
"""What stands in a record for a day that is known not to have come."""
_PLAINER = {
    "word-unknown": ("请从列表里选一个", "choose one of the list"),
    "type-bool": ("请选是、否或不清楚", "choose yes, no or not known"),
}
"""What a form says in place of sentences that are for programs."""
_DAY = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_BETWEEN = re.compile(r"[、，,;；\n]+")


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a field; `never` is ticked where a day is known not to have come."""

    text: str = ""
    never: bool = False


def name_of(spec: FactSpec) -> str:
    """Give the name under which a fact's field is posted."""
    return f"facts.{spec.short}"


def filled(specs: Sequence[FactSpec], facts: Mapping[str, Any]) -> dict[str, Typed]:
    """Fill the fields from facts."""
    return {spec.short: _written(spec, facts.get(spec.short)) for spec in specs}


def typed(specs: Sequence[FactSpec], posted: Posted) -> dict[str, Typed]:
    """Fill the fields with what was typed."""
    return {
        spec.short: Typed(posted.text(name_of(spec)), bool(posted.text(f"{name_of(spec)}.never"))) for spec in specs
    }


def facts_typed(specs: Sequence[FactSpec], given: Mapping[str, Typed]) -> tuple[dict[str, Any], list[Problem]]:
    """Read facts as a case has them; what is left empty is unknown."""
    facts: dict[str, Any] = {}
    problems = []
    for spec in specs:
        one = given[spec.short]
        if one.never and spec.type is FactType.EVENT:
            if one.text:
                zh, en = "既填了日期，又选了“从未”，请只留一个", "a day and “never”: keep one of them"
                problems.append(Problem("day-and-never", zh, en, at(("facts", spec.short))))
            facts[spec.short] = NEVER
        elif one.text:
            facts[spec.short] = _read(spec, one.text)
    return facts, problems


def day_typed(text: str) -> str:
    """Write a day as ISO 8601 where it is one in any usual form; else the text as it is."""
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _DAY.fullmatch(plain)
    return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}" if found else text


def code_typed(text: str) -> str:
    """Read a code or a number with the letters of an input method as plain ones."""
    return unicodedata.normalize("NFKC", text).strip()


def gathered(*checks: Callable[[], object]) -> list[Problem]:
    """Make all checks, and list what they find: nobody mends a form ten times over."""
    problems: dict[Problem, None] = {}
    for check in checks:
        try:
            check()
        except InputError as error:
            problems.update(dict.fromkeys(error.problems))
    return list(problems)


def told(
    problems: Sequence[Problem], labels: Mapping[str, str], say: Callable[[str, str], str]
) -> tuple[list[Fault], dict[str, str]]:
    """Give faults for the top of a form, and by the name of a field for the field itself.

    `labels` names the fields by what they are posted as; a field's id is that name with `f-` before it.
    """
    faults: list[Fault] = []
    at_fields: dict[str, str] = defaultdict(str)
    for one in problems:
        name = _field(one.place)
        sentence = say(*_PLAINER.get(one.code, (one.zh, one.en)))
        if name in labels:
            faults.append((id_of(name), labels[name], sentence))
            at_fields.setdefault(name, sentence)
        else:
            faults.append(("", "", sentence))
    return faults, at_fields


def id_of(name: str) -> str:
    """Give the id of the field that is posted under a name."""
    return "f-" + name.replace(".", "-").replace("_", "-")


def _field(place: Place) -> str:
    path = (place.path or "").strip("/")
    parts = path.split("/")
    return ".".join(parts[:2]) if parts[0] == "facts" else parts[0]


def _written(spec: FactSpec, value: Any) -> Typed:
    if value is None:
        return Typed()
    if value == NEVER and spec.type is FactType.EVENT:
        return Typed("", True)
    if spec.type is FactType.BOOL:
        return Typed(YES if value else NO)
    if isinstance(value, list):
        return Typed("、".join(str(one) for one in value))
    return Typed(str(value))


def _read(spec: FactSpec, text: str) -> Any:
    match spec.type:
        case FactType.BOOL:
            return {YES: True, NO: False}.get(text, text)
        case FactType.INT:
            plain = code_typed(text)
            return int(plain) if _WHOLE.fullmatch(plain) else text
        case FactType.EVENT:
            return day_typed(text)
        case FactType.SET:
            return [one.strip() for one in _BETWEEN.split(text) if one.strip()]
        case FactType.MONEY | FactType.NUMBER:
            return code_typed(text)
        case _:
            return text
