"""Make of an answer what pages show of it: region by region, each status with its force, clause, grounds and readings.

The answer is the engine's JSON, so that a preview in a form and a decision that is made again are shown alike.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from xianjie.cases import Case
from xianjie.engine.assess import Engine
from xianjie.engine.later import later_words
from xianjie.engine.overview import missing_facts
from xianjie.engine.wording import fact_term, history_words, supposed_words
from xianjie.policy.prepared import Policy
from xianjie.web.pages.answers.parts import Axis, Part, Telling, axes_told, parts_of

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that could still change an answer, and the regions that want it."""

    fact: str
    term: str
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The document that answered. `history` tells what changed it and what followed, `supposed` what is supposed."""

    id: str
    title: str
    number: str | None
    version: str
    sha256: str
    standing: str
    validity: str
    text: str
    replaced_by: str | None
    history: tuple[str, ...]
    supposed: str


@dataclass(frozen=True, slots=True)
class RegionShown:
    """What one region answers. `id` is unique on the page; `groups` are those that bring the status about."""

    id: str
    reference: str
    name: str
    document: Document
    status: str
    coverage: str
    priority: str
    groups: tuple[tuple[str, str], ...]
    flagged: bool
    parts: tuple[Part, ...]
    axes: tuple[Axis, ...]

    def first(self, part: str) -> str:
        """Give the status of a part that a reader must see first; empty where the case has no record for it."""
        found = next((one for one in self.parts if one.key == part), None)
        return "" if found is None else found.first


@dataclass(frozen=True, slots=True)
class Answers:
    """An answer as pages show it; `as_of` in ISO 8601. `missing` puts first what most regions want.

    `later` says which of the case's dates come after the date of evaluation; empty where none does.
    """

    lang: str
    as_of: str
    decision_id: str
    engine: str
    case: str | None
    household: str | None
    due_soon_days: int
    regions: tuple[RegionShown, ...]
    missing: tuple[Missing, ...]
    later: str = ""


def answer_of(line: bytes) -> Entry:
    """Read an answer out of its bytes; numbers keep the form in which they stand there."""
    found: Entry = json.loads(line, parse_float=Decimal)
    return found


def shown_answers(
    answer: Entry,
    engine: Engine,
    names: Mapping[str, tuple[str, str]],
    lang: str,
    prefix: str = "",
    case: Case | None = None,
) -> Answers:
    """Show an answer that `engine` gave, in the language it was given in.

    `names` gives the regions' names by id, in Chinese and English; `prefix` keeps the ids of several answers on one
    page apart; `case` is what was asked about. Where an answer was given under overlays, `engine` is that of
    `service.supposing.supposed_engine`.
    """
    day = dt.date.fromisoformat(answer["as_of"]).toordinal()
    titles = {reference: title(reference, names, lang) for reference in answer["regions"]}
    policies = {reference: engine.documents.answering(reference, day) for reference in answer["regions"]}
    regions = tuple(
        _region(f"{prefix}r{number}", reference, titles[reference], answer, policies[reference], lang)
        for number, reference in enumerate(answer["regions"], 1)
    )
    return Answers(
        lang,
        answer["as_of"],
        answer["decision_id"],
        answer["engine"],
        answer["case"],
        answer["household_ref"],
        answer["settings"]["due_soon_days"],
        regions,
        tuple(_missing(answer, policies, titles, lang)),
        "" if case is None else later_words(case, day, engine.vocabulary, lang),
    )


def title(reference: str, names: Mapping[str, tuple[str, str]], lang: str) -> str:
    """Name a region that was asked, with the document where a very document was meant."""
    region, at, document = reference.partition("@")
    name = names[region][0 if lang == "zh" else 1] if region in names else region
    return f"{name} @ {document}" if at else name


def _region(id: str, reference: str, name: str, answer: Entry, policy: Policy, lang: str) -> RegionShown:
    entry = answer["regions"][reference]
    day = dt.date.fromisoformat(answer["as_of"]).toordinal()
    telling = Telling(policy, entry, answer["provenance"], lang, id, day)
    eligibility = entry["eligibility"]
    groups = [one for one in eligibility["groups"] if one["status"] == eligibility["status"]]
    return RegionShown(
        id,
        reference,
        name,
        _document(policy, entry["policy"], lang),
        eligibility["status"],
        eligibility["coverage"],
        eligibility["priority"],
        tuple((one["name"], one["clause"]) for one in groups),
        eligibility["flagged"],
        parts_of(telling),
        axes_told(telling, answer["settings"]["readings"]),
    )


def _document(policy: Policy, entry: Entry, lang: str) -> Document:
    return Document(
        policy.root,
        entry["title"],
        policy.file.document.number,
        entry["version"],
        entry["sha256"],
        entry["standing"],
        entry["validity"],
        entry["text"],
        entry["replaced_by"],
        tuple(history_words(entry, lang)),
        supposed_words(entry, lang),
    )


def _missing(answer: Entry, policies: Mapping[str, Policy], titles: Mapping[str, str], lang: str) -> Iterator[Missing]:
    found = missing_facts(answer)
    vocabulary = next(iter(policies.values())).vocabulary
    order = {name: number for number, name in enumerate(vocabulary.names)}
    for name in sorted(found, key=lambda name: (-len(found[name]), order.get(name, len(order)))):
        regions = tuple(titles[reference] for reference in found[name])
        yield Missing(name, fact_term(name, vocabulary, lang), regions)
