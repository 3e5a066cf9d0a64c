"""One case over HTTP: the bytes of `xianjie assess --json`, the date, the settings, what is supposed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.cli.conftest import DECIDED, OPEN
from tests.service.conftest import FIVE, RING, TODAY, Make, Server
from typer.testing import CliRunner

import xianjie
from xianjie.cases.read import read_case
from xianjie.cli import create_app
from xianjie.engine.assess import Engine
from xianjie.errors import InputError
from xianjie.plugins import Regions
from xianjie.policy.yaml_tree import YamlTree
from xianjie.service.body import QUICK
from xianjie.service.clock import today
from xianjie.vault import Suite, decision_id, new_ring, written

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "cases").glob("*.yaml"))
PATH = "/v1/assessments"


def read(path: Path) -> list[dict[str, Any]]:
    value = YamlTree(path.read_text("utf-8"), str(path), InputError, dates=False).value
    return value if isinstance(value, list) else [value]


def of_the_command_line(case: Mapping[str, Any], folder: Path, *options: str, home: Path | None = None) -> bytes:
    """Answer under the keys of the application in this process, or of the server whose home is given."""
    path = folder / "case.json"
    path.write_text(json.dumps(case, ensure_ascii=False), encoding="utf-8")
    env = {"XIANJIE_KEYS": written(RING)} | ({} if home is None else {"XIANJIE_KEYS": "", "XIANJIE_HOME": str(home)})
    done = CliRunner().invoke(create_app(), ["assess", str(path), "--json", *options], env=env)
    assert done.exit_code in (0, 4), done.output
    return done.stdout_bytes


def regions_of(names: list[str]) -> list[str]:
    return [word for name in names for word in ("--region", name)]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_answer_is_that_of_the_command_line_byte_for_byte(client: TestClient, tmp_path: Path, path: Path) -> None:
    for case in read(path):
        answer = client.post(PATH, json={"case": case, "regions": FIVE, "as_of": "2025-08-01"})
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/json"
        options = [*regions_of(FIVE), "--as-of", "2025-08-01"]
        assert answer.content == of_the_command_line(case, tmp_path, *options)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_settings_and_language_give_the_same_bytes_too(client: TestClient, tmp_path: Path, lang: str) -> None:
    named = ["tianjin", "hubei@hubei-2024"]
    settings = {"due_soon_days": 45, "readings": {"tianjin:half-year": "rolling"}}
    answer = client.post(PATH, json={"case": OPEN, "regions": named, "settings": settings, "lang": lang})
    assert answer.status_code == 200, answer.text
    options = ["--due-soon-days", "45", "--reading", "tianjin:half-year=rolling", "--lang", lang]
    assert answer.content == of_the_command_line(OPEN, tmp_path, *regions_of(named), *options)
    assert answer.json()["settings"] == {**settings, "overlay": None}


def test_a_real_server_gives_the_same_bytes(server: Server, tmp_path: Path) -> None:
    with server.client() as client:
        answer = client.post(PATH, json={"case": DECIDED, "regions": ["tianjin"]})
        assert answer.content == of_the_command_line(
            DECIDED, tmp_path, "--region", "tianjin", home=server.log.parent / "home"
        )


def test_undetermined_and_ambiguous_are_answers_like_any_other(client: TestClient) -> None:
    five = {"household": {"size": 5, "annual_income": 120000, "property_within_limits": True}, "person": {}}
    answer = client.post(PATH, json={"case": five, "regions": ["jinhua", "hubei"]})
    assert answer.status_code == 200
    found = {name: region["eligibility"]["status"] for name, region in answer.json()["regions"].items()}
    assert found == {"jinhua": "undetermined", "hubei": "undetermined"}
    known = read(next(path for path in EXAMPLES if path.stem == "jinhua-household-of-five"))[0]
    answer = client.post(PATH, json={"case": known, "regions": ["jinhua"]})
    assert answer.json()["regions"]["jinhua"]["eligibility"]["status"] == "ambiguous"


def test_the_date_asked_stands_before_the_case_s_own_and_that_before_today(client: TestClient) -> None:
    def as_of(**more: Any) -> Any:
        answer = client.post(PATH, json={"case": {}, "regions": ["hubei"], **more})
        assert answer.status_code == 200, answer.text
        return answer.json()["as_of"]

    assert as_of() == TODAY.isoformat()
    assert as_of(as_of=None) == TODAY.isoformat()
    assert as_of(case={"as_of": "2025-01-31"}) == "2025-01-31"
    assert as_of(case={"as_of": "2025-01-31"}, as_of="2024-12-31") == "2024-12-31"


def test_today_is_the_day_in_shanghai(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(dt.datetime):
        """Half past midnight in Beijing, when it is still the day before in London."""

        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Clock:
            return cls(2025, 7, 31, 16, 30, tzinfo=dt.UTC).astimezone(tz)

    monkeypatch.setattr("xianjie.service.clock.dt.datetime", Clock)
    assert today() == dt.date(2025, 8, 1)
    answer = make(today=today).post(PATH, json={"case": {}, "regions": ["hubei"]})
    assert answer.json()["as_of"] == "2025-08-01"


@pytest.mark.parametrize("given", ["mapping", "list"])
def test_an_overlay_is_supposed_as_in_python(client: TestClient, given: str) -> None:
    overlay = {
        "overlay": 1,
        "id": "higher-line",
        "base": "jinhua-draft",
        "zh": "收入线提高",
        "en": "a higher line",
        "set": {"income_line": [{"value": 150000, "since": "2025-01-01"}]},
    }
    if given == "list":
        overlay["set"] = {"income_line": 150000}
    case = {"household": {"size": 3, "annual_income": 120000.5, "property_within_limits": True}}
    asked = {"overlay": overlay if given == "mapping" else [overlay]}
    question = {"case": case, "regions": ["jinhua"], "as_of": "2025-08-01"}
    answer = client.post(PATH, json={**question, "settings": asked})
    if given == "mapping":  # a first value has no date of its own, and the policy says so
        assert answer.status_code == 422
        (fault,) = answer.json()["errors"]
        assert (fault["code"], fault["pointer"].startswith("/settings/overlay/set")) == ("parameter-dates", True)
        return
    assert answer.status_code == 200, answer.text
    python = xianjie.assess(case, ["jinhua"], "2025-08-01", overlay=overlay)
    found = python.to_json()
    assert answer.json() == {**found, "decision_id": decision_id(RING, found["decision_id"])}
    plain = client.post(PATH, json=question).json()
    statuses = [one["regions"]["jinhua"]["eligibility"]["status"] for one in (answer.json(), plain)]
    assert statuses[0] == "covered"
    assert statuses[1] != "covered"


def test_a_large_case_is_answered_alike_in_a_thread(client: TestClient, tmp_path: Path) -> None:
    note = {"note": "入户走访" * 100}
    case = {**OPEN, "provenance": dict.fromkeys(xianjie.api.installed_engine().vocabulary.names[:60], note)}
    body = json.dumps({"case": case, "regions": ["hubei"]}, ensure_ascii=False).encode()
    assert len(body) > QUICK
    answer = client.post(PATH, content=body, headers={"content-type": "application/json; charset=UTF-8"})
    assert answer.content == of_the_command_line(case, tmp_path, "--region", "hubei")


def test_the_decision_s_id_is_keyed_and_cannot_be_guessed_back(client: TestClient, regions: Regions) -> None:
    answer = client.post(PATH, json={"case": DECIDED, "regions": ["tianjin"]}).json()
    engine = Engine(regions.load(["tianjin"]), regions.vocabulary)
    bare = engine.assess(read_case(DECIDED, regions.vocabulary), ["tianjin"])
    assert answer == {**bare, "decision_id": decision_id(RING, bare["decision_id"])}
    assert answer["decision_id"] not in (
        bare["decision_id"],
        decision_id(new_ring(Suite.AES, TODAY), bare["decision_id"]),
    )


def test_a_region_named_twice_is_answered_once(client: TestClient) -> None:
    answer = client.post(PATH, json={"case": {}, "regions": ["hubei", "hubei"]})
    assert list(answer.json()["regions"]) == ["hubei"]
