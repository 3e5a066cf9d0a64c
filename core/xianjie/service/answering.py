"""Answer the questions of a request: read the case, choose the date, decide, and write the bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from xianjie.access import NATIONAL, Division
from xianjie.cases import Case
from xianjie.cases.read import read_case
from xianjie.engine.assess import Engine
from xianjie.engine.inquiry import Settings
from xianjie.errors import Place
from xianjie.language.calendar import iso
from xianjie.policy.prepared import Policy
from xianjie.records.decisions import Decision
from xianjie.records.reading_choices import Choice, agreed, settings_of
from xianjie.service.asking import AssessmentAsked
from xianjie.service.body import checked
from xianjie.service.problems import at
from xianjie.service.settings import ServiceSettings
from xianjie.service.supposing import supposed_engine
from xianjie.vault import PersonKey, Ring, decision_id
from xianjie.version import __version__


@dataclass(frozen=True, slots=True)
class Office:
    """For whom an answer is given: a division, and the readings that it has settled on, as `settled` gives them."""

    division: Division = NATIONAL
    settled: Mapping[str, Mapping[str, Choice]] = field(default_factory=dict)

    def readings(self, policies: Iterable[Policy]) -> dict[str, str]:
        """Give what holds before these documents; where two of one region are not settled alike, nothing does."""
        return settings_of(agreed(self.settled, policies))


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as a line of JSON, and the decision that goes on record before it is given."""

    line: bytes
    decision: Decision


class Answering:
    """Answer with one engine; another one takes the place of this when documents change."""

    def __init__(self, engine: Engine, settings: ServiceSettings, ring: Ring) -> None:
        self.engine, self.settings, self._ring = engine, settings, ring
        self.version = __version__

    def asked(self, value: object) -> AssessmentAsked:
        """Check what stands around the case; InputError with pointers."""
        return checked(value, AssessmentAsked)

    def answered(
        self,
        asked: AssessmentAsked,
        text: str,
        office: Office,
        person: PersonKey | None = None,
        known: str | None = None,
    ) -> Answered:
        """Answer one case with the bytes that `xianjie assess --json` writes; `text` is the question as it was put.

        What the question itself sets stands before what the office has settled on. Where it is about a `person`, their
        key goes into the decision's id: once it is erased, nobody finds the facts by asking until the ids are the same.
        `known` is the id that the same answer had before, maybe under a key that is retired by now.
        Raises InputError and PolicyError with pointers into the body.
        """
        case = self.case(asked.case)
        day = self.day(asked.as_of, case)
        readings = self.settled(asked.regions, day, office)
        settings = Settings(asked.settings.due_soon_days, {**readings, **asked.settings.readings})
        with supposed_engine(self.engine, asked.settings.overlay) as engine:
            written = engine.written(case, asked.regions, day, settings, asked.lang, partial(self.keyed, person, known))
        decision = Decision(
            written.decision_id, text, iso(day), written.policies, readings, self.version, office.division
        )
        return Answered(written.line, decision)

    def settled(self, regions: Sequence[str], day: int, office: Office) -> dict[str, str]:
        """Give the readings that an office has settled on for the documents that answer on a day."""
        if not office.settled:
            return {}
        documents = self.engine.documents
        documents.check(regions)
        return office.readings(documents.answering(name, day) for name in regions)

    def case(self, value: object) -> Case:
        """Read the case of a body."""
        return read_case(value, self.engine.vocabulary, _in_case)

    def day(self, as_of: int | None, case: Case | None = None) -> int:
        """Choose the date: the one asked, else the case's own, else today in Beijing."""
        return as_of or (case.as_of if case is not None else None) or self.settings.today().toordinal()

    def keyed(self, person: PersonKey | None, known: str | None, digest: str) -> str:
        """Key a decision's id, so that it cannot be guessed back from the few facts of a case."""
        return decision_id(self._ring, digest if person is None else person.commitment(digest.encode()), known)


def _in_case(path: Sequence[str | int]) -> Place:
    return at(("case", *path))
