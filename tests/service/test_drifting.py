"""Texts are compared in a process of its own, which finds what a comparison here finds and ends with its time."""

from __future__ import annotations

import pickle
import time
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.service.conftest import TODAY
from tests.web.conftest import serving, token
from tests.web.reading import faults_of, read

from xianjie.api import installed_engine
from xianjie.service import drifting
from xianjie.service.drifting import Compared, compare_apart
from xianjie.sources.drift import drift
from xianjie.sources.marking import differing

POLICY = installed_engine().policies["hubei"]
ASKED = (f"hubei@{POLICY.id}", POLICY.sha256, TODAY.toordinal())
BEFORE = "一、虚构的第一条\n各级民政部门应当每半年更新供给台账。\n"
AFTER = BEFORE.replace("每半年", "每季度")


@pytest.mark.parametrize("old", [BEFORE, None])
def test_what_comes_back_is_what_a_comparison_here_finds(old: str | None) -> None:
    found = compare_apart(*ASKED, old, AFTER)
    assert isinstance(found, Compared)
    again: Any = pickle.loads(pickle.dumps(found))
    assert again.drift == drift(POLICY, old, AFTER)
    changed = again.drift.of("changed")
    assert again.marks == {place: differing(one.old.text, one.new.text) for place, one in enumerate(changed)}
    assert len(changed) == (old is not None)


def test_a_document_that_this_process_does_not_know_is_told() -> None:
    word, told = compare_apart(ASKED[0], "0" * 64, ASKED[2], None, AFTER)  # type: ignore[misc]
    assert word == "wrong"
    assert [problem.code for problem in told["problems"]] == ["documents-changed"]


def test_a_text_that_takes_too_long_is_let_go_and_the_page_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drifting, "SECONDS", 0.05)
    with serving(tmp_path) as client:
        answer = sent(client, "啊" * 200_000)
        page = read(answer.text)
        assert answer.status_code == 504
        assert faults_of(page) == []
        assert "没有在时限内算完" in page.one("main").text
        begun = time.monotonic()
        assert client.get("/revise").status_code == 200  # the service goes on
        assert time.monotonic() - begun < 20


def sent(client: TestClient, text: str) -> Any:
    return client.post(
        "/revise/drift",
        data={**token(client), "base": POLICY.id},
        files={"text": ("a.txt", text.encode(), "text/plain")},
    )
