"""The invented document of examples/drift with its revision, its policy and its cases."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from xianjie.cases import Case
from xianjie.cases.files import read_cases
from xianjie.policy.load import load_policy
from xianjie.policy.prepared import Policy
from xianjie.vocabulary import BASE

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "drift"
OLD = (FOLDER / "old.txt").read_text(encoding="utf-8")
NEW = (FOLDER / "new.txt").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def yunlu() -> Policy:
    return load_policy(FOLDER / "policy.yaml", BASE)


def cases() -> list[Case]:
    return read_cases(FOLDER / "cases.yaml", BASE)
