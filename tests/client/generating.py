"""Write the parts of the client that follow from OpenAPI: `python -m tests.client.generating`, or `make client`.

For each tag a module with the shapes of what is answered and, for each operation, a function that makes its call; and
the methods of both clients. What the client has of its own (assessments, batches) is left out here.
"""

from __future__ import annotations

import io
import keyword
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient
from tests.service.conftest import AT_HOME, kept

from xianjie.service.app import create_app
from xianjie.service.logs import make_log

Json = Mapping[str, Any]

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "core" / "xianjie" / "client"
OWN = {"assess", "assess_batch"}
PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
FORMATS = {"date": "dt.date", "date-time": "dt.datetime"}


def document() -> Json:
    """Give the OpenAPI document of the service with the regions that are installed."""
    with tempfile.TemporaryDirectory() as folder, kept(Path(folder)) as keeping:
        client = TestClient(create_app(keeping, log=make_log("error", io.BytesIO())), AT_HOME)
        made: Json = client.get("/openapi.json").json()
        return made


def written() -> dict[str, str]:
    """Write the files, by their path in the client's folder, formatted as all code is."""
    api = Api(document())
    texts = {f"resources/{module(tag)}.py": api.resource(tag) for tag in api.tags()}
    sign = (
        '"""The resources of the service, one in each module. Written by `make client` from OpenAPI: do not edit."""\n'
    )
    texts |= {"resources/__init__.py": sign, "methods.py": api.methods()}
    return {name: formatted(text) for name, text in sorted(texts.items())}


def module(tag: str) -> str:
    """Name the module of a tag."""
    return tag.replace("-", "_")


def formatted(text: str) -> str:
    """Format as ruff does."""
    ruff = [str(Path(sys.executable).with_name("ruff"))]
    options = ["--config", str(ROOT / "pyproject.toml"), "--stdin-filename", str(FOLDER / "x.py"), "-"]
    checked = subprocess.run(
        [*ruff, "check", "--fix", "-q", "--select", "F401,I", *options],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    done = subprocess.run([*ruff, "format", *options], input=checked.stdout, capture_output=True, text=True, check=True)
    return done.stdout


# -- types -------------------------------------------------------------------------------------------------------------


def references(schema: object) -> Iterator[str]:
    """Find the schemas that one refers to."""
    match schema:
        case {"$ref": str(reference)}:
            yield reference.rpartition("/")[2]
        case dict():
            for value in schema.values():
                yield from references(value)
        case list():
            for value in schema:
                yield from references(value)


def success(operation: Json) -> tuple[str, Json]:
    """Give the status of success and its response."""
    return next((status, told) for status, told in operation["responses"].items() if status.startswith("2"))


def result(operation: Json) -> Json | None:
    """Give the schema of what an operation answers; None where it is not JSON."""
    found: Json | None = success(operation)[1].get("content", {}).get("application/json", {}).get("schema")
    return found


def first_line(text: str) -> str:
    """Take the first line of a description as a docstring."""
    line = text.strip().splitlines()[0].replace("\\", "").replace('"', "'")
    return line if line.endswith((".", "。")) else line + "."


def optional(name: str, type_: str) -> str:
    """Write an argument that can be left out."""
    return f"{name}: {type_} = None" if type_ == "Any" or "None" in type_ else f"{name}: {type_} | None = None"


def step(text: str) -> str:
    """Write a step of a path."""
    return text[1:-1] if text.startswith("{") else f'"{text}"'


class Api:
    """An OpenAPI document, and which of its schemas have shapes of their own here: not cases, nor answers."""

    def __init__(self, told: Json) -> None:
        self.schemas: Json = told["components"]["schemas"]
        self.operations = [
            (method.upper(), path, operation)
            for path, ways in told["paths"].items()
            for method, operation in ways.items()
            if operation["operationId"] not in OWN
        ]
        self.open = {"Answer", "Problem", "BatchLine", *self.parts("Case")}
        self.homes: dict[str, str] = {}
        for _, _, operation in self.operations:
            for name in self.parts(*references(result(operation) or {})):
                self.homes.setdefault(name, operation["tags"][0])

    def tags(self) -> list[str]:
        """List the tags."""
        return list(dict.fromkeys(operation["tags"][0] for _, _, operation in self.operations))

    def parts(self, *names: str) -> list[str]:
        """List schemas and all that they refer to, what they are made of first; without those that are open."""
        out: list[str] = []
        seen: set[str] = set(getattr(self, "open", ()))

        def add(name: str) -> None:
            if name not in seen:
                seen.add(name)
                for part in references(self.schemas[name]):
                    add(part)
                out.append(name)

        for name in names:
            add(name)
        return out

    def kind(self, schema: Json, given: bool = False) -> str:
        """Write a schema as a type. `given`: as an argument, where days may be text too."""
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            if name == "Answer" or name not in (self.open if not given else self.schemas):
                return str(name)
            return "Mapping[str, Any]" if given else "dict[str, Any]"
        if "anyOf" in schema:
            more = {"format": schema["format"]} if "format" in schema else {}
            found = list(dict.fromkeys(self.kind({**more, **one}, given) for one in schema["anyOf"]))
            return " | ".join(sorted(found, key=lambda one: one == "None"))
        if "enum" in schema or "const" in schema:
            values = schema.get("enum", [schema.get("const")])
            return PLAIN[{str: "string", int: "integer", bool: "boolean"}[type(values[0])]]
        named = schema.get("type")
        if isinstance(named, list):
            return " | ".join(self.kind({**schema, "type": one}, given) for one in sorted(named, key="null".__eq__))
        match named:
            case "array":
                items = self.kind(schema.get("items", {}), given)
                return f"Sequence[{items}]" if given else f"list[{items}]"
            case "object":
                more = schema.get("additionalProperties", True)
                inner = self.kind(more, given) if isinstance(more, Mapping) else "Any"
                return f"Mapping[str, {inner}]" if given else f"dict[str, {inner}]"
            case "string" if schema.get("format") in FORMATS:
                day = FORMATS[schema["format"]]
                return f"{day} | str" if given else day
            case None:
                return "Any"
        return PLAIN[named]

    # -- a resource ----------------------------------------------------------------------------------------------------

    def resource(self, tag: str) -> str:
        """Write the module of a tag."""
        mine = [one for one in self.operations if one[2]["tags"][0] == tag]
        shapes = [name for name, home in self.homes.items() if home == tag]
        used = {part for _, _, operation in mine for part in references(result(operation) or {})}
        used |= {part for name in shapes for part in references(self.schemas[name])}
        others: dict[str, list[str]] = {}
        for name in sorted(used - set(shapes) - self.open):
            others.setdefault(self.homes[name], []).append(name)
        paths = ", ".join(sorted({path for _, path, _ in mine if "{" not in path}))
        head = [
            f'"""`{paths}`. Written by `make client` from OpenAPI: do not edit."""\n',
            "from __future__ import annotations\n",
            "import datetime as dt\nfrom collections.abc import Mapping, Sequence\nfrom typing import Any\n",
            "from pydantic import Field, RootModel\n",
            "from xianjie.client.call import Call, ask, get, given, nothing, path, reads, text, write",
            *(
                f"from xianjie.client.resources.{module(home)} import {', '.join(names)}"
                for home, names in sorted(others.items())
            ),
            "from xianjie.client.shape import Shape\nfrom xianjie.engine.answer import Answer\n",
        ]
        return "\n\n".join(["\n".join(head), *map(self.shape, shapes), *(self.function(*one) for one in mine)])

    def shape(self, name: str) -> str:
        """Write a schema as a class."""
        schema = self.schemas[name]
        about = first_line(schema.get("description", name))
        if schema.get("type") != "object" or "properties" not in schema:
            return f'class {name}(RootModel[{self.kind(schema)}]):\n    """{about}"""\n'
        required = set(schema.get("required", ()))
        fields = []
        for field, one in schema["properties"].items():
            type_ = self.kind(one)
            if field not in required and "None" not in type_:
                type_ += " | None"
            default = "" if field in required else " = None"
            if keyword.iskeyword(field):
                default = f' = Field({"" if field in required else "default=None, "}alias="{field}")'
            fields.append(f"    {field}{'_' if keyword.iskeyword(field) else ''}: {type_}{default}")
        return f'class {name}(Shape):\n    """{about}"""\n\n' + "\n".join(fields) + "\n"

    def function(self, method: str, path: str, operation: Json) -> str:
        """Write the function that makes the call of an operation."""
        parameters = operation.get("parameters", ())
        steps = re.findall(r"\{(\w+)\}", path)
        headers = {one["name"].lower(): one["required"] for one in parameters if one["in"] == "header"}
        members, whole = self.body(operation)
        queries = [
            (one["name"], one["schema"], one.get("required", False)) for one in parameters if one["in"] == "query"
        ]

        def argument(name: str) -> str:
            return name + "_" if name in steps or keyword.iskeyword(name) else name

        needed: list[str] = []
        others: list[str] = []
        for name, schema, required in [*members, *queries]:
            type_ = self.kind(schema, given=True)
            (needed if required else others).append(
                f"{argument(name)}: {type_}" if required else optional(argument(name), type_)
            )
        writes = "idempotency-key" in headers
        if writes:
            others.append("idempotency_key: str | None = None")
        changes = "if-match" in headers
        taken = [f"{name}: str" for name in steps]
        if changes:
            (taken if headers["if-match"] else others).append(
                "version_read: int" if headers["if-match"] else "version_read: int | None = None"
            )
        taken += ["body: object"] if whole else []
        signature = ", ".join([*taken, *(["*", *needed, *others] if needed or others else [])])
        asked = [f"{argument(name)}={argument(name)}" for name, _, _ in queries]
        where = "path(" + ", ".join([*map(step, path.strip("/").split("/")), *asked]) + ")"
        sent = "body" if whole else self.sent([(name, argument(name), required) for name, _, required in members])
        read, type_ = self.reader(operation)
        if method == "GET":
            made = f"get({where}, {read}" + (", cached=True)" if "304" in operation["responses"] else ")")
        elif writes:
            version = ", version=version_read" if changes else ""
            made = f'write("{method}", {where}, {sent}, {read}{version}, idempotency_key=idempotency_key)'
        else:
            assert method == "POST", f"{method} {path} takes no Idempotency-Key"
            made = f"ask({where}, {sent}, {read})"
        about = first_line(operation["summary"])
        return f'def {operation["operationId"]}({signature}) -> Call[{type_}]:\n    """{about}"""\n    return {made}\n'

    def sent(self, members: list[tuple[str, str, bool]]) -> str:
        """Write the body: what is needed always, the rest where it is given."""
        if not members:
            return "None"
        needed = ", ".join(f'"{name}": {argument}' for name, argument, required in members if required)
        others = ", ".join(f'"{name}": {argument}' for name, argument, required in members if not required)
        if not others:
            return "{" + needed + "}"
        return f"given({{{others}}})" if not needed else f"{{{needed}, **given({{{others}}})}}"

    def body(self, operation: Json) -> tuple[list[tuple[str, Json, bool]], bool]:
        """Give the members of the body as arguments, or say that it is given whole."""
        content = operation.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        if "$ref" in schema:
            schema = self.schemas[schema["$ref"].rpartition("/")[2]]
        if schema.get("type") != "object" or "properties" not in schema:
            return [], bool(content)
        required = set(schema.get("required", ()))
        return [(name, one, name in required) for name, one in schema["properties"].items()], False

    def reader(self, operation: Json) -> tuple[str, str]:
        """Write what reads the reply, and what it gives."""
        schema = result(operation)
        if schema is None:
            return ("text", "str") if success(operation)[1].get("content") else ("nothing", "None")
        assert "$ref" in schema, operation["operationId"]
        name = schema["$ref"].rpartition("/")[2]
        return f"reads({name})", name

    # -- the methods ---------------------------------------------------------------------------------------------------

    def methods(self) -> str:
        """Write the methods of both clients."""
        named = sorted((one["operationId"], module(one["tags"][0])) for _, _, one in self.operations)
        parts = [
            '"""The methods of both clients, one for each operation. Written by `make client`: do not edit."""\n\n'
            "from __future__ import annotations\n\nfrom typing import TypeVar\n\n"
            "from xianjie.client.binding import awaited, called\nfrom xianjie.client.call import Call\n"
            f"from xianjie.client.resources import {', '.join(sorted({home for _, home in named}))}\n\n"
            'T = TypeVar("T")\n'
        ]
        for name, by, define in (("Called", "called", "def"), ("Awaited", "awaited", "async def")):
            parts.append(
                f'class {name}:\n    """Have a method for each operation, to be {by}."""\n\n'
                f'    {define} send(self, call: Call[T], /) -> T:\n        """Carry out a call."""\n'
                "        raise NotImplementedError\n\n"
                + "".join(f"    {one} = {by}({home}.{one})\n" for one, home in named)
            )
        return "\n\n".join(parts)


def main() -> None:
    """Write the files, and take away those of resources that are no more."""
    files = written()
    (FOLDER / "resources").mkdir(exist_ok=True)
    for file in (FOLDER / "resources").glob("*.py"):
        if f"resources/{file.name}" not in files:
            file.unlink()
    for name, text in files.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        sys.stdout.write(f"{name}: {len(text.splitlines())}\n")


if __name__ == "__main__":
    main()
