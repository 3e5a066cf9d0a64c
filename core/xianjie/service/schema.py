"""Describe the interface as OpenAPI 3.1: its bodies come from the vocabulary and from the regions that are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from starlette.responses import Response

from xianjie.cases.shape import case_shape
from xianjie.engine.answer import Answer
from xianjie.engine.assess import Engine
from xianjie.records.deadlines.entries import RETRACTED
from xianjie.records.deadlines.ledger_facts import acts
from xianjie.service import shown
from xianjie.service.asking import (
    ASKED,
    EVERYTHING,
    READINGS,
    AssessmentAsked,
    ComparisonAsked,
    DifferenceAsked,
    QuestionsAsked,
)
from xianjie.service.door.admission import Endpoint, Needs, admitting
from xianjie.service.problems import MEDIA
from xianjie.service.wire import JSON
from xianjie.vocabulary.facts import RECORDS
from xianjie.vocabulary.terms import DIMENSIONS
from xianjie.vocabulary.topics import TOPICS

Json = dict[str, Any]

_REF = "#/components/schemas/"
ACCESS = "x-access"
"""What an operation needs, as the table of access names it."""
PART = "x-case-part"
"""What stands, while a schema is made, for a reference to a part of a case."""
NAMED = "x-regions"
"""What stands, while a schema is made, for the regions and documents that the items of a list can name."""
REGION = "x-region"
"""What stands, while a schema is made, for the regions of which a record can be."""
ACTS = "x-ledger-acts"
"""What stands, while a schema is made, for what can be done to a ledger."""
_TAGS: Mapping[str, str] = {
    "assessments": "判定 put cases to the documents of regions",
    "questions": "还要问什么 what to ask, so that a case can be decided",
    "regions": "地区 the regions that are installed",
    "policies": "政策文件 the documents, versioned",
    "comparisons": "逐个议题比较 documents compared, topic by topic",
    "differences": "逐类比对 which cases two documents answer differently",
    "vocabulary": "用语 facts and terms",
    "operation": "运行 for those who run the service",
}
_PROBLEMS: Mapping[int, str] = {
    304: "没有变化 not modified",
    400: "正文无法读取 the body cannot be read",
    401: "需要登录或接口密钥 log in or give an API key",
    403: "没有权限 not allowed",
    404: "没有这个资源 no such resource",
    408: "正文没有在时限内到达 the body did not arrive in time",
    409: "与现状不符 it does not fit the state of things",
    410: "已不存在 it is there no more",
    412: "已被改动 it was changed meanwhile",
    413: "正文过大 the body is too large",
    415: "不接受的内容类型 a type of content that is not accepted",
    421: "Host 不是本服务 the Host is not this service",
    422: "输入有误 the input is wrong",
    428: "须写明所改的版本 the version that is changed is wanted",
    429: "请求过于频繁 too many requests",
    500: "服务出错 the service failed",
    503: "服务繁忙 the service is busy",
    504: "没有在时限内算完 not finished within the time",
    507: "存储空间不足 the store is full",
}
_HEADERS: Mapping[int, Json] = {
    428: {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "description": "读取时的 ETag，即所改的版本 the ETag that the record was read with",
        "schema": {"type": "string", "pattern": '^"[1-9][0-9]{0,9}"$'},
    },
    507: {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "重试时用同一个，只办一次 the same on a retry: it is then done once alone",
        "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
    },
}
"""What a request that can be refused so has in its head: changes need a version, and what writes can be retried."""
EXAMPLE: Json = {
    "case": {
        "case": "E-0007",
        "person": {"dibao_recipient": True},
        "household": {"size": 3, "annual_income": 80000, "property_within_limits": True},
        "aid": {"received": True, "still_in_difficulty": True, "exit_date": "never"},
    },
    "as_of": "2025-08-01",
}


def reference(name: str) -> Json:
    """Refer to a schema by its name."""
    return {"$ref": _REF + name}


def content(name: str, description: str, kinds: Sequence[str] = (JSON,)) -> Json:
    """Describe content of a schema."""
    return {"description": description, "content": {kind: {"schema": reference(name)} for kind in kinds}}


def lines_of(schema: Json) -> Json:
    """Describe NDJSON whose lines have a schema: bytes to whoever does not know it; OpenAPI 3.2 has `itemSchema`."""
    return {"schema": {"type": "string", "format": "binary"}, "x-itemSchema": schema}


def add_route(
    router: APIRouter,
    method: str,
    path: str,
    needs: Needs | None,
    endpoint: Endpoint,
    summary: str,
    description: str,
    gives: Json,
    refuses: Sequence[int],
    takes: Json | None = None,
    also: Mapping[int | str, Json] | None = None,
    status: int = 200,
) -> None:
    """Add an endpoint, which reads its own body and makes its own response, with all that OpenAPI says of it.

    `needs`: what its caller must be allowed to do; None where it is for everybody. `status` is that of success.
    """
    responses: dict[int | str, Json] = {status: gives}
    for refused in (*refuses, *(() if needs is None else (401, 403, 429)), 421, 500):
        why = _PROBLEMS[refused]
        responses[refused] = {"description": why} if refused == 304 else content("Problem", why, (MEDIA,))
    responses.update(also or {})
    router.add_api_route(
        path,
        endpoint if needs is None else admitting(endpoint, needs, strict=True),
        methods=[method],
        operation_id=endpoint.__name__,
        summary=summary,
        description=description,
        status_code=status,
        response_class=Response,
        response_model=None,
        responses=responses,
        openapi_extra={
            **({} if needs is None else {ACCESS: {"resource": needs[0].value, "action": needs[1].value}}),
            **({} if takes is None else {"requestBody": {"required": True, **takes}}),
            **({"parameters": told} if (told := _headers(method, refuses)) else {}),
        },
    )


def _headers(method: str, refuses: Sequence[int]) -> list[Json]:
    """Tell the headers of a request; one that only looks is retried as it is, even where it is noted."""
    return [_HEADERS[one] for one in refuses if one in _HEADERS and (one != 507 or method != "GET")]


def openapi(
    app: FastAPI, engine: Engine, models: Sequence[type[BaseModel]] = (), tags: Mapping[str, str] | None = None
) -> Json:
    """Give the document of an application that answers with an engine; `models` and `tags` are those of its records."""
    made = get_openapi(
        title=app.title,
        version=app.version,
        summary="政府救助与慈善帮扶衔接政策的判定 policies that join government aid to charity, decided",
        description=(
            "每个答案写明条款、力度、缺什么事实、文本在哪里没有说清或没有规定。错误按 RFC 9457，不重复所填的值。\n\n"
            "Every answer names its clause and force, what is missing, and where the text is unsettled or silent. "
            "Errors follow RFC 9457, and never repeat a submitted value."
        ),
        routes=app.routes,
        tags=[{"name": name, "description": text} for name, text in {**_TAGS, **(tags or {})}.items()],
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    made["openapi"] = "3.1.0"
    made["servers"] = [{"url": "/"}]
    schemas: Json = {}
    every: tuple[type[BaseModel], ...] = (Answer, *shown.MODELS, *models)
    for model in every:
        _add(schemas, model)
    _add(schemas, case_shape(engine.vocabulary), prefix="Case")
    _tell_case(schemas, engine)
    for asked in (AssessmentAsked, ComparisonAsked, DifferenceAsked, QuestionsAsked):
        _add(schemas, asked)
        _tell_asked(schemas[asked.__name__], engine)
    settings = schemas["SettingsAsked"]["properties"]
    settings["readings"] = _readings(engine)
    settings["overlay"] = _overlay(engine, settings["overlay"]["description"])
    _tell_documents(made, engine)
    schemas["AssessmentAsked"]["examples"] = [{**EXAMPLE, "regions": [*engine.policies]}]
    for name, schema in schemas.items():
        _tell_parts(schema)
        # generators of clients name a class by its title, and an instance of it in small letters: both are to be unique
        schema["title"] = f"{name}Object" if name.lower() in schema.get("properties", {}) else name
        _tell_regions(schema, {"type": "string", "enum": references(engine)}, [*engine.documents.timelines])
        _tell_acts(schema, engine)
    made.setdefault("components", {})["schemas"] = dict(sorted(schemas.items()))
    _tell_security(made, app)
    return made


def _tell_security(made: Json, app: FastAPI) -> None:
    """Say how one is let in, where not everybody is: Basic is for reading alone."""
    schemes: Json = getattr(app.state.service.door, "schemes", dict)()
    if not schemes:
        return
    made["components"]["securitySchemes"] = schemes
    for methods in made["paths"].values():
        for method, operation in methods.items():
            if ACCESS in operation:
                operation["security"] = [{name: []} for name in schemes if name != "basic" or method == "get"]


def _tell_parts(schema: Json) -> None:
    """Refer to the parts of a case where a record has them."""
    for name, found in schema.get("properties", {}).items():
        if PART in found:
            told = {key: value for key, value in found.items() if key in ("description", "default", "properties")}
            schema["properties"][name] = {**reference(found[PART]), **told}


def _tell_regions(schema: Json, named: Json, regions: Sequence[str]) -> None:
    """Say which regions there are where a record's list names some, and where it is of one."""
    for found in schema.get("properties", {}).values():
        if found.pop(REGION, False):
            found["enum"] = [*regions]
        if found.pop(NAMED, False):
            for option in (found, *found.get("anyOf", ())):
                if "items" in option:
                    option["items"] = named


def _tell_acts(schema: Json, engine: Engine) -> None:
    """Say what can be done to a ledger, a region's own facts included."""
    for found in schema.get("properties", {}).values():
        if found.pop(ACTS, False):
            found["enum"] = [*acts(engine.vocabulary), RETRACTED]


def _tell_documents(made: Json, engine: Engine) -> None:
    """Give the ids and versions that there are as examples of the parameters that name one."""
    policies = [policy for line in engine.documents.timelines.values() for policy in line.all]
    examples = {
        "policy_id": [policy.id for policy in policies],
        "version": list(dict.fromkeys(policy.file.version for policy in policies)),
    }
    for methods in made["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                if parameter["name"] in examples:
                    parameter["schema"]["examples"] = examples[parameter["name"]]
                if parameter["schema"].pop(REGION, False):
                    parameter["schema"]["enum"] = [*engine.documents.timelines]


def _add(schemas: Json, model: type[BaseModel], prefix: str = "") -> None:
    """Add a model and the parts that it refers to, whose names get the prefix."""
    found = model.model_json_schema(ref_template=_REF + prefix + "{model}")
    for name, part in found.pop("$defs", {}).items():
        schemas[prefix + name] = part
    schemas[model.__name__] = found


def references(engine: Engine) -> list[str]:
    """List what can be named: each region, and each of its documents."""
    timelines = engine.documents.timelines
    return [*timelines, *(f"{region}@{one.id}" for region, line in timelines.items() for one in line.all)]


def _tell_case(schemas: Json, engine: Engine) -> None:
    """Say which names provenance and additions may have, which pydantic leaves open."""
    case = schemas["Case"]
    case["properties"]["provenance"] = {
        "anyOf": [
            {
                "type": "object",
                "propertyNames": {"enum": list(engine.vocabulary.names)},
                "additionalProperties": reference("CaseProvenanceShape"),
            },
            {"type": "null"},
        ],
        "default": None,
    }
    schemas["CaseTarget"]["properties"]["additions"]["anyOf"][0]["propertyNames"] = {"pattern": "^[0-9]{4}$"}
    case["description"] = "；".join(f"{name} {zh} {en}" for name, (zh, en) in RECORDS.items())


def _tell_asked(asked: Json, engine: Engine) -> None:
    """Say which regions there are, and what a case is."""
    named = {"type": "string", "enum": references(engine)}
    properties = asked["properties"]
    for name in ("left", "right"):
        if name in properties:
            properties[name] = {**named, "description": properties[name]["description"]}
    if "regions" in properties:
        properties["regions"]["items"] = named
    if "topics" in properties:
        # terms are taken as well; of those, some would be the same name in a client that is generated
        ids = [topic.id for topic in TOPICS]
        properties["topics"]["anyOf"][0]["items"] = {"type": "string", "enum": [*DIMENSIONS, *ids]}
    if "dimensions" in properties:
        options = properties["dimensions"].get("anyOf", [properties["dimensions"]])
        names = [*DIMENSIONS] if "anyOf" in properties["dimensions"] else [*ASKED, EVERYTHING]
        options[0]["items"] = {"enum": names}
        if "anyOf" not in properties["dimensions"]:
            options[0]["minItems"] = 1
    if "readings" in properties:
        properties["readings"] = _readings(engine)
    if "case" in properties:
        needed = "default" not in properties["case"]
        case = reference("Case")
        properties["case"] = case if needed else {"anyOf": [case, {"type": "null"}], "default": None}
        if needed:
            properties["regions"] = {**properties["regions"], "minItems": 1}
            properties["regions"].pop("default", None)
            asked["required"] = sorted({*asked.get("required", ()), "case", "regions"})


def _overlay(engine: Engine, description: str) -> Json:
    """Say what every overlay has; the rest of its form is that of an overlay file."""
    bases = [policy.id for line in engine.documents.timelines.values() for policy in line.all]
    text = {"type": "string", "minLength": 1, "maxLength": 600}
    one = {
        "type": "object",
        "required": ["overlay", "id", "base", "zh", "en"],
        "properties": {
            "overlay": {"const": 1},
            "id": {"type": "string", "pattern": "^[a-z][a-z0-9]*(-[a-z0-9]+)*$", "maxLength": 80},
            "base": {"enum": bases},
            "zh": text,
            "en": text,
        },
    }
    several = {"type": "array", "items": one, "maxItems": 20}
    return {"anyOf": [one, several, {"type": "null"}], "default": None, "description": description}


def _readings(engine: Engine) -> Json:
    """Say which readings can be chosen."""
    options: dict[str, list[str]] = {}
    for policy in engine.documents.every():
        for name, model in policy.file.readings.items():
            found = options.setdefault(f"{policy.region}:{name}", [])
            found += [option.id for option in model.options if option.id not in found]
    return {
        "type": "object",
        "properties": {name: {"enum": ids} for name, ids in sorted(options.items())},
        "additionalProperties": False,
        "default": {},
        "description": READINGS,
    }
