"""What looks like a citizen's number does not stay in an address, and the page says what became of it."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient
from tests.service.let_in import Ticks, guarded
from tests.web.reading import faults_of, read

from xianjie.web.door.numbers import is_like_a_citizens

INVENTED = "11010119000101999X"  # its last place is wrong: it is nobody's
ALIKE = [
    INVENTED,
    INVENTED.lower(),
    "110101190001019",
    "110101 19000101 999x",
    "110101-19000101-9999",
    "１１０１０１１９０００１０１９９９Ｘ",
]
OTHERS = [
    "",
    "低保",
    "2025-05-01",
    "110101",
    "13800000000",
    "420502001001",
    "1" * 13,
    "a110101190001019",
    "0f" * 16,
    "420502",
]


@pytest.mark.parametrize("text", [*ALIKE, f"张某 {INVENTED}", INVENTED[:14], INVENTED[:17]])
def test_numbers_are_known_however_they_are_written(text: str) -> None:
    assert is_like_a_citizens(text)


@pytest.mark.parametrize("text", OTHERS)
def test_what_is_no_number_of_anybody_is_left_alone(text: str) -> None:
    assert not is_like_a_citizens(text)


@pytest.mark.parametrize("path", ["/glossary", "/referrals", "/decisions", "/ledgers", "/compare", "/calendar"])
@pytest.mark.parametrize("typed", ALIKE[:3])
def test_it_leaves_the_address_before_anything_is_looked_for(client: TestClient, path: str, typed: str) -> None:
    answer = client.get(path, params={"division": typed, "region": "hubei"}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{path}?region=hubei&left_out=number"
    assert answer.headers["cache-control"] == "no-store"
    assert typed not in answer.text
    named = client.get(path, params={typed: "x"}, follow_redirects=False)
    assert named.headers["location"] == f"{path}?left_out=number"


def test_the_page_says_so_once(client: TestClient) -> None:
    page = read(client.get("/glossary", params={"find": INVENTED}).text)
    assert faults_of(page) == []
    assert "没有用来查找" in page.one("p", class_="banner", role="alert").text
    assert INVENTED not in page.text
    assert all("left_out" not in one.attributes["href"] for one in page.all("a") if "href" in one.attributes)
    assert not read(client.get("/glossary").text).all("p", role="alert")


def test_a_part_of_a_page_leads_to_the_whole_one(client: TestClient) -> None:
    asked = {"hx-request": "true", "hx-current-url": "http://testserver/glossary"}
    answer = client.get("/glossary", params={"find": INVENTED}, headers=asked, follow_redirects=False)
    assert (answer.status_code, answer.headers["hx-redirect"]) == (204, "/glossary?left_out=number")


def test_it_goes_to_no_login_either(client: TestClient) -> None:
    guarded(client, Ticks())
    answer = client.get("/glossary", params={"find": INVENTED}, follow_redirects=False)
    assert answer.headers["location"] == "/glossary?left_out=number"
