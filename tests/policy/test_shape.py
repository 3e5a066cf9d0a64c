"""What the fingerprint of a policy counts: all that can alter an answer, and no way of writing."""

from __future__ import annotations

import pytest
from tests.policy.base import TEXT, changed, read

from xianjie.policy.shape import fingerprint

STATES = "states: {found: 已发现, done: 已办}"


@pytest.mark.parametrize(
    "replaced",
    [
        ("# 虚构的示例文件，只用于测试。\n", "\n\n"),
        ("    zh: 收入线\n    en: income line\n", "    en: income line\n    zh: 收入线\n"),
        ("      narrow: poor and aid.still_in_difficulty\n", "      narrow: 'poor and aid.still_in_difficulty'\n"),
        ("force: may\n        when: person.tekun", "force: may\n        notes: []\n        when: person.tekun"),
    ],
)
def test_the_way_of_writing_does_not_count(replaced: tuple[str, str]) -> None:
    assert fingerprint(read(changed(replaced)).file) == fingerprint(read(TEXT).file)


def test_the_state_in_which_a_procedure_starts_counts() -> None:
    """Two policies of one fingerprint gave different answers, as keys were sorted (found by the diff, 2026-11-21)."""
    turned = read(changed((STATES, "states: {done: 已办, found: 已发现}")))
    assert fingerprint(turned.file) != fingerprint(read(TEXT).file)
    assert turned.sha256 != read(TEXT).sha256
