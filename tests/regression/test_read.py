"""Files of cases: what the one form allows, and each fault at its line and column, all of them at once."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.regions.region_cases import REGIONS

from xianjie.errors import InputError, Problem
from xianjie.regression.model import OverlaySource
from xianjie.regression.read import read_cases_file
from xianjie.vocabulary import BASE

from .conftest import Write, faults, read

WHOLE = """
- name: 两地的低保对象
  as_of: 2025-05-01
  regions: [hubei, 天津]
  case: {person: {dibao_recipient: true}, aid: {received: true, still_in_difficulty: true}}
  expect:
    eligibility.status: covered
    eligibility.groups[0].missing: []
  settings: {due_soon_days: 10, readings: {half-year: rolling}}
  rows: [HB-E-01]
  note: 虚构的人
  tags: [低保]
"""


def test_an_entry_makes_a_case_for_each_of_its_regions(write: Write) -> None:
    path = write(WHOLE)
    first, second = read(path)
    assert (first.region, second.region) == ("hubei", "tianjin")
    assert (first.label, second.label) == ("两地的低保对象[hubei]", "两地的低保对象[tianjin]")
    assert first.as_of == dt.date(2025, 5, 1).toordinal() == first.case.as_of
    assert first.case.facts["person.dibao_recipient"] is True
    assert [(one.path, one.value, one.place.line) for one in first.expect] == [
        ("eligibility.status", "covered", 6),
        ("eligibility.groups[0].missing", [], 7),
    ]
    assert (first.settings.due_soon_days, first.settings.readings) == (10, {"half-year": "rolling"})
    assert (first.rows, first.note, first.tags) == (("HB-E-01",), "虚构的人", ("低保",))
    assert (first.place.file, first.place.line, first.overlay) == (str(path), 1, None)
    assert first.touches("eligibility")
    assert not first.touches("referral")


def test_defaults_hold_where_an_entry_says_nothing(write: Write) -> None:
    path = write("""
        defaults:
          as_of: 2025-05-01
          regions: [jinhua]
          overlay: lower.yaml
          settings: {due_soon_days: 5}
        cases:
          - {name: 照默认, case: {}, expect: {eligibility.status: undetermined}}
          - name: 自己的
            as_of: 2025-06-01
            region: hubei@hubei-2024
            overlay: {set: {a: 1}}
            settings: {}
            case: {}
            expect: {eligibility.status: undetermined}
          - {name: 日期在个案里, case: {as_of: 2024-01-02}, expect: {eligibility.status: undetermined}}
    """)
    plain, own, dated = read(path)
    assert (plain.region, plain.as_of) == ("jinhua", dt.date(2025, 5, 1).toordinal())
    assert plain.overlay == OverlaySource(file=path.parent / "lower.yaml")
    assert plain.settings.due_soon_days == 5
    assert plain.places["settings"].line == 5
    assert (own.region, own.as_of) == ("hubei@hubei-2024", dt.date(2025, 6, 1).toordinal())
    assert own.overlay == OverlaySource(value={"set": {"a": 1}})
    assert own.settings.due_soon_days == 30
    assert own.places["settings"].line == 12
    assert dated.as_of == dt.date(2024, 1, 2).toordinal()


def test_dates_of_an_overlay_are_dates_and_quoted_text_is_text(write: Write) -> None:
    (case,) = read(
        write("""
        - name: 设想从某日起
          region: jinhua
          as_of: 2025-05-01
          overlay: {set: {income_line: [{value: 100000}, {since: 2026-01-01, value: 120000}]}, zh: "2026-01-01"}
          case: {aid: {exit_date: 2024-01-01}}
          expect: {eligibility.status: covered}
    """)
    )
    assert case.overlay is not None
    assert case.overlay.value is not None
    assert case.overlay.value["set"]["income_line"][1]["since"] == dt.date(2026, 1, 1)
    assert case.overlay.value["zh"] == "2026-01-01"
    assert case.case.facts["aid.exit_date"] == dt.date(2024, 1, 1).toordinal()


def test_a_reading_of_one_region_is_kept_from_the_others(write: Write) -> None:
    path = write("""
        defaults: {settings: {readings: {"jinhua:household-size": flat, "tianjin:half-year": rolling}}}
        cases:
          - name: 两地
            as_of: 2025-05-01
            regions: [hubei, tianjin]
            settings: {readings: {"hubei:half-year": calendar, "tianjin:half-year": rolling}}
            case: {}
            expect: {referral: ~}
          - {name: 金华, as_of: 2025-05-01, regions: [jinhua], case: {}, expect: {referral: ~}}
    """)
    assert [case.settings.readings for case in read(path)] == [
        {"hubei:half-year": "calendar"},
        {"tianjin:half-year": "rolling"},
        {"jinhua:household-size": "flat"},
    ]


def test_a_file_inside_a_plugin_belongs_to_its_region(tmp_path: Path) -> None:
    text = "- {name: 没有写地区, as_of: 2025-05-01, case: {}, expect: {eligibility.status: covered}}"
    folder = tmp_path / "plugin"
    (folder / "cases").mkdir(parents=True)
    inside, outside = folder / "cases" / "a.cases.yaml", tmp_path / "a.cases.yaml"
    for path in (inside, outside):
        path.write_text(text, encoding="utf-8")
    region = type(REGIONS.regions["hubei"])("invented", "虚构", "Invented", "999999", folder)
    regions = type(REGIONS)({"invented": region}, BASE)
    assert [case.region for case in read_cases_file(inside, BASE, regions)] == ["invented"]
    with pytest.raises(InputError, match="region-missing"):
        read_cases_file(outside, BASE, regions)
    with pytest.raises(InputError, match="region-missing"):
        read_cases_file(inside, BASE)


def test_a_policy_file_is_meant_from_the_folder_of_the_cases(write: Write, tmp_path: Path) -> None:
    (case,) = read(write("- {name: 草稿, region: new/draft.yaml, as_of: 2025-05-01, case: {}, expect: {referral: ~}}"))
    assert case.region == str(tmp_path / "new/draft.yaml")


ENTRY = "name: 一个, region: hubei, as_of: 2025-05-01, case: {}, expect: {referral: ~}"
SHORT = {
    "ENTRY": ENTRY,
    "UNDATED": "name: 一个, region: hubei, case: {}, expect: {referral: ~}",
    "UNNAMED": "region: hubei, as_of: 2025-05-01, case: {}, expect: {referral: ~}",
    "CASELESS": "name: 一个, region: hubei, as_of: 2025-05-01, expect: {referral: ~}",
    "HOPELESS": "name: 一个, region: hubei, as_of: 2025-05-01, case: {}",
}
"""What the texts below leave unsaid."""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("¶3", "cases-shape"),
        ("¶text", "cases-shape"),
        ("¶{}", "field-missing"),
        ("{¶cases: []}", "list-too-short"),
        ("{¶cases: 1}", "type-list"),
        ("{cases: [{ENTRY}], ¶case: []}", "field-unknown"),
        ("{defaults: {¶region: hubei}, cases: [{ENTRY}]}", "field-unknown"),
        ("{¶defaults: [1], cases: [{ENTRY}]}", "type-mapping"),
        ("{defaults: {¶as_of: 2025-02-30}, cases: [{UNDATED}]}", "date-impossible"),
        ("{defaults: {¶overlay: 3}, cases: [{ENTRY}]}", "overlay-form"),
        ("{defaults: {settings: {¶due_soon_days: -1}}, cases: [{ENTRY}]}", "number-too-small"),
        ("[¶1]", "type-mapping"),
        ("[¶[]]", "type-mapping"),
        ("- {ENTRY, ¶expects: {}}", "field-unknown"),
        ("- {ENTRY}\n- {¶ENTRY}", "case-name-doubled"),
        ("- ¶{region: hubei, as_of: 2025-05-01, case: {}, expect: {referral: ~}}", "field-missing"),
        ("- {¶name: '', UNNAMED}", "text-empty"),
        ("- {¶name: 3, UNNAMED}", "type-text"),
        ("- {¶name: ' 一个', UNNAMED}", "case-name-form"),
        ('- {¶name: "一\\n个", UNNAMED}', "case-name-form"),
        ("- {¶name: 11010519491231002X, UNNAMED}", "citizen-number"),
        ("- {¶name: " + "一" * 101 + ", UNNAMED}", "text-too-long"),
        ("- {¶as_of: 2025-02-29, UNDATED}", "date-impossible"),
        ("- {¶as_of: 1 May, UNDATED}", "type-date"),
        ("- {¶as_of: 2025, UNDATED}", "type-text"),
        ("- ¶{UNDATED}", "as-of-missing"),
        ("- {¶as_of: 2025-05-01, name: 一个, region: hubei, case: {as_of: 2025-05-01}, expect: {referral: ~}}",
         "as-of-doubled"),
        ("- ¶{name: 一个, as_of: 2025-05-01, case: {}, expect: {referral: ~}}", "region-missing"),
        ("- {name: 一个, ¶regions: [], as_of: 2025-05-01, case: {}, expect: {referral: ~}}", "list-too-short"),
        ("- {ENTRY, ¶regions: [hubei]}", "regions-both"),
        ("- {name: 一个, regions: [¶1], as_of: 2025-05-01, case: {}, expect: {referral: ~}}", "type-text"),
        ("- {¶case: [], CASELESS}", "case-shape"),
        ("- ¶{CASELESS}", "field-missing"),
        ("- {case: {person: {¶tekunn: true}}, CASELESS}", "fact-unknown"),
        ("- {case: {person: {¶tekun: 1}}, CASELESS}", "type-bool"),
        ("- {case: {household: {¶size: '3'}}, CASELESS}", "type-int"),
        ("- {¶expect: {}, HOPELESS}", "expect-none"),
        ("- ¶{HOPELESS}", "expect-none"),
        ("- {¶expect: [a], HOPELESS}", "type-mapping"),
        ("- {expect: {¶referal: ~}, HOPELESS}", "path-unknown"),
        ("- {expect: {¶Referral: ~}, HOPELESS}", "path-form"),
        ("- {expect: {¶1: ~}, HOPELESS}", "type-text"),
        ("- {expect: {¶duties.status: met}, HOPELESS}", "path-selector"),
        ("- {expect: {¶eligibility.status: refused}, HOPELESS}", "word-unknown"),
        ("- {expect: {¶referral.flagged: ~}, HOPELESS}", "expect-null"),
        ("- {expect: {¶referral: allowed}, HOPELESS}", "expect-whole"),
        ("- {expect: {referral: ~, ¶referral: ~}, HOPELESS}", "yaml-doubled-key"),
        ("- {ENTRY, ¶overlay: 3}", "overlay-form"),
        ("- {ENTRY, ¶overlay: ''}", "overlay-form"),
        ("- {ENTRY, settings: {¶due_soon_days: 3661}}", "number-too-large"),
        ("- {ENTRY, settings: {¶due_soon_days: '3'}}", "type-int"),
        ("- {ENTRY, settings: {¶due_soon: 3}}", "field-unknown"),
        ("- {ENTRY, settings: {readings: {¶a: 1}}}", "type-text"),
        ("- {ENTRY, settings: {readings: {¶'tianjin:half-year': rolling}}}", "reading-unknown"),
        ("{defaults: {settings: {readings: {¶'hubie:half-year': rolling}}}, cases: [{ENTRY}]}", "reading-unknown"),
        ("- {¶as_of: '', UNDATED}", "type-date"),
        ("- {case: {¶1: 2}, CASELESS}", "key-form"),
        ("- {ENTRY, ¶rows: HB}", "type-list"),
        ("- {ENTRY, tags: [¶'']}", "text-empty"),
        ("- {ENTRY, ¶note: ''}", "text-empty"),
        ("- {name: ¶&a 一个, note: *a}", "yaml-alias"),
        ("- {name: 一个\n¶", "yaml-syntax"),
        ("- name: 一个\n¶---\n- name: 两个", "yaml-documents"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place(write: Write, text: str, code: str) -> None:
    """The mark ¶ is not written: it says where the fault must be found."""
    for word, parts in SHORT.items():
        text = text.replace(word, parts)
    before, mark, after = text.partition("¶")
    path = write(before + after)
    (problem,) = faults(path)
    lines = before.split("\n")
    assert (problem.code, mark) == (code, "¶")
    assert (problem.place.file, problem.place.line, problem.place.column) == (
        str(path),
        len(lines),
        len(lines[-1]) + 1,
    )


def test_an_empty_list_holds_no_case(write: Write) -> None:
    assert [problem.code for problem in faults(write("[]"))] == ["cases-none"]


@pytest.mark.parametrize(
    ("written", "near"),
    [("regoin: hubei", "region"), ("expects: {}", "expect"), ("overlays: a", "overlay"), ("taggs: []", "tags")],
)
def test_an_unknown_key_names_the_nearest(write: Write, written: str, near: str) -> None:
    (problem,) = faults(write("- {" + ENTRY + ", " + written + "}"))
    assert problem.code == "field-unknown"
    assert f"是否为 {near}？" in problem.zh
    assert f"did you mean {near}?" in problem.en


def test_all_faults_of_all_entries_are_told_at_once_and_no_value_is_repeated(write: Write) -> None:
    found = faults(
        write("""
        - name: 一个
          regoin: 张三
          case: {aid: {recieved: true}, household: {size: 李四}}
          expect: {eligibility.stauts: covered, eligibility.status: 王五, "赵六 status": 1}
        - name: 一个
          as_of: 钱七
          region: hubei
          case: {person: {孙八: true}}
          expect: {}
    """)
    )
    assert [(problem.place.line, problem.code) for problem in found] == [
        (2, "field-unknown"),
        (4, "path-unknown"),
        (4, "word-unknown"),
        (4, "path-form"),
        (9, "expect-none"),
    ]
    text = "\n".join(problem.text(lang) for problem in found for lang in ("zh", "en"))
    assert not any(name in text for name in ("张三", "李四", "王五", "赵六", "钱七", "孙八"))


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("a.cases.txt", "x", "file-suffix"),
        ("a.cases.json", "[]", "file-suffix"),
        ("a.cases.yaml", "", "file-empty"),
        ("a.cases.yaml", "a\0b", "file-binary"),
    ],
)
def test_a_file_that_is_no_file_of_cases_is_refused(write: Write, name: str, text: str, code: str) -> None:
    assert [problem.code for problem in faults(write(text, name))] == [code]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert [problem.code for problem in faults(tmp_path / "a.cases.yaml")] == ["file-missing"]


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.cases.yaml"
    path.write_bytes("- {name: 一个}".encode("gb18030"))
    assert [problem.code for problem in faults(path)] == ["file-encoding"]


def test_faults_without_end_are_cut_short(write: Write) -> None:
    text = "\n".join(f"- {{name: 第{number}个, as_of: 2025-05-01}}" for number in range(700))
    found = faults(write(text))
    assert len(found) == 1001
    assert found[-1].code == "problems-more"


KEYS = (
    *("name", "as_of", "case", "expect", "region", "regions", "overlay", "settings", "rows", "note", "tags"),
    *("defaults", "cases", "eligibility.status", "referral", "person", "tekun", "x"),
)
keys = st.sampled_from(KEYS)
scalars = st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "hubei", "2025-05-01", "covered", "一"])
trees = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=6))


@given(tree=trees | st.lists(st.dictionaries(keys, trees, min_size=2, max_size=8), max_size=3))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_a_file_is_read_or_refused(tmp_path: Path, tree: Any) -> None:
    path = tmp_path / "any.cases.yaml"
    path.write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
    told: tuple[Problem, ...] = ()
    cases = []
    try:
        cases = read(path)
    except InputError as error:
        told = error.problems
    assert bool(cases) != bool(told)
    assert all(problem.place.file == str(path) for problem in told)
