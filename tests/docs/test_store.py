"""The commands and the example of docs/store.md run as they stand."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest
from tests.docs.fences import DOCS, blocks
from tests.docs.walk import environment, run

from xianjie.store import open_store, standard_layout

PAGE = DOCS / "store.md"


def test_the_commands_run_one_after_the_other(tmp_path: Path) -> None:
    (commands,) = blocks(PAGE, "sh")
    with open_store(tmp_path / "home" / "store") as store, store.transaction() as t:
        t.insert("decisions", "D-1", {"case": "c"})
    done = run(commands.text, tmp_path, environment(XIANJIE_HOME=str(tmp_path / "home")))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("decisions") == 4
    assert done.stdout.count("完好") == 2


def test_the_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (example,) = blocks(PAGE, "python")
    monkeypatch.chdir(tmp_path)
    test = doctest.DocTestParser().get_doctest(example.text, {}, "store", str(PAGE), example.line)
    runner = doctest.DocTestRunner()
    runner.run(test)
    assert runner.summarize().failed == 0


def test_the_collections_named_are_declared() -> None:
    text = PAGE.read_text(encoding="utf-8")
    growing = {one.name for one in standard_layout() if one.append_only}
    for name in ("decisions", "consents", "disclosures", "policy_publications"):
        assert f"`{name}`" in text
        assert name in growing
