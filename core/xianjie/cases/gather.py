"""Gather the cases of one file and everything that is wrong with them, to be raised as one error."""

from __future__ import annotations

from collections.abc import Iterable

from xianjie.cases.case import Case
from xianjie.cases.read import Locate, read_case
from xianjie.errors import InputError, Place, Problem
from xianjie.vocabulary import Vocabulary

MOST_CASES = 200_000
MOST_PROBLEMS = 1000


class Gathering:
    """Collect cases one by one, faults beside them, and refuse a label that stands twice."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._cases: list[Case] = []
        self._problems: dict[Problem, None] = {}
        self._labels: dict[str, Locate] = {}

    @property
    def full(self) -> bool:
        """Tell whether so much is wrong that reading on helps nobody."""
        return len(self._problems) >= MOST_PROBLEMS

    def blame(self, problems: Iterable[Problem]) -> None:
        """Add faults."""
        self._problems.update(dict.fromkeys(problems))

    def take(self, data: object, locate: Locate) -> None:
        """Check one case and keep it, or keep what is wrong with it."""
        try:
            self._cases.append(read_case(data, self.vocabulary, locate))
        except InputError as error:
            self.blame(error.problems)
        label = data.get("case") if isinstance(data, dict) else None
        if not isinstance(label, str):
            return
        first = self._labels.get(label)
        if first is None:
            self._labels[label] = locate
            return
        before = first(("case",))
        self.blame(
            [
                Problem(
                    "case-doubled",
                    f"个案编号重复，首次出现在 {before}",
                    f"this label of a case stands twice; it stands first at {before}",
                    locate(("case",)),
                )
            ]
        )

    def cases(self, file: str) -> list[Case]:
        """Give the cases; InputError with every fault where there is any, or where there is no case."""
        problems = list(self._problems)
        if len(problems) >= MOST_PROBLEMS:
            problems = problems[:MOST_PROBLEMS]
            problems.append(
                Problem("problems-more", "错误过多，未全部列出", "too many faults to list them all", Place(file))
            )
        if problems:
            raise InputError(problems)
        if not self._cases:
            raise InputError(Problem("cases-none", "文件里没有个案", "the file holds no case", Place(file)))
        return self._cases
