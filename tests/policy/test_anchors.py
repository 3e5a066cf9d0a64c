"""Fingerprints of sentences hold whatever the typesetting; another sentence has another."""

from __future__ import annotations

import hashlib

import pytest

from xianjie.policy.anchors import anchor, normalised, sentences

SENTENCE = "虚构的机关每6个月更新一次目录（A类），并抄送街道。"


@pytest.mark.parametrize(
    "variant",
    [
        SENTENCE,
        "虚构的机关每６个月更新一次目录（Ａ类），并抄送街道。",
        "虚构的机关每6个月更新一次目录(a类),并抄送街道",
        " 虚构的机关 每6个月更新一次目录（A类），\n并抄送街道。 ",
        "虚构的机关每6个月更新一次目录【A类】、并抄送街道；",
        "虚构的机关\u3000每6个月更新一次目录（A类），并抄送\u200b街道。",
        "“虚构的机关”每6个月更新一次目录——A类，并抄送街道！",
        "虚构的机关_每6个月更新一次目录_A类，并抄送街道。",
    ],
)
def test_typesetting_does_not_change_an_anchor(variant: str) -> None:
    assert normalised(variant) == "虚构的机关每6个月更新一次目录a类并抄送街道"
    assert anchor(variant) == anchor(SENTENCE)


@pytest.mark.parametrize(
    "other",
    [
        "虚构的机关每7个月更新一次目录（A类），并抄送街道。",
        "虚构的机关每6个月更新一次目录（B类），并抄送街道。",
        "虚构的机关每6个月更新目录（A类），并抄送街道。",
        "",
    ],
)
def test_another_sentence_has_another_anchor(other: str) -> None:
    assert anchor(other) != anchor(SENTENCE)


def test_an_anchor_is_sixteen_hexadecimal_digits_of_sha_256() -> None:
    assert anchor("一二。") == hashlib.sha256("一二".encode()).hexdigest()[:16]
    assert len(anchor(SENTENCE)) == 16


def test_a_sentence_broken_across_lines_is_one() -> None:
    text = "  虚构的机关每6个月\n更新一次目录（A类），\r\n  并抄送街道。第二句；第三句！第四句？\n\n第五句"
    found = sentences(text)
    assert [normalised(one) for one in found] == [normalised(SENTENCE), "第二句", "第三句", "第四句", "第五句"]
    assert anchor(found[0]) == anchor(SENTENCE)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("\n \n", 0),
        ("。。。", 0),
        ("一。", 1),
        ("一", 1),
        ("一。；二。", 2),
        ("A; b! c? d", 4),
        ("2.5万元以下。", 1),
    ],
)
def test_marks_alone_are_no_sentence(text: str, count: int) -> None:
    assert len(sentences(text)) == count
