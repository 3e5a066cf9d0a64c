"""Papers opened by LibreOffice: they come out as PDF, on pages of the right size, with their words and fonts."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from pypdf import PdfReader
from tests.compare.documents import whole
from tests.engine.asking import day
from tests.papers.setting import REGIONS, decided, example
from tests.regions.region_cases import REGIONS as INSTALLED
from tests.regions.region_cases import ROOT

from xianjie.papers import comparison_paper, impact_paper
from xianjie.reference import patched_by, resolve
from xianjie.revision.approvals import NONE, judge
from xianjie.revision.impact import impact
from xianjie.revision.sampling import sample_cases

OFFICE = shutil.which("soffice")
AS_OF = day("2025-08-01")

pytestmark = pytest.mark.skipif(OFFICE is None, reason="no LibreOffice (soffice) on this machine")


def impacted(lang: str = "zh") -> bytes:
    overlay = ROOT / "examples" / "revisions" / "hubei.overlay.yaml"
    old, new = patched_by(overlay, INSTALLED), resolve(str(overlay), INSTALLED, AS_OF)
    assert old is not None
    found = impact(old, new, sample_cases((old, new), 60, 1, AS_OF), AS_OF, listed=2000)
    return impact_paper(found, judge(found, NONE, AS_OF), lang=lang)


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, PdfReader]:
    """Have all papers converted at once: starting LibreOffice takes longer than its work."""
    folder = tmp_path_factory.mktemp("papers")
    papers = {
        "comparison": comparison_paper(whole()),
        "comparison-en": comparison_paper(whole(), lang="en"),
        "family": decided(example("hubei-family"), *REGIONS),
        "ambiguous": decided(example("jinhua-household-of-five"), "jinhua"),
        "undetermined": decided(example("hubei-hardship-unrecorded"), "hubei", lang="en"),
        "impact": impacted(),
    }
    for name, data in papers.items():
        (folder / f"{name}.docx").write_bytes(data)
    assert OFFICE is not None
    subprocess.run(
        [
            OFFICE,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(folder),
            *(str(folder / f"{name}.docx") for name in papers),
        ],
        check=True,
        timeout=180,
        capture_output=True,
    )
    return {name: PdfReader(folder / f"{name}.pdf") for name in papers}


def words(pdf: PdfReader) -> str:
    """Give the text of all pages without white space, which a PDF does not keep."""
    return "".join("".join(page.extract_text().split()) for page in pdf.pages)


@pytest.mark.parametrize(
    ("name", "least", "most", "told"),
    [
        ("comparison", 18, 34, ["区域政策比对报告", "金华为征求意见稿，未生效", "三、各地的差异", "SHA-256"]),
        ("comparison-en", 18, 36, ["ComparisonofRegionalPolicies", "3.Howtheydiffer"]),
        ("family", 9, 16, ["个案核对结果", "个案编号：E-0007", "街道经办人员，2025年6月20日", "经办人："]),
        ("ambiguous", 3, 6, ["文本有歧义", "各种读法的结论", "不是行政决定"]),
        ("undetermined", 2, 5, ["AnswerstoaCase", "undetermined", "notknown"]),
        ("impact", 8, 24, ["政策修订影响报告", "影响了谁", "转为未定"]),
    ],
)
def test_a_paper_is_as_long_as_it_should_be_and_says_what_it_must(
    pdfs: dict[str, PdfReader], name: str, least: int, most: int, told: list[str]
) -> None:
    pdf = pdfs[name]
    assert least <= len(pdf.pages) <= most
    text = words(pdf)
    assert [one for one in told if one not in text] == []


def test_every_page_says_something_and_bears_its_number(pdfs: dict[str, PdfReader]) -> None:
    for name, pdf in pdfs.items():
        for number, page in enumerate(pdf.pages, 1):
            text = "".join(page.extract_text().split())
            assert f"—{number}—" in text, (name, number)
            assert len(text) > 60, f"{name}, page {number}, is as good as empty"


def test_the_pages_of_many_regions_lie_and_the_others_stand(pdfs: dict[str, PdfReader]) -> None:
    lying = [page.mediabox.width > page.mediabox.height for page in pdfs["comparison"].pages]
    assert not lying[0]
    assert not lying[-1]
    assert sum(lying) > 5
    assert not any(page.mediabox.width > page.mediabox.height for page in pdfs["family"].pages)


def titles(outline: Any) -> Iterator[str]:
    """Give the titles of a PDF's bookmarks, those below others among them."""
    for one in outline:
        if isinstance(one, list):
            yield from titles(one)
        else:
            yield str(one.title)


def test_the_headings_can_be_navigated_by(pdfs: dict[str, PdfReader]) -> None:
    assert list(titles(pdfs["family"].outline)) == [
        "一、结论概览",
        "二、核对所依据的情况",
        "三、各地核对结果",
        *("（一）湖北", "（二）金华", "（三）上海", "（四）山西", "（五）天津"),
        "四、尚不清楚、补充后可能改变结论的情况",
        "五、说明",
    ]
