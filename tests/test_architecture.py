"""The rooms and the directions between them, read off the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

import xianjie

ROOT = Path(__file__).parent.parent
CORE = ROOT / "core" / "xianjie"
PLUGINS = sorted((ROOT / "plugins").glob("*/xianjie_*"))
FILES = sorted(CORE.rglob("*.py"))

RANK = {
    "version": 0,
    "errors": 0,
    "messages": 0,
    "source": 1,
    "home": 1,
    "disk": 1,
    "vocabulary": 1,
    "language": 2,
    "policy": 3,
    "production": 3,
    "plugins": 4,
    "cases": 4,
    "engine": 5,
    "reference": 5,
    "api": 6,
    "compare": 6,
    "proof": 6,
    "regression": 6,
    "sources": 6,
    "population": 6,
    "batch": 7,
    "revision": 7,
    "suite": 7,
    "pytest_plugin": 8,
    "papers": 8,
    "store": 8,
    "vault": 8,
    "access": 8,
    "records": 9,
    "service": 10,
    "client": 10,
    "web": 11,
    "cli": 12,
}
"""A room imports only rooms of a lower rank; a new room is entered here, where it stands in `design.md`."""

OWNERS: dict[str, str | tuple[str, ...]] = {
    "durable": "production/host.py",
    "tinydb": "store/",
    "cryptography": "vault/",
    "stdnum": "vault/",
    "sqlalchemy": "store/",
    "psycopg": ("store/", "population/database/"),
    "alembic": "store/",
    "fastapi": ("service/", "web/workbench.py"),
    "starlette": ("service/", "web/"),
    "uvicorn": "service/",
    "anyio": "service/",
    "orjson": ("service/", "language/narrow.py", "engine/question.py"),
    "prometheus_client": "service/",
    "structlog": "service/",
    "opentelemetry": "service/running/tracing.py",
    "icalendar": "records/deadlines/feed.py",
    "httpx2": "client/",
    "authlib": "service/",
    "joserfc": "service/",
    "typer": "cli/",
    "rich": "cli/",
    "openpyxl": "batch/",
    "polars": "population/",
    "pyspark": "population/spark/",
    "py4j": "population/spark/",
    "pyarrow": "population/spark/",
    "matplotlib": "population/summary/pictures.py",
    "z3": ("language/smt.py", "proof/"),
    "xlsxwriter": ("batch/", "compare/", "revision/", "population/summary/"),
    "jinja2": ("revision/", "papers/filling.py", "web/showing/rendering.py"),
    "markupsafe": ("papers/", "web/showing/assets.py", "web/showing/rendering.py"),
    "pypdf": "sources/",
    "docx": ("sources/", "papers/"),
    "docxtpl": "papers/",
    "selectolax": "sources/",
    "cn2an": "sources/",
    "platformdirs": "home.py",
    "pytest": "pytest_plugin.py",
    "python_calamine": "cases/",
    "pluggy": "plugins.py",
    "ruamel": "policy/yaml_tree.py",
}
"""Which room alone imports a library."""


def room(path: Path) -> str:
    return path.relative_to(CORE).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Give each import as module and name, also those inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, ""
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            for alias in node.names:
                yield node.module or "", alias.name


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


def faults(of: Callable[[Path], Iterable[str]], files: Iterable[Path] = FILES) -> dict[str, list[str]]:
    """Look for faults file by file; a rule over all files is one test, for there are hundreds of them."""
    found = {ids(path): sorted(of(path)) for path in files}
    return {name: listed for name, listed in found.items() if listed}


def rooms_of(path: Path) -> set[str]:
    """Name the rooms that a file imports from."""
    found = set()
    for module, name in imports(parsed(path)):
        head, _, rest = module.partition(".")
        if head == "xianjie":
            found.add((rest or name).partition(".")[0])
    return found


def test_a_room_imports_only_what_lies_below_it() -> None:
    files = [path for path in FILES if room(path) != "__init__"]
    assert {room(path) for path in files} <= RANK.keys(), "a new room: give it a rank"

    def above(path: Path) -> set[str]:
        return {other for other in rooms_of(path) - {room(path)} if RANK[other] >= RANK[room(path)]}

    assert faults(above, files) == {}


def test_the_package_itself_only_hands_on() -> None:
    tree = parsed(CORE / "__init__.py")
    eager = [name for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom) for name in imports(node)]
    assert [module for module, _ in eager if module.startswith("xianjie")] == ["xianjie.version"]


def test_production_knows_only_errors_and_the_language() -> None:
    files = [path for path in FILES if room(path) == "production"]
    assert files
    assert faults(lambda path: rooms_of(path) - {"errors", "language", "production"}, files) == {}


def test_the_client_knows_only_errors_and_the_shape_of_answers() -> None:
    files = [path for path in FILES if room(path) == "client"]
    assert files
    assert faults(lambda path: rooms_of(path) - {"errors", "engine", "client"}, files) == {}
    modules = {module for path in files for module, _ in imports(parsed(path)) if module.startswith("xianjie.engine")}
    assert modules <= {"xianjie.engine.answer"}


def test_a_library_is_imported_by_its_own_room_alone() -> None:
    def foreign(path: Path) -> set[str]:
        here = str(path.relative_to(CORE))
        tops = {module.partition(".")[0] for module, _ in imports(parsed(path))}
        return {top for top in tops & OWNERS.keys() if not here.startswith(OWNERS[top])}

    assert faults(foreign) == {}


def test_the_rules_above_would_notice() -> None:
    """The tables name what is there: a rule over nothing holds always."""
    seen = {other for path in FILES for other in rooms_of(path)}
    assert {"errors", "vocabulary", "language", "policy", "engine", "production", "cases"} <= seen
    libraries = {module.partition(".")[0] for path in FILES for module, _ in imports(parsed(path))}
    assert {"durable", "pluggy", "ruamel"} <= libraries
    bad = ast.parse("def f():\n    from xianjie.engine import assess\n    import durable.lang\n")
    assert set(imports(bad)) == {("xianjie.engine", "assess"), ("durable.lang", "")}


REGION = re.compile(
    "hubei|tianjin|jinhua|shanxi|shaanxi|shanghai|湖北|天津|金华|山西|陕西|上海|42\\d{2}00|1[24]0000|310000|330700",
    re.IGNORECASE,
)


def words(tree: ast.AST) -> Iterator[str]:
    """Give every identifier and string of a module but the docstrings' examples."""
    examples = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
        and ">>>" in (ast.get_docstring(node) or "")
    }
    for node in ast.walk(tree):
        match node:
            case ast.Constant(str(text)) if id(node) not in examples:
                yield text
            case ast.Name(id=text) | ast.Attribute(attr=text) | ast.arg(arg=text):
                yield text
            case ast.FunctionDef(name=text) | ast.ClassDef(name=text):
                yield text
            case ast.alias(name=text):
                yield text


def named(tree: ast.AST, help_text: bool = False) -> set[str]:
    """Find what names a region; a help text may give one as an example (`如 …`, `such as …`)."""
    return {
        word
        for word in words(tree)
        if REGION.search(word) and not (help_text and re.search("，如 |, such as |, as ", word))
    }


def test_nothing_in_core_knows_a_region_by_name() -> None:
    assert faults(lambda path: named(parsed(path), help_text=room(path) == "cli")) == {}


def test_the_search_for_regions_would_find_one() -> None:
    tree = ast.parse(
        'def in_hubei():\n    """Say 天津."""\n    return "310000", "如 tianjin", "write one, such as jinhua"\n'
    )
    assert named(tree) == {"in_hubei", "Say 天津.", "310000", "如 tianjin", "write one, such as jinhua"}
    assert named(tree, help_text=True) == {"in_hubei", "Say 天津.", "310000", "如 tianjin"}
    example = ast.parse('def f():\n    """Do.\n\n    >>> f("jinhua")\n    """\n')
    assert not any(REGION.search(word) for word in words(example))


@pytest.mark.parametrize("folder", PLUGINS, ids=ids)
def test_a_region_imports_only_public_names(folder: Path) -> None:
    files = sorted(folder.rglob("*.py"))
    assert folder / "__init__.py" in files
    for path in files:
        for module, name in imports(parsed(path)):
            if module.partition(".")[0] == "xianjie":
                assert module == "xianjie"
                assert name in xianjie.__all__
            else:
                assert module.partition(".")[0] in {"__future__", folder.name}


def test_nothing_is_executed_outside_the_generator() -> None:
    def run(path: Path) -> set[str]:
        calls = {
            node.func.id
            for node in ast.walk(parsed(path))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        return calls & {"exec", "eval", "compile", "__import__"}

    assert faults(run) == {ids(CORE / "language" / "generate.py"): ["compile", "exec"]}


def test_a_file_is_a_room_with_a_sign_and_not_too_long() -> None:
    def unlike(path: Path) -> Iterator[str]:
        if len(path.read_text(encoding="utf-8").splitlines()) > 500:
            yield "longer than 500 lines"
        if not ast.get_docstring(parsed(path)):
            yield "the first sentence says what the file is for"
        if path.stem in {"utils", "helpers", "base", "misc", "common", "manager"}:
            yield "a name that says nothing"

    assert faults(unlike, [*FILES, *(path for folder in PLUGINS for path in folder.rglob("*.py"))]) == {}


def test_every_folder_of_python_is_a_package() -> None:
    folders = {path.parent for path in FILES}
    assert [ids(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_beside_the_packages_nothing_can_be_imported_by_accident() -> None:
    for parent in [ROOT / "core", *(folder.parent for folder in PLUGINS)]:
        importable = [
            child.name
            for child in parent.iterdir()
            if (child.is_dir() and child.name != "__pycache__") or child.suffix == ".py"
        ]
        assert len(importable) == 1, parent


def test_the_clock_is_read_at_the_outermost_edge_only() -> None:
    def read(path: Path) -> set[str]:
        called = {
            node.func.attr
            for node in ast.walk(parsed(path))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        }
        return called & {"today", "now", "utcnow", "localtime"}

    assert faults(read, [path for path in FILES if room(path) not in {"cli", "service", "web", "store"}]) == {}
