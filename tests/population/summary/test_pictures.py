"""Pictures of a summary: the same bytes each time, words as text in SVG, told apart by more than colour."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from matplotlib import font_manager
from tests.population.summary.made import summary

from xianjie.errors import InputError
from xianjie.population.summary.pictures import FONTS, pictures_of

FONT = any(font.name in FONTS for font in font_manager.fontManager.ttflist)


def test_an_svg_has_its_words_as_text_and_is_the_same_each_time() -> None:
    told = summary().guarded(10)
    drawn = pictures_of(told, "svg", "zh")
    assert drawn.keys() == {"statuses", "crossings"}
    assert drawn == pictures_of(told, "svg", "zh")
    for name, body in drawn.items():
        tree = ET.fromstring(body)
        texts = {"".join(one.itertext()).strip() for one in tree.iter("{http://www.w3.org/2000/svg}text")}
        assert any("征求意见稿" in text for text in texts), name
        assert any("湖北" in text for text in texts)
        assert any(text.startswith("* 少于 10") for text in texts)
        assert b"<dc:date>" not in body
    assert b"<pattern" in drawn["statuses"]  # hatching: colour is not the only sign
    numbers = re.findall(rb">([0-9,]+)<", drawn["crossings"])
    assert not [number for number in numbers if 0 < int(number.replace(b",", b"")) < 10]


def test_words_are_english_for_who_reads_english() -> None:
    body = pictures_of(summary(), "svg", "en", ("statuses",))["statuses"].decode()
    assert "Status by region" in body
    assert "undetermined" in body
    assert "湖北" not in body


@pytest.mark.skipif(not FONT, reason="no font here has Chinese characters")
def test_a_png_is_the_same_each_time() -> None:
    drawn = pictures_of(summary(), "png", "zh", ("statuses",))
    assert drawn == pictures_of(summary(), "png", "zh", ("statuses",))
    assert drawn["statuses"].startswith(b"\x89PNG")


def test_a_png_without_a_font_is_refused_and_an_svg_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xianjie.population.summary.pictures.FONTS", ("No Such Font",))
    with pytest.raises(InputError) as refused:
        pictures_of(summary(), "png", "zh")
    assert refused.value.problems[0].code == "font-missing"
    assert "fonts-noto-cjk" in refused.value.problems[0].zh
    assert "湖北".encode() in pictures_of(summary(), "svg", "zh", ("statuses",))["statuses"]


def test_of_people_that_are_not_told_nothing_is_drawn() -> None:
    assert pictures_of(summary().guarded(10).within(["330702"]), "svg", "zh") == {}
