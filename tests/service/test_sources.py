"""The texts of documents that users added: which there are, and the sentence behind each rule."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from starlette.testclient import TestClient
from tests.service.conftest import AT_HOME, TODAY, kept
from tests.service.invented import EXAMPLES, drifting

from xianjie.service.app import create_app
from xianjie.service.logs import make_log
from xianjie.service.settings import ServiceSettings
from xianjie.sources import shelf

ID = "yunlu-2024"
CLAUSES = f"/v1/sources/{ID}/clauses"


@contextmanager
def library(folder: Path) -> Iterator[TestClient]:
    """Serve the invented document; what users add lies in `folder`/home."""
    regions = drifting(folder / "yunlu")
    with kept(folder / "store") as keeping:
        settings = ServiceSettings(today=lambda: TODAY, home=folder / "home")
        app = create_app(keeping, settings, regions, make_log("info", io.BytesIO()))
        with TestClient(app, AT_HOME) as client:
            yield client


def add(folder: Path) -> None:
    (policy,) = drifting(folder / "again").load()
    shelf.add(folder / "home", policy, EXAMPLES / "drift" / "old.txt", dt.date(2025, 6, 1))


def test_where_none_was_added_every_rule_is_listed_without_a_sentence(tmp_path: Path) -> None:
    with library(tmp_path) as client:
        (one,) = client.get("/v1/sources").json()["items"]
        assert (one["policy"], one["kept"], one["sha256"], one["problem"]) == (ID, False, None, None)
        told = client.get(CLAUSES).json()
        assert (told["policy"], told["kept"]) == (ID, False)
        assert len(told["clauses"]) > 3
        assert {(item["state"], item["sentence"]) for item in told["clauses"]} == {(None, None)}


def test_an_added_text_gives_the_sentence_behind_each_rule(tmp_path: Path) -> None:
    with library(tmp_path) as client:
        before = client.get(CLAUSES).headers["etag"]
        add(tmp_path)
        (one,) = client.get("/v1/sources").json()["items"]
        assert (one["kept"], one["format"], one["added"], one["policy_changed"]) == (True, "txt", "2025-06-01", False)
        answer = client.get(CLAUSES, headers={"if-none-match": before})
        assert answer.status_code == 200
        text = (EXAMPLES / "drift" / "old.txt").read_text(encoding="utf-8").replace("\n", "")
        found = [item for item in answer.json()["clauses"] if item["state"] == "same"]
        assert found
        for item in found:
            assert item["sentence"]["text"].replace(" ", "") in text.replace(" ", "")
            assert item["likeness"] == 1
        again = client.get(CLAUSES, headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_a_damaged_copy_is_told_and_its_words_are_not_given(tmp_path: Path) -> None:
    with library(tmp_path) as client:
        add(tmp_path)
        (text,) = (tmp_path / "home" / "sources" / ID).glob("text-*")
        text.write_text("别的话", encoding="utf-8")
        answer = client.get(CLAUSES)
        assert (answer.status_code, answer.json()["code"]) == (409, "shelf-broken")
        assert str(tmp_path) not in answer.text
        (tmp_path / "home" / "sources" / ID / "manifest.json").write_text("{}", encoding="utf-8")
        (one,) = client.get("/v1/sources").json()["items"]
        assert (one["kept"], one["problem"]) == (False, "shelf-broken")


def test_a_document_that_is_not_there_is_told(tmp_path: Path) -> None:
    with library(tmp_path) as client:
        for name in ("none", "..", "%2e%2e", "a%2fb"):
            assert client.get(f"/v1/sources/{name}/clauses").status_code == 404
