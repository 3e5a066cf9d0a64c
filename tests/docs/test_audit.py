"""docs/audit.md says what the code does: its commands run, and its table of events is the code's.

`python -m tests.docs.test_audit` puts the table into the page.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.docs.fences import DOCS, blocks
from tests.docs.walk import environment, run, shows

from xianjie.records.audit import EVENTS

PAGE = DOCS / "audit.md"
BEGIN, END = "<!-- events -->\n", "<!-- /events -->"


def filled(page: str) -> str:
    """Put the table of events between its marks."""
    rows = ["| 事项 event | 意思 | meaning |", "|---|---|---|"]
    rows += [f"| `{event}` | {zh} | {en} |" for event, (zh, en) in EVENTS.items()]
    before, _, rest = page.partition(BEGIN)
    return before + BEGIN + "\n".join(rows) + "\n" + END + rest.partition(END)[2]


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """Give a home in which two keys were issued and one was revoked."""
    made = environment(XIANJIE_HOME=str(tmp_path / "home"))
    issue = "xianjie access issue --holder a --role reader@88"
    assert run(f'{issue}\nxianjie access revoke "$({issue} | cut -c5-14)"', tmp_path, made).returncode == 0
    return made


def test_the_table_of_events_is_the_code_s() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert filled(text) == text, "run python -m tests.docs.test_audit"


def test_the_commands_print_what_is_shown(tmp_path: Path, env: dict[str, str]) -> None:
    (commands,) = blocks(PAGE, "sh")
    (output,) = blocks(PAGE, "text")
    done = run(commands.text, tmp_path, env)
    assert (done.returncode, done.stderr) == (0, "")
    assert shows(output.text, done.stdout) is None, shows(output.text, done.stdout)
    assert len((tmp_path / "chain.ndjson").read_text(encoding="utf-8").splitlines()) == 3


def test_an_anchor_is_kept_and_given_again(tmp_path: Path, env: dict[str, str]) -> None:
    (commands,) = blocks(PAGE, "bash")
    done = run(commands.text, tmp_path, env)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("✓ 完好")


def test_the_codes_of_the_page_are_those_of_the_errors() -> None:
    errors = (DOCS / "errors.md").read_text(encoding="utf-8")
    codes = set(re.findall(r"`((?:audit|chain)-[a-z-]+)`", PAGE.read_text(encoding="utf-8")))
    assert len(codes) == 6
    assert [code for code in codes if f"| `{code}` |" not in errors] == []


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
