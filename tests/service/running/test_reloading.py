"""Documents are taken into service while it runs: tried first, recorded, and left as they were where unfit."""

from __future__ import annotations

import gc
import io
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient
from tests.service.conftest import AT_HOME, TODAY, kept
from tests.service.invented import Altered, copied

from xianjie.access import Division, Grant, Principal, Role
from xianjie.engine.assess import Engine
from xianjie.service.app import create_app
from xianjie.service.logs import make_log
from xianjie.service.problems import Refused
from xianjie.service.proving import outcome, prove_difference
from xianjie.service.settings import ServiceSettings
from xianjie.service.state import Service

VERSION = 'version: "2024-11-14"'
CASE = {"case": {"aid": {"received": True, "still_in_difficulty": True}}, "regions": ["tianjin"]}


class EditorOf:
    """Take everybody for a policy editor of one division."""

    def __init__(self, code: str) -> None:
        self.who = Principal("key:editor", "editor", frozenset({Grant(Role.POLICY_EDITOR, Division(code))}))

    async def principal(self, _: Request) -> Principal:
        return self.who


@contextmanager
def office(folder: Path, door: EditorOf | None = None) -> Iterator[tuple[TestClient, Altered, Service]]:
    """Serve a copy of one region."""
    regions, file = copied("tianjin", folder / "tianjin")
    with kept(folder / "store") as keeping:
        log = make_log("info", io.BytesIO())
        app = create_app(keeping, ServiceSettings(today=lambda: TODAY), regions, log, door)
        with TestClient(app, AT_HOME) as client:
            yield client, file, app.state.service


def version(client: TestClient) -> str:
    return str(client.get("/v1/policies/tianjin-2024-22").json()["version"])


def test_a_changed_document_comes_into_service_and_is_recorded(tmp_path: Path) -> None:
    with office(tmp_path) as (client, file, service):
        file.change(VERSION, 'version: "2025-02"')
        assert version(client) == "2024-11-14"
        answer = client.post("/v1/publications")
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert told["changed"] is True
        (one,) = told["published"]
        sha256 = client.get("/v1/policies/tianjin-2024-22").headers["etag"].strip('"')
        assert (one["policy"], one["policy_version"], one["sha256"]) == ("tianjin-2024-22", "2025-02", sha256)
        assert (one["division"], one["by"]) == ("12", "loopback")
        assert version(client) == "2025-02"
        assert client.get("/v1/publications").json() == {"items": [one], "next": None}
        with service.keeping.store.read() as view:
            assert [entry.body["event"] for entry in view.entries("audit")] == ["policy_published"]


def test_nothing_changed_is_told_and_does_nothing(tmp_path: Path) -> None:
    with office(tmp_path) as (client, _, service):
        before = service.answering
        assert client.post("/v1/publications").json() == {"changed": False, "published": []}
        assert service.answering is before


def test_a_remark_alone_changes_over_without_a_publication_twice(tmp_path: Path) -> None:
    with office(tmp_path) as (client, file, _):
        file.change(VERSION, 'version: "2025-02"')
        client.post("/v1/publications")
        file.change('version: "2025-02"', VERSION)
        file.change(VERSION, 'version: "2025-02"')
        assert client.post("/v1/publications").json() == {"changed": False, "published": []}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("hardship_after_aid: aid.received", "hardship_after_aid: aid.recieved", "unknown-name"),
        ("region: tianjin", "region: beijing", "plugin-region-mismatch"),
        ("schema: 1", "schema: [", "yaml-syntax"),
        # it is well written, and answers otherwise than the region's own cases say
        ("when: hardship_after_aid", "when: not hardship_after_aid", "case-does-not-hold"),
    ],
)
def test_what_does_not_fit_leaves_all_as_it_was(tmp_path: Path, old: str, new: str, code: str) -> None:
    with office(tmp_path) as (client, file, service):
        before, answered = service.answering, client.post("/v1/assessments", json=CASE).json()
        file.change(old, new)
        answer = client.post("/v1/publications")
        assert answer.status_code == 409
        told = answer.json()
        assert code in {fault["code"] for fault in told["errors"]}
        assert str(tmp_path) not in answer.text
        assert "tianjin" in told["errors"][0]["detail"]  # the file's name
        assert service.answering is before
        assert service.ready
        assert client.get("/v1/publications").json()["items"] == []
        assert client.post("/v1/assessments", json=CASE).json()["regions"] == answered["regions"]
        file.change(new, old)
        assert client.post("/v1/publications").json() == {"changed": False, "published": []}


def test_an_editor_of_the_region_publishes_and_one_of_another_does_not(tmp_path: Path) -> None:
    for code, status in (("12", 200), ("42", 403), ("1201", 403), ("", 200)):
        with office(tmp_path / f"of-{code}", EditorOf(code)) as (client, file, _):
            file.change(VERSION, 'version: "2025-02"')
            answer = client.post("/v1/publications")
            assert answer.status_code == status, code
            if status == 403:
                assert answer.json()["code"] == "publication-beyond"
                assert version(client) == "2024-11-14"
            else:
                assert answer.json()["published"][0]["by"] == "key:editor"


def test_where_it_cannot_be_recorded_it_does_not_come_into_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xianjie.store.refusals import full

    def refuse(*_: Any) -> None:
        raise full(None)

    with office(tmp_path) as (client, file, _):
        file.change(VERSION, 'version: "2025-02"')
        with monkeypatch.context() as patched:
            patched.setattr("xianjie.service.running.reloading.publish", refuse)
            assert client.post("/v1/publications").status_code == 507
        assert version(client) == "2024-11-14"
        assert client.post("/v1/publications").json()["changed"] is True
        assert version(client) == "2025-02"


def test_a_request_under_way_keeps_its_engine_which_is_freed_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with office(tmp_path) as (client, file, service):
        engine = service.answering.engine
        closed: list[int] = []
        monkeypatch.setattr(engine._procedures, "close", lambda: closed.append(1))
        alive = weakref.ref(engine)
        file.change(VERSION, 'version: "2025-02"')
        client.post("/v1/publications")
        assert service.answering.engine is not engine
        assert closed == []  # somebody, here this test, still works with it
        assert engine.policies["tianjin"].file.version == "2024-11-14"
        del engine
        monkeypatch.undo()
        gc.collect()
        assert alive() is None
        assert closed == [1]


def test_an_engine_that_was_not_taken_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[Engine] = []
    close = Engine.close

    def noting(engine: Engine) -> None:
        closed.append(engine)
        close(engine)

    with office(tmp_path) as (client, file, service):
        monkeypatch.setattr(Engine, "close", noting)
        file.change("when: hardship_after_aid", "when: not hardship_after_aid")
        client.post("/v1/publications")
        assert service.answering.engine not in closed
        assert len(closed) >= 2  # the one that was to be, and those of the cases


def test_the_description_of_the_interface_follows(tmp_path: Path) -> None:
    with office(tmp_path) as (client, file, _):
        before = client.get("/openapi.json")
        file.change(VERSION, 'version: "2025-02"')
        client.post("/v1/publications")
        after = client.get("/openapi.json")
        assert after.headers["etag"] != before.headers["etag"]
        assert "2025-02" in after.text


def test_files_that_are_being_written_are_left_for_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with office(tmp_path) as (client, _, service):
        before = service.answering
        moving = iter("abcdef")
        monkeypatch.setattr("xianjie.service.running.reloading.files_written", lambda _: next(moving))
        answer = client.post("/v1/publications")
        assert (answer.status_code, answer.json()["code"]) == (409, "documents-moving")
        assert service.answering is before


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with office(tmp_path) as (client, file, service):
        before = service.answering
        (file.file.parent / "folder.yaml").mkdir()
        answer = client.post("/v1/publications")
        assert answer.status_code == 409
        assert str(tmp_path) not in answer.text
        assert service.answering is before


def test_the_solver_waits_for_files_that_are_not_in_service_yet() -> None:
    told = prove_difference(["hubei", "tianjin"], ["0" * 64, "1" * 64], 739_000, ["eligibility"], False, False, 1000)
    with pytest.raises(Refused) as raised:
        outcome(told)
    assert raised.value.status == 503
    assert raised.value.problems[0].code == "documents-changed"
    assert raised.value.headers == {"retry-after": "5"}
