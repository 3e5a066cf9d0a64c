"""Answer the questions of a request: read the case, choose the date, decide, and write the bytes."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from xianjie.cases import Case
from xianjie.cases.read import read_case
from xianjie.engine.assess import Engine
from xianjie.engine.inquiry import Settings
from xianjie.errors import Place
from xianjie.service.asking import AssessmentAsked
from xianjie.service.body import checked
from xianjie.service.problems import at
from xianjie.service.settings import ServiceSettings
from xianjie.service.supposing import supposed_engine


class Answering:
    """Answer with one engine; another one takes the place of this when documents change."""

    def __init__(self, engine: Engine, settings: ServiceSettings) -> None:
        self.engine, self.settings = engine, settings

    def asked(self, value: object) -> AssessmentAsked:
        """Check what stands around the case; InputError with pointers."""
        return checked(value, AssessmentAsked)

    def answered(self, asked: AssessmentAsked) -> bytes:
        """Answer one case with the bytes that `xianjie assess --json` writes.

        Raises InputError and PolicyError with pointers into the body.
        """
        case = self.case(asked.case)
        settings = Settings(asked.settings.due_soon_days, dict(asked.settings.readings))
        day = self.day(asked.as_of, case)
        with supposed_engine(self.engine, asked.settings.overlay) as engine:
            return engine.written(case, asked.regions, day, settings, asked.lang, self.keyed).line

    def case(self, value: object) -> Case:
        """Read the case of a body."""
        return read_case(value, self.engine.vocabulary, _in_case)

    def day(self, as_of: int | None, case: Case | None = None) -> int:
        """Choose the date: the one asked, else the case's own, else today in Beijing."""
        return as_of or (case.as_of if case is not None else None) or self.settings.today().toordinal()

    def keyed(self, digest: str) -> str:
        """Key a decision's id where there is a key."""
        key = self.settings.decision_key
        return digest if key is None else hmac.new(key, digest.encode(), hashlib.sha256).hexdigest()[:32]


def _in_case(path: Sequence[str | int]) -> Place:
    return at(("case", *path))
