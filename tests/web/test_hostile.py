"""Text that would run if it were taken for markup: in a policy, in a region's name, in a query, in a kept document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.service.invented import drifting
from tests.web.conftest import PAGES, serving
from tests.web.reading import addresses, faults_of, inline_code, read

from xianjie.plugins import Regions

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>'\"&lt;b onclick=x"
PLACES = (
    "云麓市民政局关于做好困难家庭救助与帮扶对接工作的意见",
    "“每半年”按滚动六个月还是自然半年计算",
    "目的，不产生判定。",
    "适用范围",
    "覆盖低保家庭和特困人员。",
    "县级每半年更新帮扶资源清单",
    "办好转介",
)


def hostile(folder: Path) -> Regions:
    """Write evil into every kind of text that a policy file and a region have."""
    regions = drifting(folder)
    file = folder / "policies" / "policy.yaml"
    text = file.read_text(encoding="utf-8")
    for place in PLACES:
        assert place in text
        text = text.replace(place, place + EVIL)
    file.write_text(text, encoding="utf-8")
    (one,) = regions.regions.values()
    return Regions({one.id: replace(one, zh="云麓" + EVIL, en="Yunlu" + EVIL)}, regions.vocabulary)


@pytest.fixture
def evil(tmp_path: Path) -> Iterator[TestClient]:
    with serving(tmp_path, hostile(tmp_path / "yunlu")) as client:
        yield client


def test_text_of_a_policy_stays_text_on_every_page(evil: TestClient) -> None:
    shown = 0
    for path in [*PAGES, "/policies/yunlu-2024", "/compare/supply_interval", "/compare/forward"]:
        for lang in ("zh", "en"):
            answer = evil.get(path + ("&" if "?" in path else "?") + f"lang={lang}")
            page = read(answer.text)
            assert inline_code(page) == []
            assert page.all("img") == []
            assert faults_of(page) == []
            assert all(one.attributes["src"].startswith("/assets/") for one in page.all("script"))
            assert all("alert" not in one for one in addresses(page))
            shown += EVIL in page.text
    assert shown > 8


@pytest.mark.parametrize(
    "path",
    [
        "/compare?regions={}",
        "/compare?dimension={}",
        "/compare?as_of={}",
        "/compare?only={}",
        "/compare/{}",
        "/compare/coverage?at={}",
        "/compare?x={}",
        "/glossary?q={}",
        "/policies/{}",
        "/display?back={}",
        "/display?back=/{}",
        "/{}",
    ],
)
def test_text_of_an_address_stays_text(client: TestClient, path: str) -> None:
    for text in ("%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "javascript:alert(1)", "'%20onload=alert(1)%20x='"):
        answer = client.get(path.format(text))
        page = read(answer.text)
        assert answer.status_code in (200, 404, 422)
        assert inline_code(page) == []
        assert len(page.all("script")) == 2
        assert not [one for one in addresses(page) if one.startswith("javascript")]
