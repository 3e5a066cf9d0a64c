"""Every page: well formed, nothing inline, nothing from elsewhere, its headers, its weight, its languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.service.conftest import FIVE
from tests.service.invented import copied
from tests.web.conftest import BROWSER, PAGES, serving
from tests.web.reading import OUTSIDE, addresses, faults_of, inline_code, read

from xianjie.plugins import discover

HEAVIEST = 1_000_000


def policy_pages() -> list[str]:
    return [f"/policies/{policy.id}" for policy in discover().load(FIVE)]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", [*PAGES, *policy_pages()])
def test_a_page_is_well_formed_and_needs_nothing_from_elsewhere(client: TestClient, path: str, lang: str) -> None:
    answer = client.get(f"{path}{'&' if '?' in path else '?'}lang={lang}")
    page = read(answer.text)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert faults_of(page) == []
    assert inline_code(page) == []
    assert [one for one in addresses(page) if one.startswith(OUTSIDE)] == []
    assert page.one("h1").text
    assert page.one("title").text


@pytest.mark.parametrize("path", PAGES)
def test_a_page_may_run_and_ask_nothing_but_what_is_ours(client: TestClient, path: str) -> None:
    answer = client.get(path)
    policy = answer.headers.get_list("content-security-policy")
    assert len(policy) == 1
    assert "default-src 'none'" in policy[0]
    assert "unsafe" not in policy[0]
    assert "http" not in policy[0]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("path", [*PAGES, *policy_pages()])
def test_a_page_with_all_that_it_loads_weighs_less_than_a_megabyte(client: TestClient, path: str) -> None:
    answer = client.get(path)
    page = read(answer.text)
    loaded = [one.attributes["href"] for one in page.all("link")] + [
        one.attributes["src"] for one in page.all("script")
    ]
    assert len(loaded) >= 4  # its emblem, its sheets, its scripts: they were counted
    assert len(answer.content) + sum(len(client.get(one).content) for one in loaded) < HEAVIEST


def test_a_page_is_told_as_unchanged_to_who_has_it(client: TestClient) -> None:
    first = client.get("/compare")
    assert first.headers["cache-control"] == "no-cache"
    again = client.get("/compare", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get("/compare?only=1", headers={"if-none-match": first.headers["etag"]})
    assert other.status_code == 200
    assert "hx-request" in first.headers["vary"]


def test_a_head_request_is_answered(client: TestClient) -> None:
    answer = client.head("/compare")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_is_in_one_language(client: TestClient, lang: str) -> None:
    answer = client.get("/", params={"lang": lang})
    assert read(answer.text).one("html").attributes["lang"] == {"zh": "zh-CN", "en": "en"}[lang]
    assert ("区域比对" in answer.text) == (lang == "zh")
    assert answer.headers["content-language"] == lang


def test_days_are_written_as_the_language_does(client: TestClient) -> None:
    assert "2025年8月1日" in client.get("/compare?lang=zh").text
    assert "1 August 2025" in client.get("/compare?lang=en").text
    jinhua = read(client.get("/policies/jinhua-draft?lang=zh").text)
    assert "2026年12月31日" in jinhua.text
    assert not re.search(r"\b20[0-9]{2}-[0-9]{2}-[0-9]{2}\b", jinhua.text)


def test_the_first_page_tells_each_region_and_how_far_its_document_can_be_relied_on(client: TestClient) -> None:
    cards = read(client.get("/").text).all("li", class_="card")
    told = {card.one("h3").text: card.text for card in cards}
    assert set(told) == {"湖北", "金华", "上海", "山西", "天津"}
    assert "征求意见稿" in told["金华"]
    assert "未生效" in told["金华"]
    assert "效力待核实" in told["上海"]
    assert "摘要" in told["山西"]
    assert "现行" in told["湖北"]


@pytest.mark.parametrize("region", FIVE)
def test_one_region_alone_is_enough(tmp_path: Path, region: str) -> None:
    regions, _ = copied(region, tmp_path / region)
    with serving(tmp_path, regions) as client:
        for path in [*PAGES, f"/policies/{regions.load()[0].id}"]:
            answer = client.get(path)
            assert answer.status_code == {"/nothing-here": 404, "/compare?as_of=nonsense": 422}.get(path, 200)
            assert faults_of(read(answer.text)) == []
        table = read(client.get("/compare").text).one("table", class_="matrix")
        assert len(table.all("th", scope="col")) == 2
        assert "没有可比的差异" in client.get("/compare?only=1").text


def test_the_interface_does_not_list_the_pages(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert all(path.startswith("/v1/") or path in {"/livez", "/readyz", "/metrics", "/openapi.json"} for path in paths)


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/nowhere", 404, "没有这个资源"),
        ("/policies/nobody-knows", 404, "没有这份文件"),
        ("/compare/nonsense", 404, "没有这个议题"),
        ("/compare?regions=atlantis", 422, "没有这个地区"),
        ("/compare?dimension=nonsense", 422, "没有这个维度"),
        ("/compare?as_of=2025-13-01", 422, ""),
        ("/compare/coverage?at=atlantis", 404, "没有这一个"),
        ("/compare/coverage?regions=hubei&at=jinhua", 404, "没有这一个"),
        ("/downloads/comparison.exe", 404, "没有这个资源"),
        ("/compare?" + "&".join(f"regions=r{number}" for number in range(41)), 422, "一次最多比较"),
    ],
)
def test_a_browser_is_told_what_went_wrong_as_a_page_and_others_as_problem_details(
    client: TestClient, path: str, status: int, said: str
) -> None:
    answer = client.get(path)
    page = read(answer.text)
    assert answer.status_code == status
    assert said in page.text
    assert page.one("p", class_="status").text == str(status)
    assert "atlantis" not in page.one("main").text
    assert faults_of(page) == []
    data = client.get(path, headers={"accept": "application/json"})
    assert (data.status_code, data.headers["content-type"]) == (status, "application/problem+json")
    part = client.get(path, headers={"accept": "*/*", "hx-request": "true"})
    assert part.status_code == status
    assert read(part.text).one("div", role="alert").text
    assert "<html" not in part.text


def test_a_problem_is_told_in_the_language_of_the_pages_whatever_the_browser_accepts(client: TestClient) -> None:
    client.cookies.set("xianjie_display", "en.auto.auto.normal")
    answer = client.get("/policies/nobody-knows")
    assert "there is no such document" in answer.text
    assert "没有这份文件" not in read(answer.text).one("main").text


def test_the_interface_keeps_telling_problems_as_data_to_browsers_too(client: TestClient) -> None:
    answer = client.get("/v1/policies/nobody-knows", headers=BROWSER)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_host_that_is_not_ours_is_told_so_on_a_page(client: TestClient) -> None:
    answer = client.get("/", headers={"host": "elsewhere.example"})
    assert answer.status_code == 421
    assert read(answer.text).one("h1").text


def test_what_fails_within_is_told_with_a_reference_and_nothing_else(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("xianjie.web.pages.home.described_region", fail)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "urn:uuid:" in answer.text
    assert "secret" not in answer.text
