"""Settle what follows where a rule can be read in several ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from xianjie.language.explain import Why
from xianjie.policy.prepared import Reading, Readings

Entry = dict[str, Any]
"""A part of an answer as it stands in JSON; `answer` holds its shape."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one reading comes to. `changes` is what the reading alters beside the status (a due date, a number)."""

    status: str
    missing: tuple[str, ...] = ()
    why: Why | None = None
    changes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settled:
    """The status after all readings were looked at; `main` is the reading whose reasons are told.

    That is the recommended or chosen one, unless the answer is undetermined: then the first that is open.
    """

    status: str
    missing: tuple[str, ...]
    main: Outcome
    flagged: bool
    readings: list[Entry]
    standing: tuple[int, ...]


def settle(
    readings: Readings,
    outcomes: Sequence[Outcome],
    chosen: Mapping[str, str],
    sense: Callable[[Outcome], object] = lambda outcome: outcome.status,
) -> Settled:
    """Draw one status from a rule's readings.

    `chosen` names readings that an office settled on. `sense` says in what readings must agree. Where an unsettled
    difference makes the answer `ambiguous`, one that is still open for want of a fact makes it `undetermined`.
    """
    if not readings.several:
        only = outcomes[0]
        return Settled(only.status, only.missing, only, False, [], (0,))
    candidates, standing = standing_readings(readings, chosen)
    main = outcomes[candidates[0]]
    senses = {sense(outcomes[i]) for i in standing}
    if len(senses) == 1:
        status = main.status
    elif any(outcomes[i].status == "undetermined" for i in standing):
        status = "undetermined"
    else:
        status = "ambiguous"
    open_ = status == "undetermined"
    if open_:
        main = next(outcomes[i] for i in standing if outcomes[i].status == "undetermined")
    missing = tuple(dict.fromkeys(name for i in standing for name in outcomes[i].missing)) if open_ else ()
    flagged = status not in ("undetermined", "ambiguous") and any(
        outcomes[i].status != "undetermined" and sense(outcomes[i]) != sense(main)
        for i in candidates
        if i not in standing
    )
    return Settled(status, missing, main, flagged, _listed(readings, outcomes, chosen), standing)


def standing_readings(readings: Readings, chosen: Mapping[str, str]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Number the readings that are left after a choice, the main one first, and those of them that must agree."""
    candidates = tuple(i for i, reading in enumerate(readings.all) if _fits(reading, chosen))
    first = readings.all[candidates[0]]
    return candidates, tuple(i for i in candidates if _stands(readings.all[i], first, readings))


def _fits(reading: Reading, chosen: Mapping[str, str]) -> bool:
    return all(chosen.get(axis, option) == option for axis, option in reading.options.items())


def _stands(reading: Reading, first: Reading, readings: Readings) -> bool:
    """Tell whether a reading takes part in an ambiguity: it departs from the first only where the text is ambiguous."""
    return all(
        readings.differ[axis] == "ambiguous" or first.options[axis] == option
        for axis, option in reading.options.items()
    )


def _listed(readings: Readings, outcomes: Sequence[Outcome], chosen: Mapping[str, str]) -> list[Entry]:
    out: list[Entry] = []
    for reading, outcome in zip(readings.all, outcomes, strict=True):
        entry: Entry = {"reading": reading.id, "recommended": reading.recommended, "status": outcome.status}
        if any(axis in chosen for axis in reading.options):
            entry["chosen"] = _fits(reading, chosen)
        if outcome.why is not None:
            entry["text"] = outcome.why["text"]
        entry.update(outcome.changes)
        out.append(entry)
    return out
