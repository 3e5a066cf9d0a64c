"""Publishing an amendment: its file, its approval on record, and no trace of one that is not fit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest
from fastapi import FastAPI
from tests.service.conftest import TODAY, kept

from xianjie.access import Grant, Principal, Role, division, loopback
from xianjie.errors import PolicyError
from xianjie.plugins import AMENDMENTS, discover
from xianjie.policy.overlay import overlaid, parse_overlay
from xianjie.policy.overlay_model import Overlay
from xianjie.policy.prepared import Policy
from xianjie.records.publications import Approval
from xianjie.records.refusals import Denied
from xianjie.service.amending import amend
from xianjie.service.app import create_app
from xianjie.service.problems import Refused
from xianjie.service.running.reloading import Reloaded
from xianjie.service.settings import ServiceSettings

APPROVAL = Approval("李某", "缩短周期", "虚构〔2030〕1号")
TEXT = """overlay: 1
id: tianjin-2030
base: tianjin-2024-22
zh: 虚构的修改
en: invented
document:
  title: 虚构的修改
  issuers: [虚构的机关]
  effective: 2030-01-01
  standing: issued
  validity: in_force
rules:
  district-supply-directory: {interval: P3M}
"""


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    with kept(tmp_path / "store") as keeping:
        yield create_app(keeping, ServiceSettings(today=lambda: TODAY), discover(amendments=tmp_path / "amendments"))


def published(app: FastAPI, text: str, who: Principal | None = None, sha256: str | None = None) -> Reloaded:
    overlay = parse_overlay(text, "x.yaml")
    base = based(app, overlay)
    made = sha256 or overlaid(base, overlay).sha256
    service = app.state.service

    async def run() -> Reloaded:
        return await amend(service, app.state.reloading, who or loopback(), base, overlay, made, APPROVAL)

    return anyio.run(run)


def based(app: FastAPI, overlay: Overlay) -> Policy:
    found: Policy = next(one for one in app.state.service.answering.engine.documents.every() if one.id == overlay.base)
    return found


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("amendments/**/*") if path.is_file())


def test_it_comes_into_service_with_its_approval(app: FastAPI, tmp_path: Path) -> None:
    done = published(app, TEXT)
    assert files(tmp_path) == ["tianjin-2030.yaml"]
    (record,) = (one for one in done.published if one.body["policy"] == "tianjin-2030")
    assert record.body["approval"] == {"who": "李某", "why": "缩短周期", "document": "虚构〔2030〕1号"}
    line = app.state.service.answering.engine.documents.timelines["tianjin"]
    assert line.governing(dt.date(2029, 12, 31).toordinal()).id == "tianjin-2024-22"
    assert line.governing(dt.date(2030, 1, 1).toordinal()).id == "tianjin-2030"
    again = discover(amendments=tmp_path / "amendments").timelines(["tianjin"])["tianjin"]
    assert {one.id for one in again.all} == {"tianjin-2024-22", "tianjin-2030"}


def test_every_process_finds_it_by_the_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tianjin").mkdir()
    (tmp_path / "tianjin" / "x.yaml").write_text(TEXT, encoding="utf-8")
    monkeypatch.setenv(AMENDMENTS, str(tmp_path))
    assert {one.id for one in discover().load(["tianjin"])} == {"tianjin-2024-22", "tianjin-2030"}
    assert {one.id for one in discover().load(["hubei"])} == {"hubei-2024"}
    (tmp_path / "tianjin" / "x.yaml").write_text("overlay: [", encoding="utf-8")
    with pytest.raises(PolicyError):
        discover().load(["tianjin"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("id: tianjin-2030", "id: tianjin-2024-22"), "amendment-there"),
        (("effective: 2030-01-01", "effective: 2024-01-01"), ""),  # before the document that it amends
        (("effective: 2030-01-01", "effective: 2025-01-01"), "case-does-not-hold"),
    ],
)
def test_what_is_not_fit_leaves_no_trace(app: FastAPI, tmp_path: Path, change: tuple[str, str], code: str) -> None:
    before = app.state.service.answering.engine
    with pytest.raises(Refused) as refused:
        published(app, TEXT.replace(*change))
    assert refused.value.status == 409
    assert not code or code in {problem.code for problem in refused.value.problems}
    assert str(tmp_path) not in "".join(problem.text("zh") for problem in refused.value.problems)
    assert files(tmp_path) == []
    assert app.state.service.answering.engine is before


def test_twice_is_once(app: FastAPI, tmp_path: Path) -> None:
    published(app, TEXT)
    with pytest.raises(Refused) as refused:
        published(app, TEXT.replace("P3M", "P1M"))
    assert [problem.code for problem in refused.value.problems] == ["amendment-there"]
    assert "P3M" in (tmp_path / "amendments" / "tianjin" / "tianjin-2030.yaml").read_text(encoding="utf-8")


def test_a_supposition_is_no_amendment(app: FastAPI, tmp_path: Path) -> None:
    text = (
        "overlay: 1\nid: x\nbase: tianjin-2024-22\nzh: a\nen: a\nrules: {district-supply-directory: {interval: P3M}}\n"
    )
    with pytest.raises(Refused) as refused:
        published(app, text)
    assert [problem.code for problem in refused.value.problems] == ["amendment-document"]
    assert files(tmp_path) == []


def test_it_is_for_those_who_may_publish_there(app: FastAPI, tmp_path: Path) -> None:
    elsewhere = Principal("wang", "王某", frozenset({Grant(Role.POLICY_EDITOR, division("420000"))}))
    administrator = Principal("zhao", "赵某", frozenset({Grant(Role.ADMINISTRATOR, division("120000"))}))
    for who in (elsewhere, administrator):
        with pytest.raises(Denied):
            published(app, TEXT, who)
    assert files(tmp_path) == []
    editor = Principal("li", "李某", frozenset({Grant(Role.POLICY_EDITOR, division("120000"))}))
    assert published(app, TEXT, editor).changed
