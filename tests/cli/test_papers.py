"""`--docx` of `compare`, `assess` and `impact`: what is written, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import DECIDED, OPEN, Run, Write
from tests.papers.setting import read
from tests.regions.region_cases import ROOT

SHANGHAI = str(ROOT / "examples" / "revisions" / "shanghai.overlay.yaml")
DAY = ("--as-of", "2025-08-01")


def test_a_comparison_is_written_and_nothing_else_said(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    result = run("compare", "--regions", "tianjin,hubei", *DAY, "--docx", str(path))
    assert (result.exit_code, result.stdout) == (0, "")
    assert "已写入" in result.stderr
    assert read(path.read_bytes()).paragraphs[0] == "区域政策比对报告"


def test_an_answer_is_written_beside_what_is_shown(run: Run, write: Write, tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    result = run("assess", write(OPEN), "-r", "tianjin", "--docx", str(path), "--lang", "en")
    assert result.exit_code == 4
    assert "tianjin" in result.stdout.lower()
    found = read(path.read_bytes())
    assert found.paragraphs[0] == "Answers to a Case"
    assert "1 Tianjin" in found.titles(2)[0]


def test_the_paper_has_the_decisions_id_of_the_answer(run: Run, write: Write, tmp_path: Path) -> None:
    import json

    path = tmp_path / "a.docx"
    result = run("assess", write(DECIDED), "-r", "tianjin", "--docx", str(path), "--json")
    assert json.loads(result.stdout)["decision_id"] in read(path.read_bytes()).text


def test_an_impact_is_written(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    result = run("impact", SHANGHAI, "--generate", "20", *DAY, "--docx", str(path))
    assert result.exit_code == 1
    found = read(path.read_bytes())
    assert found.paragraphs[0] == "政策修订影响报告"
    assert "个案是生成的（20 个，种子 1）" in found.text


@pytest.mark.parametrize(
    "command",
    [
        ("compare", "--regions", "tianjin"),
        ("assess", "CASE", "-r", "tianjin"),
        ("impact", SHANGHAI, "--generate", "2"),
    ],
)
def test_a_file_that_is_there_stays_unless_asked(
    run: Run, write: Write, tmp_path: Path, command: tuple[str, ...]
) -> None:
    path = tmp_path / "a.docx"
    path.write_text("mine")
    words = [write(DECIDED) if word == "CASE" else word for word in command]
    result = run(*words, *DAY, "--docx", str(path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "[file-exists]" in result.stderr
    assert path.read_text() == "mine"
    assert run(*words, *DAY, "--docx", str(path), "--overwrite").exit_code in (0, 1)
    assert path.read_bytes().startswith(b"PK")


def test_one_paper_takes_one_case(run: Run, write: Write, tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    result = run("assess", write([DECIDED, OPEN]), "-r", "tianjin", "--docx", str(path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "[paper-single]" in result.stderr
    assert not path.exists()


def test_the_offices_own_template_is_taken_and_one_at_fault_told(run: Run, write: Write, tmp_path: Path) -> None:
    from docx import Document

    from xianjie.papers.making import write_templates

    write_templates(tmp_path / "papers")
    own = tmp_path / "papers" / "decision.docx"
    document = Document(str(own))
    document.paragraphs[0].insert_paragraph_before("某某区民政局")
    document.save(str(own))
    home = {"XIANJIE_HOME": str(tmp_path)}
    path = tmp_path / "a.docx"
    assert run("assess", write(DECIDED), "-r", "tianjin", "--docx", str(path), env=home).exit_code == 0
    assert read(path.read_bytes()).paragraphs[0] == "某某区民政局"
    document.paragraphs[1].text = "{{ titel }}"
    document.save(str(own))
    result = run("assess", write(DECIDED), "-r", "tianjin", "--docx", str(tmp_path / "b.docx"), env=home)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "是否为 title？ [paper-template-unknown]" in result.stderr
    assert not (tmp_path / "b.docx").exists()
