"""Put cases: one, or very many in batches whose answers stream; as `xianjie.assess` is asked."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

from xianjie.client.call import JSON, NDJSON, Call, Reply, ask, given, path, reads, written
from xianjie.client.problems import ProblemError, line_problem, unexpected, unreachable
from xianjie.client.retrying import Retrying, retry_after
from xianjie.client.session import Failed, again, refusal
from xianjie.engine.answer import Answer

Case = Mapping[str, Any]
Day = dt.date | str

_MOST_CASES = 1_000
_MOST_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Refused:
    """The case of this line, from 1, was not answered."""

    line: int
    problem: ProblemError


def question(
    case: Case,
    regions: Sequence[str],
    as_of: Day | None = None,
    *,
    due_soon_days: int | None = None,
    readings: Mapping[str, str] | None = None,
    overlay: object = None,
    office: str | None = None,
    lang: str | None = None,
) -> dict[str, object]:
    """Make the body that puts one case."""
    settings = given({"due_soon_days": due_soon_days, "readings": readings, "overlay": overlay})
    more = {"as_of": as_of, "settings": settings or None, "office": office, "lang": lang}
    return {"case": case, "regions": list(regions), **given(more)}


def assess(
    case: Case,
    regions: Sequence[str],
    as_of: Day | None = None,
    *,
    due_soon_days: int | None = None,
    readings: Mapping[str, str] | None = None,
    overlay: object = None,
    office: str | None = None,
    lang: str | None = None,
) -> Call[Answer]:
    """Put one case to regions; without a date it is the case's own, else today in Beijing.

    `office`: the code of the division whose settled readings apply. `overlay`: changes supposed, or a list of them.
    """
    body = question(
        case, regions, as_of, due_soon_days=due_soon_days, readings=readings, overlay=overlay, office=office, lang=lang
    )
    return ask(path("v1", "assessments"), body, reads(Answer))


Outcome: TypeAlias = Answer | Refused


@dataclass(slots=True)
class Batch:
    """Some cases on their way: `answered` of them are; what is left can be sent again after a failure."""

    lines: list[bytes]
    before: int
    answered: int = 0
    failed: int = 0

    @property
    def open(self) -> bool:
        """Tell whether something is left."""
        return self.answered < len(self.lines)

    def call(self) -> Call[Reply]:
        """Ask for what is left."""
        content = b"\n".join(self.lines[self.answered :])
        headers = {"content-type": NDJSON, "accept": f"{NDJSON}, {JSON}"}
        return Call("POST", path("v1", "assessments", "batch"), lambda reply: reply, content, headers)

    def take(self, line: str) -> Outcome:
        """Read a line of the reply."""
        self.answered += 1
        self.failed = 0  # it goes on, so what failed before is over
        with suppress(ValueError):  # of JSON, and of what has not the form of an answer
            told = json.loads(line)
            problem = line_problem(told) if isinstance(told, dict) and "regions" not in told else None
            if problem is not None:
                return Refused(self.before + self.answered, problem)
            return Answer.model_validate_json(line)
        raise unexpected(200)

    def wait(self, retrying: Retrying, result: Reply | Failed) -> float:
        """Tell how long to wait before the rest is sent again; ProblemError or Unreachable where that is no use."""
        if isinstance(result, Reply) and not again(result):
            raise refusal(result)
        self.failed += 1
        asked = None if isinstance(result, Failed) else retry_after(result.headers)
        seconds = retrying.wait(self.failed, asked)
        if seconds is None:
            raise unreachable(result.why) if isinstance(result, Failed) else refusal(result)
        return seconds


def batches(cases: Iterable[Case], **asked: Any) -> Iterator[Batch]:
    """Divide cases into batches that the service takes, however many there are; `asked` as for `question`."""
    lines: list[bytes] = []
    size = before = 0
    for case in cases:
        line = written(question(case, **asked))
        if lines and (len(lines) == _MOST_CASES or size + len(line) > _MOST_BYTES):
            yield Batch(lines, before)
            before, lines, size = before + len(lines), [], 0
        lines.append(line)
        size += len(line) + 1
    if lines:
        yield Batch(lines, before)
