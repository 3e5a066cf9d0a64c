"""A client that others generate from our OpenAPI document is whole: nothing left out, typed, and it works."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.docs.walk import environment
from tests.service.conftest import Server, start

GENERATOR = Path(sys.prefix) / "generator" / "bin"
NAME = "generated_client"
NDJSON = "application/x-ndjson"
"""All that the generator does not know: it leaves out that a batch can be sent so, and gives its answer as bytes."""

USE = """
import importlib, json, pkgutil, sys
import generated_client
for found in pkgutil.walk_packages(generated_client.__path__, "generated_client."):
    importlib.import_module(found.name)
from generated_client import Client
from generated_client.api.assessments import assess, assess_batch
from generated_client.api.organisations import get_organisation, list_organisations, record_organisation
from generated_client.models import AssessmentAsked, OrganisationAsked, Problem
with Client(sys.argv[1]) as client:
    body = json.loads(sys.argv[2])
    answered = assess.sync(client=client, body=AssessmentAsked.from_dict(body))
    made = record_organisation.sync(
        client=client, body=OrganisationAsked.from_dict({"name": "Invented", "division": "42"}), idempotency_key="k"
    )
    listed = list_organisations.sync(client=client)
    asked = AssessmentAsked.from_dict(body)
    lines = assess_batch.sync_detailed(client=client, body=[asked, asked]).content.splitlines()
    refused = get_organisation.sync("nowhere", client=client)
assert isinstance(refused, Problem), refused
print(json.dumps({"answer": answered.to_dict(), "made": made.id, "listed": [one.id for one in listed.items],
                  "refused": refused.code, "lines": [json.loads(line) for line in lines]}))
"""

pytestmark = pytest.mark.skipif(not GENERATOR.exists(), reason="`make test` installs the generator")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = start(tmp_path_factory.mktemp("generated") / "log")
    yield made
    made.stop()


@pytest.fixture(scope="module")
def document(server: Server) -> dict[str, Any]:
    return dict(httpx2.get(f"{server.url}/openapi.json").json())


@pytest.fixture(scope="module")
def folder(document: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Generate a client; a warning means that something of the document was left out."""
    made = tmp_path_factory.mktemp("client")
    (made / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
    (made / "config.yml").write_text("post_hooks: []\n", encoding="utf-8")  # as it writes it, not tidied by ruff
    options = ["--path", "openapi.json", "--config", "config.yml", "--output-path", NAME, "--meta", "none"]
    done = subprocess.run(
        [str(GENERATOR / "openapi-python-client"), "generate", *options],
        cwd=made,
        env=environment() | {"COLUMNS": "10000"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    warned = re.findall(r"^WARNING (.*)$", done.stderr, re.M)
    reasons = re.findall(r"^(?:Unsupported content.type|Cannot parse) .*$", done.stderr, re.M)
    assert len(warned) == len(reasons) == 2, done.stderr
    assert all("/v1/assessments/batch" in line for line in warned)
    assert all(NDJSON in line for line in reasons)
    return made


def test_every_operation_has_its_module(folder: Path, document: dict[str, Any]) -> None:
    told = {one["operationId"] for ways in document["paths"].values() for one in ways.values()}
    modules = {file.stem for file in (folder / NAME / "api").glob("*/*.py")} - {"__init__"}
    assert modules == told


def test_the_types_of_the_generated_client_hold(folder: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--config-file", os.devnull, "--cache-dir", str(folder / "cache")),
            *("--python-executable", str(GENERATOR / "python"), "-p", NAME),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_it_compiles_and_gets_the_answer_that_everybody_gets(folder: Path, server: Server) -> None:
    body = {"case": {"person": {"dibao_recipient": True}}, "regions": ["hubei", "jinhua"], "as_of": "2025-08-01"}
    done = subprocess.run(
        [str(GENERATOR / "python"), "-c", USE, server.url, json.dumps(body)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    assert told["answer"] == httpx2.post(f"{server.url}/v1/assessments", json=body).json()
    assert told["lines"] == [told["answer"]] * 2
    assert told["made"] in told["listed"]
    assert told["refused"] == "record-unknown"
