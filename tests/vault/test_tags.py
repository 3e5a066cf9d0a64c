"""Tags name their key and are told apart by purpose; decisions and the audit chain have keyed hashes of their own."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from tests.vault.rings import joined, ring

from xianjie.store.chains import Inspection, Seal, linked
from xianjie.vault import Purpose, Ring, Suite, Tagger, audit_seals, decision_id


@pytest.mark.parametrize("suite", Suite)
def test_a_tag_is_checked_with_the_key_that_it_names(suite: Suite) -> None:
    old = ring("k-a", suite=suite)
    new = joined(old, ring("k-b", suite=suite))
    tag = Tagger(old, Purpose.ACCESS).tag(b"data")
    assert re.fullmatch(r"k-a\.[A-Za-z0-9_-]{43}", tag)
    tagger = Tagger(new, Purpose.ACCESS)
    assert tagger.check(b"data", tag)
    assert not tagger.is_current(tag)
    assert tagger.is_current(tagger.tag(b"data"))
    assert tagger.tags(b"data") == (tagger.tag(b"data"), tag)
    assert not tagger.check(b"other", tag)
    assert not Tagger(new, Purpose.LOOKUP).check(b"data", tag)
    assert not tagger.check(b"data", tag.replace("k-a", "k-b"))


@pytest.mark.parametrize("tag", ["", "k-a", "k-a.", "k-gone.abc", ".", "k-a.\ud800", "钥.x"])
def test_what_is_no_tag_of_ours_is_not_accepted(tag: str) -> None:
    assert not Tagger(ring("k-a"), Purpose.ACCESS).check(b"data", tag)


def test_each_character_of_a_tag_counts() -> None:
    tagger = Tagger(ring("k-a"), Purpose.ACCESS)
    tag = tagger.tag(b"data")
    for at in range(len(tag)):
        assert not tagger.check(b"data", tag[:at] + ("A" if tag[at] != "A" else "B") + tag[at + 1 :])
        assert not tagger.check(b"data", tag[:at])


def test_a_decision_has_one_id_under_one_key() -> None:
    assert re.fullmatch("[0-9a-f]{32}", decision_id(ring("k-a"), "00ff"))
    assert decision_id(ring("k-a"), "00ff") == decision_id(ring("k-a"), "00ff")
    assert (
        len({decision_id(ring(key, suite=suite), text) for key in ("k-a", "k-b") for suite in Suite for text in "xy"})
        == 8
    )


def test_the_audit_chain_is_sealed_with_the_current_key_and_checked_with_each() -> None:
    ((name, seal),) = audit_seals(ring("k-a"))
    assert name == "k-a"
    assert re.fullmatch("[0-9a-f]{64}", seal(b"entry"))
    after = audit_seals(joined(ring("k-a"), ring("k-b", suite=Suite.SM)))
    assert [one for one, _ in after] == ["k-b", "k-a"]
    assert after[1][1](b"entry") == seal(b"entry") != after[0][1](b"entry")
    assert seal(b"other") != seal(b"entry")
    assert repr(ring("k-a").named("k-a").subkey(Purpose.AUDIT))[2:-1] not in repr(after)


def test_a_chain_of_the_store_outlives_a_change_of_the_key() -> None:
    def seals(one: Ring) -> list[Seal]:
        return [Seal(name, hash_) for name, hash_ in audit_seals(one)]

    old, new = ring("k-a"), joined(ring("k-a"), ring("k-b"))
    first = linked("audit", None, {"what": "consented"}, "2025-05-01T00:00:00.000000Z", seals(old)[0])
    second = linked("audit", first, {"what": "disclosed"}, "2025-05-02T00:00:00.000000Z", seals(new)[0])
    assert (first.hash.partition(":")[0], second.hash.partition(":")[0]) == ("k-a", "k-b")
    for entries, problems in (([first, second], 0), ([first, replace(second, body={"what": "nothing"})], 1)):
        inspection = Inspection("audit", seals(new))
        inspection.see(entries)
        assert (len(inspection.problems), inspection.unchecked) == (problems, 0)
    without_old = Inspection("audit", seals(ring("k-b")))
    without_old.see([first, second])
    assert without_old.unchecked == 1
