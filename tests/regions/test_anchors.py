"""Every rule's anchor is the fingerprint of a sentence of its document, where the documents' texts are at hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.regions.region_cases import REGIONS, policy_of

from xianjie.policy.anchors import anchor, sentences

TEXTS = {
    "hubei": "hubei-2024.txt",
    "tianjin": "tianjin-2024-22.txt",
    "jinhua": "jinhua-draft.txt",
    "shanxi": "shanxi-press-page.txt",
    "shanghai": "shanghai-2018.txt",
    "shaanxi": "shanxi-press-page.txt",
}


def test_every_region_has_its_text() -> None:
    assert set(TEXTS) == set(REGIONS.regions)


@pytest.mark.parametrize("region", TEXTS)
def test_anchors_are_sentences_of_the_document(region: str) -> None:
    folder = os.environ.get("XIANJIE_SOURCES")
    if not folder:
        pytest.skip(
            "XIANJIE_SOURCES does not name the folder of the documents' texts, which are no part of the project"
        )
    text = (Path(folder) / TEXTS[region]).read_text(encoding="utf-8")
    known = {anchor(sentence) for sentence in sentences(text)}
    rules = policy_of(REGIONS.regions[region]).rules()
    assert [rule.id for _, rule in rules if rule.anchor not in known] == []
