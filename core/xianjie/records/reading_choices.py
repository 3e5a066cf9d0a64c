"""Reading choices: how an office settled an ambiguous text, with reason and authority, so that its later answers agree.

A settlement is never altered: a later one of the same office takes its place, or takes it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xianjie.access import NATIONAL, Action, Division, Resource, Target
from xianjie.errors import InputError, Place, Problem, nearest
from xianjie.policy.prepared import Policy
from xianjie.records.desk import Change, Desk
from xianjie.records.pages import Asked, Page, every, page
from xianjie.records.placing import LENGTHS, place_of, placed
from xianjie.records.refusals import clash
from xianjie.store import Record, View

COLLECTION = "reading_choices"


@dataclass(frozen=True, slots=True)
class Settlement:
    """What an office settles: one option of a set of readings (`axis`); None takes back what it settled before.

    `authority`: the document, or who decided.
    """

    axis: str
    option: str | None
    reason: str
    authority: str
    division: Division


@dataclass(frozen=True, slots=True)
class Choice:
    """A reading that is settled. `division` is the office that did, which may lie above the one asked for."""

    id: str
    region: str
    policy: str
    axis: str
    option: str
    division: str


def settle(change: Change, policy: Policy, settlement: Settlement) -> Record:
    """Enter a settlement on a document's readings.

    Raises InputError `reading-unknown` where the document has no such readings, Clash `reading-unsettled` where there
    is nothing to take back.
    """
    change.require(Action.SETTLE, Target(Resource.READING_CHOICE, settlement.division), named="division")
    _check(policy, settlement)
    place = (policy.region, policy.id, settlement.axis)
    if settlement.option is None and place not in _of_office(change.view, settlement.division):
        raise clash(
            "reading-unsettled",
            "本单位没有选定过这一处的读法，无可收回",
            "this office has settled nothing here that could be taken back",
            "option",
        )
    body = {
        "region": policy.region,
        "policy": policy.id,
        "sha256": policy.sha256,
        "axis": settlement.axis,
        "option": settlement.option,
        "reason": settlement.reason,
        "authority": settlement.authority,
        "at": change.at.isoformat(timespec="seconds"),
        "by": change.principal.id,
        **placed(settlement.division),
    }
    # numbered, so that the order of ids is that in which offices settled; who may read one may read all
    made = change.insert(COLLECTION, body, f"choice-{change.view.count(COLLECTION) + 1:06d}")
    event = "reading_settled" if settlement.option is not None else "reading_taken_back"
    told = {name: body[name] for name in ("region", "policy", "axis", "option", "division")}
    change.note(event, COLLECTION, made.id, **told)
    return made


def _check(policy: Policy, settlement: Settlement) -> None:
    axes = policy.file.readings
    if settlement.axis not in axes:
        raise _unknown("axis", settlement.axis, tuple(axes))
    options = tuple(option.id for option in axes[settlement.axis].options)
    if settlement.option is not None and settlement.option not in options:
        raise _unknown("option", settlement.option, options)


def _unknown(path: str, name: str, known: tuple[str, ...]) -> InputError:
    near = nearest(name, known)
    zh = "没有这组读法或这个选项" + (f"，是否为 {near}？" if near else f"；有：{'、'.join(known) or '无'}")
    en = "no such set of readings, or no such option" + (
        f"; did you mean {near}?" if near else f"; known: {', '.join(known) or 'none'}"
    )
    return InputError(Problem("reading-unknown", zh, en, Place(path=path)))


def settled(view: View, division: Division, documents: Iterable[Policy]) -> dict[str, dict[str, Choice]]:
    """Give what holds for an office before each document, by its id and then by `region:axis`.

    It is the office's own choice, else that of the nearest office above it; a settlement holds for the document it was
    made on. One look-up by index for each level, five at most above a village.
    """
    levels = [_of_office(view, office) for office in upward(division)]
    out: dict[str, dict[str, Choice]] = {}
    for policy in documents:
        for axis, model in policy.file.readings.items():
            place = (policy.region, policy.id, axis)
            choice = next((level[place] for level in levels if place in level), None)
            if choice is not None and any(option.id == choice.option for option in model.options):
                out.setdefault(policy.id, {})[f"{policy.region}:{axis}"] = choice
    return out


def agreed(found: Mapping[str, Mapping[str, Choice]], documents: Iterable[Policy]) -> dict[str, Choice]:
    """Give the readings, of those settled, that hold before several documents at once, by `region:axis`.

    Where documents of one region are not settled alike, no choice is given for it.
    """
    by_axis: dict[str, list[Choice | None]] = {}
    for policy in documents:
        for axis in policy.file.readings:
            name = f"{policy.region}:{axis}"
            by_axis.setdefault(name, []).append(found.get(policy.id, {}).get(name))
    out = {}
    for name, choices in by_axis.items():
        first = choices[0]
        if first is not None and all(one is not None and one.option == first.option for one in choices):
            out[name] = first
    return out


def chosen(view: View, division: Division, documents: Iterable[Policy]) -> dict[str, Choice]:
    """Give the readings that hold for an office before these documents, by `region:axis`."""
    asked = list(documents)
    return agreed(settled(view, division, asked), asked)


def settings_of(choices: Mapping[str, Choice]) -> dict[str, str]:
    """Give choices as `engine.inquiry.Settings.readings` takes them."""
    return {name: choice.option for name, choice in choices.items()}


def age(view: View) -> int:
    """Count the settlements: as long as it is the same, `chosen` gives the same for the same documents."""
    return view.count(COLLECTION)


def upward(division: Division) -> Iterator[Division]:
    """List an office's division and those around it, the nearest first, the whole country last."""
    yield division
    for length in sorted(LENGTHS, reverse=True):
        if length < len(division.code):
            yield Division(division.code[:length])
    if division != NATIONAL:
        yield NATIONAL


def _of_office(view: View, division: Division) -> dict[tuple[str, str, str], Choice]:
    """Give what one office has settled and not taken back, by region, document and set of readings."""
    out: dict[tuple[str, str, str], Choice] = {}
    for record in every(view, COLLECTION, {"division": str(division)}):
        body = record.body
        place = (body["region"], body["policy"], body["axis"])
        out.pop(place, None)
        if body["option"] is not None:
            out[place] = Choice(
                record.id, body["region"], body["policy"], body["axis"], body["option"], body["division"]
            )
    return out


def settlements(desk: Desk, asked: Asked) -> tuple[Page, frozenset[str]]:
    """List settlements in the order in which they were made; second, the ids of those on the page that hold now."""
    one = page(desk, Action.READ, Resource.READING_CHOICE, COLLECTION, asked)
    divisions = {place_of(record.body) for record in one.records}
    current = {choice.id for division in divisions for choice in _of_office(desk.view, division).values()}
    return one, frozenset(current)


def settlement(desk: Desk, id: str) -> tuple[Record, bool]:
    """Find a settlement; second, whether it holds now."""
    found = desk.get(COLLECTION, id)
    place = place_of(found.body)
    desk.require(Action.READ, Target(Resource.READING_CHOICE, place))
    return found, any(choice.id == id for choice in _of_office(desk.view, place).values())


def shown(record: Record, current: bool) -> dict[str, Any]:
    """Show a settlement, and whether it holds now."""
    body: dict[str, Any] = {name: value for name, value in record.body.items() if name != "within"}
    return {"id": record.id, "version": record.version, **body, "current": current}
