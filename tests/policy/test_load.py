"""Loading a file: what is wrong with its shape is told with file, line and column, and nothing else gets through."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from tests.policy.base import SILENT, TEXT, changed, problems, read, spot, told

from xianjie.errors import PolicyError
from xianjie.policy.load import load_policy
from xianjie.policy.model import PolicyFile
from xianjie.vocabulary import BASE


@pytest.mark.parametrize(
    ("old", "new", "code", "piece", "near"),
    [
        # keys that are not known
        ("    unit: years", "    unti: years", "field-unknown", "unti: years", "unit"),
        ("treatment: background", "treatment: background\n    titel: x", "field-unknown", "titel: x", "title"),
        ("        counting: cycle", "        countng: cycle", "field-unknown", "countng: cycle", "counting"),
        ("  expires: 2026-01-31", "  expries: 2026-01-31", "field-unknown", "expries: 2026", "expires"),
        ("schema: 1", "schema: 1\nsilents: []", "field-unknown", "silents: []", "silent"),
        ("    unit: years", "    qqqq: years", "field-unknown", "qqqq: years", None),
        # a wrong type
        ('version: "1"', "version: 1", "type-text", "version: 1", None),
        ('gbt2260: "990000"', "gbt2260: 990000", "type-text", "gbt2260: 990000", None),
        ("issued: 2025-01-01", 'issued: "2025-01-01"', "type-date", 'issued: "2025', None),
        ("issued: 2025-01-01", "issued: 2025", "type-date", "issued: 2025\n", None),
        ("required: true", "required: 1", "type-bool", "required: 1", None),
        ("required: true", 'required: "true"', "type-bool", 'required: "true', None),
        ("required: true", "required: yes", "type-bool", "required: yes", None),
        ("issuers: [虚构的机关]", "issuers: 虚构的机关", "type-list", "issuers: 虚", None),
        ("- {value: 80000.50}", '- {value: "80000.50"}', "type-number", 'value: "8', None),
        ("- {value: 80000.50}", "- {value: true}", "type-number", "value: true}", None),
        ("- {value: 80000.50}", "- {value: 1e50}", "number-too-large", "value: 1e50", None),
        ("- {value: 80000.50}", "- {value: 1e999999999}", "number-too-large", "value: 1e99", None),
        ("- {value: 80000.50}", "- {value: -1e999999999}", "number-too-large", "value: -1e99", None),
        ("- {value: 80000.50}", "- {value: 1e-999999999}", "number-too-fine", "value: 1e-99", None),
        ("- {value: 80000.50}", "- {value: 0.0000000001}", "number-too-fine", "value: 0.0000000001", None),
        ("{2025: 79.9}", "{soon: 79.9}", "type-int", "soon: 79.9", None),
        ("item: 1,", "item: 1.0,", "type-int", "item: 1.0", None),
        (
            "readings: {count-meetings: 2,",
            "readings: {count-meetings: 0,",
            "number-too-small",
            "count-meetings: 0",
            None,
        ),
        ("item: 1,", "item: 0,", "number-too-small", "item: 0", None),
        # words, forms and lengths
        ("  standing: issued", "  standing: isued", "word-unknown", "standing: isued", None),
        ("schema: 1", "schema: 2", "word-unknown", "schema: 2", None),
        ("        service: education", "        service: educaton", "word-unknown", "service: educaton", None),
        ("{on: referred", "{on: refered", "word-unknown", "on: refered", None),
        ("hand_over: happened", "handover: happened", "word-unknown", "handover: happened", None),
        ("      - part: provision", "      - part: provison", "word-unknown", "part: provison", None),
        ("id: example-2025", "id: Example_2025", "text-pattern", "id: Example_2025", None),
        ("interval: P6M", "interval: P0M", "text-pattern", "interval: P0M", None),
        ("interval: P6M", "interval: P1Y6M", "text-pattern", "interval: P1Y6M", None),
        ("interval: P6M", "interval: half a year", "text-pattern", "interval: half", None),
        ('gbt2260: "990000"', 'gbt2260: "09000"', "text-pattern", 'gbt2260: "09000', None),
        ("when: hardship and not person.other_hardship", 'when: ""', "text-empty", 'when: ""', None),
        ("  title: 虚构的示例文件", f"  title: {'长' * 601}", "text-too-long", "title: 长", None),
        ("issuers: [虚构的机关]", "issuers: []", "list-too-short", "issuers: []", None),
        ("leaves: [found]", "leaves: []", "list-too-short", "leaves: []", None),
        # in rules whose kind is also the name of a key: not at that key
        ("        group: first", "        group: First", "text-pattern", "group: First", None),
        ("when: person.good_conduct_and_study", "when: 3", "type-text", "when: 3", None),
        ("when: aid.meets_conditions and not aid.received", "whn: aid.received", "field-unknown", "whn: aid", "when"),
        ("        force: priority", "        force: first", "word-unknown", "force: first", None),
    ],
)
def test_a_slip_is_told_at_its_line_and_column(old: str, new: str, code: str, piece: str, near: str | None) -> None:
    text = changed((old, new))
    found = problems(text)
    assert (code, *spot(text, piece)) in told(found)
    first = next(problem for problem in found if problem.code == code)
    assert str(first.place).startswith("example.yaml:")
    assert ("did you mean" in first.en) is (near is not None)
    if near is not None:
        assert f"did you mean {near}?" in first.en
        assert f"是否为 {near}？" in first.zh


def test_a_typing_slip_in_line_forty_is_told_there(tmp_path: Path) -> None:
    lines = TEXT.splitlines()
    lines[:0] = ["# 注释"] * (39 - next(n for n, line in enumerate(lines) if "id: A-02" in line))
    assert "id: A-02" in lines[39]
    lines[39] = lines[39].replace("becomes:", "becoms:")
    path = tmp_path / "slip.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        load_policy(path, BASE)
    column = lines[39].index("becoms") + 1
    slip = next(problem for problem in caught.value.problems if problem.code == "field-unknown")
    assert slip.text("en") == (
        f"{path}:40:{column} ambiguities[1].becoms: "
        "there is no entry of this name; did you mean becomes? [field-unknown]"
    )


@pytest.mark.parametrize(
    ("old", "code", "path"),
    [
        ("region: example\n", "field-missing", "region"),
        ("schema: 1\n", "field-missing", "schema"),
        ("  title: 虚构的示例文件\n", "field-missing", "document.title"),
        ("        service: education\n", "field-missing", "clauses[1].rules[4].service"),
        ("        interval: P6M\n        counting: cycle\n", None, None),
        ("      - part: provision\n        id: general\n", "field-missing", None),
    ],
)
def test_what_is_missing_is_named(old: str, code: str | None, path: str | None) -> None:
    text = changed((old, "" if "provision" not in old else "      - id: general\n"))
    if code is None:
        assert [problem.code for problem in problems(text)] == ["topic-forgotten"]
        return
    found = [problem for problem in problems(text) if problem.code == code]
    assert found
    if path is not None:
        assert found[0].place.path == path
        assert found[0].place.line is not None


def test_a_rule_of_no_known_part_is_told_with_all_parts() -> None:
    (problem,) = problems(changed(("      - part: provision", "      - part: provison")))
    assert "'provision'" in problem.en


@pytest.mark.parametrize("text", ["", "# 只有注释\n", "null", "[]", "text", "3", "- a: 1"])
def test_a_file_that_is_no_policy_at_all(text: str) -> None:
    assert [problem.code for problem in problems(text)] == ["type-mapping"]


def test_no_value_of_the_file_is_repeated_in_a_message() -> None:
    found = problems(changed(("  standing: issued", "  standing: 张三丰"), ("required: true", "required: 李四光")))
    assert {problem.code for problem in found} == {"word-unknown", "type-bool"}
    assert not any("张三丰" in problem.text() + problem.text("en") or "李四光" in problem.text() for problem in found)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (TEXT.encode("gb18030"), "file-encoding"),
        (TEXT.encode("utf-16"), "file-encoding"),
        (b"\xff\xfe", "file-encoding"),
        (b"\x80", "file-encoding"),
    ],
)
def test_a_file_in_another_encoding(content: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_bytes(content)
    with pytest.raises(PolicyError) as caught:
        load_policy(path, BASE)
    assert [problem.code for problem in caught.value.problems] == [code]
    assert str(caught.value.problems[0].place) == str(path)


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(TEXT, encoding="utf-8-sig")
    assert load_policy(path, BASE).sha256 == read().sha256


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy(tmp_path / "missing.yaml", BASE)
    assert [problem.code for problem in caught.value.problems] == ["file-missing"]
    with pytest.raises(PolicyError) as caught:
        load_policy(tmp_path, BASE)
    assert [problem.code for problem in caught.value.problems] == ["file-directory"]


@pytest.mark.parametrize(("size", "code"), [(8 * 1024 * 1024, "type-mapping"), (8 * 1024 * 1024 + 1, "file-too-large")])
def test_eight_megabytes_are_read_and_no_byte_more(size: int, code: str, tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_bytes(b"#" * size)
    with pytest.raises(PolicyError) as caught:
        load_policy(path, BASE)
    assert [problem.code for problem in caught.value.problems] == [code]


# -- the fingerprint ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "# 另一条注释\n" + TEXT,
        TEXT.replace("\n\n", "\n\n\n"),
        TEXT.replace("\n", "\r\n"),
        changed(("    zh: 收入线\n    en: income line\n", "    en: income line\n    zh: 收入线\n")),
        changed(("leaves: [found]", "leaves:   [ found ]")),
        changed(("id: example-2025", "id: 'example-2025'")),
    ],
)
def test_white_space_comments_and_order_of_keys_do_not_change_the_fingerprint(text: str) -> None:
    assert read(text).sha256 == read().sha256


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("value: 80000.50", "value: 80000.51"),
        ("since: 2025-03-01", "since: 2025-03-02"),
        ("  title: 虚构的示例文件", "  title: 虚构的示例文书"),
        ("when: hardship and not person.other_hardship", "when: hardship and person.other_hardship"),
        ("issued: 2025-01-01", "issued: 2025-01-02"),
        ("        force: encouraged\n        beneficiary", "        force: must\n        beneficiary"),
    ],
)
def test_anything_else_does(old: str, new: str) -> None:
    assert read(changed((old, new))).sha256 != read().sha256


def test_the_fingerprint_is_the_same_in_every_process() -> None:
    assert len(read().sha256) == 64
    assert read().sha256 == read().sha256


def test_what_is_read_is_what_stands_there() -> None:
    policy = read()
    assert isinstance(policy.file, PolicyFile)
    assert policy.file.document.issued == dt.date(2025, 1, 1)
    assert policy.file.document.number is None
    assert str(policy.file.parameters["income_line"].values[0].value) == "80000.50"
    assert policy.source == "example.yaml"
    assert policy.silent == frozenset(SILENT)
    assert (policy.region, policy.id) == ("example", "example-2025")
