"""The OpenAPI document: valid, in ASCII where machines read it, made from the vocabulary, true of what is answered."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from starlette.testclient import TestClient
from tests.cli.conftest import OPEN
from tests.service.conftest import AT_HOME, FIVE, kept

from xianjie.plugins import Region, Regions
from xianjie.service.app import create_app
from xianjie.service.logs import make_log
from xianjie.vocabulary import BASE, FactSpec, FactType

EXAMPLE = Path(__file__).parents[2] / "examples" / "xianjie-shaanxi" / "xianjie_shaanxi"
Doc = dict[str, Any]


@pytest.fixture(scope="module")
def doc(client: TestClient) -> Doc:
    found: Doc = client.get("/openapi.json").json()
    return found


def operations(doc: Doc) -> list[tuple[str, str, Doc]]:
    return [(path, method, one) for path, methods in doc["paths"].items() for method, one in methods.items()]


def test_it_is_valid(doc: Doc) -> None:
    from openapi_spec_validator import OpenAPIV31SpecValidator  # takes seconds: only where it is needed

    assert doc["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(doc).validate()


def test_names_that_machines_read_are_ascii_and_descriptions_speak_both_languages(doc: Doc) -> None:
    assert all(tag["name"].isascii() for tag in doc["tags"])
    ids = [one["operationId"] for _, _, one in operations(doc)]
    assert len(ids) == len(set(ids))
    for path, _, one in operations(doc):
        assert path.isascii()
        assert one["operationId"].isidentifier()
        assert one["operationId"].isascii()
        assert set(one["tags"]) <= {tag["name"] for tag in doc["tags"]}
        for text in (one["summary"], one["description"]):
            assert any("\u4e00" <= letter <= "\u9fff" for letter in text)
            assert any(word.isascii() and word.isalpha() for word in text.split())
    assert all(name.isascii() and name.isidentifier() for name in doc["components"]["schemas"])


def test_every_reference_leads_somewhere_and_every_schema_is_used(doc: Doc) -> None:
    text = json.dumps(doc)
    for name in doc["components"]["schemas"]:
        assert f'"#/components/schemas/{name}"' in text, name
    for name in re.findall(r'"#/components/schemas/([^"]+)"', text):
        assert name in doc["components"]["schemas"]


def test_every_operation_tells_its_problems(doc: Doc) -> None:
    for _, method, one in operations(doc):
        assert "500" in one["responses"]
        if "requestBody" in one:
            assert {"400", "413", "415", "422"} <= set(one["responses"])
        if method == "post":
            assert {"200", "201", "204"} & set(one["responses"])
        for status, response in one["responses"].items():
            if int(status) >= 400 and "content" in response and one["operationId"] != "is_ready":
                assert list(response["content"]) == ["application/problem+json"]


def test_every_route_of_the_application_is_told(client: TestClient, doc: Doc) -> None:
    hidden = {"/openapi.json", "/docs", "/docs/{sha256}/{name}"}
    told = set(doc["paths"])
    assert not hidden & told
    for path in told:
        assert client.options(re.sub(r"\{[a-z_]+\}", "x", path)).status_code == 204


def validator(doc: Doc, name: str) -> Any:
    return jsonschema_rs.validator_for({"$ref": f"#/components/schemas/{name}", "components": doc["components"]})


def test_the_case_s_schema_is_the_vocabulary_s(doc: Doc) -> None:
    schemas = doc["components"]["schemas"]
    for spec in BASE.facts:
        record = schemas[f"Case{spec.record.capitalize()}"]
        assert record["additionalProperties"] is False
        fact = record["properties"][spec.short]
        assert (fact["title"], fact["description"]) == (spec.zh, spec.en)
    asked = schemas["AssessmentAsked"]
    assert asked["required"] == ["case", "regions"]
    assert set(asked["properties"]["regions"]["items"]["enum"]) >= {*FIVE, "hubei@hubei-2024"}
    valid = validator(doc, "AssessmentAsked")
    assert valid.is_valid(asked["examples"][0])
    assert valid.is_valid({"case": OPEN, "regions": ["hubei"]})
    bad: list[Doc] = [
        {"case": {}},
        {"regions": ["hubei"]},
        {"case": {}, "regions": []},
        {"case": {}, "regions": ["nowhere"]},
        {"case": {"person": {"orphan": 1}}, "regions": ["hubei"]},
        {"case": {"person": {"orphn": True}}, "regions": ["hubei"]},
        {"case": {"provenance": {"aid.recieved": {}}}, "regions": ["hubei"]},
        {"case": {}, "regions": ["hubei"], "settings": {"readings": {"tianjin:half-year": "x"}}},
        {"case": {}, "regions": ["hubei"], "more": 1},
    ]
    for wrong in bad:
        assert not valid.is_valid(wrong), wrong


def test_the_example_is_answered(client: TestClient, doc: Doc) -> None:
    answer = client.post("/v1/assessments", json=doc["components"]["schemas"]["AssessmentAsked"]["examples"][0])
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "schema"),
    [
        ("POST", "/v1/assessments", {"case": OPEN, "regions": FIVE}, "Answer"),
        ("POST", "/v1/assessments", {"case": OPEN, "regions": FIVE, "lang": "en"}, "Answer"),
        ("POST", "/v1/assessments", {"case": {}}, "Problem"),
        ("POST", "/v1/assessments", {"case": {"person": 1, "aid": 2}, "regions": ["hubei"]}, "Problem"),
        ("POST", "/v1/comparisons", {"case": OPEN}, "Comparison"),
        ("GET", "/v1/regions", None, "Regions"),
        ("GET", "/v1/regions?as_of=x", None, "Problem"),
        ("GET", "/v1/policies", None, "Documents"),
        ("GET", "/v1/policies/hubei-2024", None, "WrittenPolicy"),
        ("GET", "/v1/policies/none", None, "Problem"),
        ("GET", "/v1/vocabulary", None, "Vocabulary"),
        ("GET", "/livez", None, "Alive"),
        ("GET", "/readyz", None, "Ready"),
        ("GET", "/none", None, "Problem"),
    ],
)
def test_what_is_answered_is_what_was_told(
    client: TestClient, doc: Doc, method: str, path: str, body: Any, schema: str
) -> None:
    answer = client.request(method, path, json=body)
    validator(doc, schema).validate(answer.json())


def test_the_lines_of_a_batch_are_what_was_told(client: TestClient, doc: Doc) -> None:
    answer = client.post("/v1/assessments/batch", json=[{"case": OPEN, "regions": ["hubei"]}, {"case": 1}])
    for line in answer.text.splitlines():
        validator(doc, "BatchLine").validate(json.loads(line))


def test_the_regions_and_facts_of_a_plugin_appear(tmp_path: Path) -> None:
    vocabulary = BASE.extended([FactSpec("person.veteran", FactType.BOOL, "退役军人", "veteran")], "a test")
    region = Region("shaanxi", "陕西", "Shaanxi", "610000", EXAMPLE)
    regions, log = Regions({"shaanxi": region}, vocabulary), make_log("error", io.BytesIO())
    with kept(tmp_path) as keeping, TestClient(create_app(keeping, regions=regions, log=log), AT_HOME) as client:
        schemas = client.get("/openapi.json").json()["components"]["schemas"]
        assert schemas["CasePerson"]["properties"]["veteran"]["title"] == "退役军人"
        assert "person.veteran" in json.dumps(schemas["Case"])
        named = schemas["AssessmentAsked"]["properties"]["regions"]["items"]["enum"]
        assert {name.partition("@")[0] for name in named} == {"shaanxi"}
        asked = {"case": {"person": {"veteran": True}}, "regions": ["shaanxi"], "as_of": "2025-08-01"}
        assert client.post("/v1/assessments", json=asked).status_code == 200
        assert [one["id"] for one in client.get("/v1/regions").json()] == ["shaanxi"]
        assert "person.veteran" in [one["name"] for one in client.get("/v1/vocabulary").json()["facts"]]
        refused = client.post("/v1/assessments", json={**asked, "regions": ["hubei"]})
        assert refused.json()["code"] == "region-unknown"
