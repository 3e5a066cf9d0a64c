"""A person's words for a policy: a region, one of its documents, a policy file, an overlay file."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.language.setting import day
from tests.policy.base import TEXT, spot
from tests.policy.versions import amendment_text, document_text

from xianjie.errors import InputError, PolicyError, Problem, XianjieError
from xianjie.plugins import Region, Regions, discover
from xianjie.policy.overlay import parse_overlay
from xianjie.reference import base_of, is_path, region_of, resolve
from xianjie.vocabulary import BASE

INSTALLED = discover()
WHAT_IF = "overlay: 1\nid: what-if\nbase: {base}\nzh: 试\nen: trial\nset: {{window: 7}}\n"


@pytest.fixture
def regions(tmp_path: Path) -> Regions:
    """Make a region of three documents and an amendment."""
    folder = tmp_path / "plugin" / "policies"
    folder.mkdir(parents=True)
    for number, text in enumerate(
        (
            document_text("first", effective="2024-01-01"),
            document_text("second", effective="2030-01-01", replaces="[first]"),
            document_text("third", standing="draft", validity="not_in_force"),
            amendment_text("change", "first", "set: {window: 2}\n", effective="2025-01-01"),
        )
    ):
        (folder / f"{number}.yaml").write_text(text, encoding="utf-8")
    return Regions({"example": Region("example", "示例", "Example", "990000", folder.parent)}, BASE)


def refused(text: str, regions: Regions) -> Problem:
    with pytest.raises(XianjieError) as caught:
        resolve(text, regions)
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize("name", ["example", "示例"])
@pytest.mark.parametrize(
    ("as_of", "policy_id"),
    [
        ("2023-12-31", "first"),
        ("2024-12-31", "first"),
        ("2025-01-01", "change"),
        ("2029-12-31", "change"),
        ("2030-01-01", "second"),
        (None, "second"),
    ],
)
def test_a_region_means_what_governs_on_the_day(name: str, as_of: str | None, policy_id: str, regions: Regions) -> None:
    assert resolve(name, regions, None if as_of is None else day(as_of)).id == policy_id


@pytest.mark.parametrize("policy_id", ["first", "second", "third", "change"])
@pytest.mark.parametrize("region", ["example", "示例"])
def test_a_document_is_named_whatever_the_day_and_its_standing(region: str, policy_id: str, regions: Regions) -> None:
    for as_of in (None, day("2024-06-01")):
        assert resolve(f"{region}@{policy_id}", regions, as_of).id == policy_id


def test_the_installed_regions_are_found_by_id_and_by_name() -> None:
    for region in INSTALLED.regions.values():
        assert resolve(region.id, INSTALLED).region == resolve(region.zh, INSTALLED).region == region.id
        assert region_of(region.id, INSTALLED) == region_of(region.zh, INSTALLED) == region.id
    assert region_of("nowhere", INSTALLED) is None


def test_a_policy_file_is_read_also_where_it_replaces_what_is_not_beside_it(tmp_path: Path, regions: Regions) -> None:
    path = tmp_path / "mine.yml"
    path.write_text(document_text("mine", effective="2025-01-01", replaces="[another]"), encoding="utf-8")
    assert resolve(str(path), regions).id == "mine"
    assert resolve(str(path), regions).source == str(path)


@pytest.mark.parametrize("base", ["first", "third", "change"])
def test_an_overlay_file_is_put_on_an_installed_document(base: str, tmp_path: Path, regions: Regions) -> None:
    path = tmp_path / "what-if.yaml"
    path.write_text(WHAT_IF.format(base=base), encoding="utf-8")
    made = resolve(str(path), regions)
    assert (made.id, made.overlays[-1].id) == (base, "what-if")
    assert made.parameters_at(1)["window"] == 7


def test_an_overlay_file_is_put_on_a_policy_file_beside_it(tmp_path: Path, regions: Regions) -> None:
    (tmp_path / "policy.yaml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "broken.yaml").write_text("a: [", encoding="utf-8")
    (tmp_path / "other.yaml").write_text("- 1\n", encoding="utf-8")
    path = tmp_path / "what-if.yaml"
    path.write_text(WHAT_IF.format(base="example-2025"), encoding="utf-8")
    made = resolve(str(path), regions)
    assert made.id == "example-2025"
    assert made.parameters_at(1)["window"] == 7
    amendment = tmp_path / "change.yaml"
    amendment.write_text(amendment_text("mine", "example-2025", effective="2025-06-01"), encoding="utf-8")
    path.write_text(WHAT_IF.format(base="mine"), encoding="utf-8")
    made = resolve(str(path), regions)
    assert (made.id, [one.id for one in made.overlays]) == ("mine", ["mine", "what-if"])


def test_an_installed_document_goes_before_a_file_beside(tmp_path: Path, regions: Regions) -> None:
    (tmp_path / "policy.yaml").write_text(document_text("first", issued="2001-01-01"), encoding="utf-8")
    path = tmp_path / "what-if.yaml"
    path.write_text(WHAT_IF.format(base="first"), encoding="utf-8")
    start = resolve(str(path), regions).start
    assert start is not None
    assert start.year == 2024


def test_an_overlay_without_its_base_is_refused_where_it_says_so(tmp_path: Path, regions: Regions) -> None:
    path = tmp_path / "what-if.yaml"
    text = WHAT_IF.format(base="frst")
    path.write_text(text, encoding="utf-8")
    problem = refused(str(path), regions)
    assert problem.code == "overlay-base-unknown"
    assert "是否为 first？" in problem.zh
    assert (problem.place.file, problem.place.line, problem.place.column) == (str(path), *spot(text, "base"))


def test_overlays_that_stand_on_each_other_are_refused(tmp_path: Path, regions: Regions) -> None:
    for one, two in (("left", "right"), ("right", "left")):
        text = WHAT_IF.format(base=two).replace("id: what-if", f"id: {one}")
        (tmp_path / f"{one}.yaml").write_text(text, encoding="utf-8")
    assert refused(str(tmp_path / "left.yaml"), regions).code == "overlay-base-unknown"


@pytest.mark.parametrize(
    ("text", "code", "near"),
    [
        ("exmple", "reference-unknown", "example"),
        ("示", "reference-unknown", "example"),
        ("", "reference-unknown", None),
        ("@first", "reference-unknown", None),
        ("zzz", "reference-unknown", None),
        ("exmple@first", "reference-unknown", "example"),
        ("example@", "document-unknown", None),
        ("example@frst", "document-unknown", "first"),
        ("example@first@first", "document-unknown", "first"),
        ("none-such.yaml", "file-missing", None),
        ("some/folder", "file-missing", None),
        (".", "reference-unknown", None),
    ],
)
def test_what_names_nothing_is_refused(text: str, code: str, near: str | None, regions: Regions) -> None:
    problem = refused(text, regions)
    assert problem.code == code
    assert (f"是否为 {near}？" in problem.zh) == (near is not None)
    assert near is None or f"did you mean {near}?" in problem.en


def test_a_name_that_is_unknown_brings_the_list() -> None:
    with pytest.raises(InputError) as caught:
        resolve("zzz", INSTALLED)
    text = caught.value.problems[0]
    assert all(region.id in text.zh and region.id in text.en for region in INSTALLED.regions.values())


def test_a_faulty_file_is_told_with_its_place(tmp_path: Path, regions: Regions) -> None:
    path = tmp_path / "faulty.yaml"
    path.write_text(TEXT.replace("when: recent", "when: recnt"), encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        resolve(str(path), regions)
    assert [(one.code, one.place.file) for one in caught.value.problems] == [("unknown-name", str(path))]


def test_what_is_meant_as_a_file(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("x", encoding="utf-8")
    for text, meant in (("a.yaml", True), ("a.yml", True), ("a/b", True), (str(tmp_path / "plain"), True)):
        assert is_path(text) is meant
    for text in ("hubei", "湖北", "hubei@hubei-2024", "jinhua.draft"):
        assert not is_path(text)


def test_a_base_is_found_without_loading_regions_that_do_not_speak_of_it(tmp_path: Path, regions: Regions) -> None:
    faulty = tmp_path / "faulty" / "policies"
    faulty.mkdir(parents=True)
    (faulty / "x.yaml").write_text("schema: 1\n", encoding="utf-8")
    both = Regions({"broken": Region("broken", "坏", "Broken", "990001", faulty.parent), **regions.regions}, BASE)
    found = base_of(parse_overlay(WHAT_IF.format(base="change"), "o.yaml"), both)
    assert found is not None
    assert found.id == "change"
    assert base_of(parse_overlay(WHAT_IF.format(base="none-such"), "o.yaml"), both) is None
