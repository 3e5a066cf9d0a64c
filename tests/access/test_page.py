"""docs/access.md says what the code does: its tables are the code's, its commands run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.access.page import PAGE, TABLES, filled
from tests.docs.fences import blocks
from tests.docs.walk import environment, run, shows

from xianjie.access import ClaimRules, Role, Scope
from xianjie.access.api_keys import LONGEST
from xianjie.access.deciding import REASONS
from xianjie.access.rules import ACTION_NAMES, RESOURCE_NAMES, SCOPE_NAMES, Action, Resource
from xianjie.service.door.limiting import MOST
from xianjie.service.door.provider import Provider
from xianjie.service.settings import ServiceSettings
from xianjie.vault.fields import BLOCK
from xianjie.vault.suites import MOST_UNDER_ONE_KEY

TEXT = PAGE.read_text(encoding="utf-8")


def test_the_tables_are_those_of_the_code() -> None:
    assert filled(TEXT) == TEXT, "run python -m tests.access.page"


@pytest.mark.parametrize("name", TABLES)
def test_a_slip_in_a_table_would_be_noticed(name: str) -> None:
    row = next(line for line in TABLES[name]().splitlines()[2:])
    assert filled(TEXT.replace(row, row.replace("|", "| ", 1))) == TEXT


def test_everything_has_a_name_and_every_scope_is_explained() -> None:
    assert set(RESOURCE_NAMES) == set(Resource)
    assert set(ACTION_NAMES) == set(Action)
    assert set(SCOPE_NAMES) == set(Scope)
    for zh, _ in SCOPE_NAMES.values():
        assert re.search(rf"^\| {zh} \|", TEXT, re.M)
    for role in Role:
        assert f"`{role}`" in TEXT
    for reason in REASONS:
        assert reason.allowed or f"| `{reason.code}` |" in TEXT


def test_the_numbers_of_the_page_are_those_of_the_code() -> None:
    assert f"有效期至多 {LONGEST.days} 天" in TEXT
    assert f"补足到 {BLOCK} 字节的倍数" in TEXT
    assert MOST_UNDER_ONE_KEY == 2**32
    assert "2³²" in TEXT


def test_the_command_of_the_page_prints_what_is_shown(tmp_path: Path) -> None:
    (command,) = blocks(PAGE, "sh")
    (output,) = (block for block in blocks(PAGE, "text") if "Bearer" not in block.text)
    done = run(command.text.strip(), tmp_path, environment())
    assert (done.returncode, done.stderr) == (0, "")
    assert shows(output.text, done.stdout) is None, shows(output.text, done.stdout)


def test_keys_are_issued_listed_and_revoked_as_the_page_says(tmp_path: Path) -> None:
    (commands,) = blocks(PAGE, "bash")
    done = run(commands.text, tmp_path, environment(XIANJIE_HOME=str(tmp_path / "home")))
    assert done.returncode == 0, done.stderr
    assert "administrator@national" in done.stdout
    key = (tmp_path / "desk.key").read_text(encoding="utf-8").strip()
    assert done.stdout.splitlines()[-1] == f"已吊销 {key[4:14]}"
    (header,) = (block.text for block in blocks(PAGE, "text") if "Bearer" in block.text)
    assert header == "Authorization: Bearer xjk_…\n"


def test_the_rates_and_times_of_the_page_are_the_settings() -> None:
    settings = ServiceSettings()
    for rate, variable in ((settings.rate, "XIANJIE_RATE"), (settings.failure_rate, "XIANJIE_FAILURE_RATE")):
        assert rate.seconds == 60
        (row,) = (line for line in TEXT.splitlines() if line.endswith(f"| `{variable}` |"))
        assert f"每分钟 {rate.tokens} 次，一时 {rate.burst} 次 {rate.tokens} a minute, {rate.burst} at once" in row
    assert f"在内存里记 {settings.key_seconds:g} 秒" in TEXT
    assert f"至多记 {MOST:,} 个" in TEXT
    provider = Provider(ClaimRules("https://login.example", "xianjie"))
    assert f"默认 {'、'.join(provider.algorithms)}；" in TEXT
    assert (provider.patience, provider.kept, provider.between, provider.stale) == (5, 3600, 60, 86_400)
