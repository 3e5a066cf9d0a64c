"""docs/errors.md documents every error code of the source, and no other.

A code in the source is a hyphenated word followed, in the same call, tuple or table, by its Chinese sentence: that is
how Problem(…), blame(…), fail(…), refuse(…) and the tables of sentences are written.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import pytest
from tests.docs.fences import DOCS, ROOT, blocks, outside

from xianjie.errors import PolicyError
from xianjie.policy.load import read_policy
from xianjie.vocabulary import BASE

CODE = re.compile(r"[a-z]+(?:-[a-z]+)+")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ROW = re.compile(r"^\| `([^`]+)` \| (.+) \| (.+) \|$")


def texts(node: ast.expr) -> str:
    """Gather the words of an expression that makes a sentence."""
    return "".join(
        part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )


def is_chinese(node: ast.expr | None) -> bool:
    """Tell whether an expression is a Chinese sentence: it holds Chinese, or it is the variable `zh`."""
    return node is not None and (bool(CHINESE.search(texts(node))) or (isinstance(node, ast.Name) and node.id == "zh"))


def codes_of(tree: ast.AST) -> Iterator[str]:
    """Find the codes of one module."""
    for node in ast.walk(tree):
        pairs: list[tuple[ast.expr | None, ast.expr]] = []
        if isinstance(node, ast.Dict):
            pairs = list(zip(node.keys, node.values, strict=True))
        elif isinstance(node, ast.Call | ast.Tuple):
            pairs = list(pairwise(node.args if isinstance(node, ast.Call) else node.elts))
        for item, following in pairs:
            code = item.value if isinstance(item, ast.Constant) and isinstance(item.value, str) else ""
            if CODE.fullmatch(code) and is_chinese(following):
                yield code


def in_the_source() -> set[str]:
    """Find the codes of the whole engine."""
    files = (ROOT / "core" / "xianjie").rglob("*.py")
    return {code for file in files for code in codes_of(ast.parse(file.read_text(encoding="utf-8")))}


def composed() -> set[str]:
    """Find the codes that are put together from parts, as `region-{field}`, each as a pattern."""
    files = (ROOT / "core" / "xianjie").rglob("*.py")
    calls = (node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    firsts = (node.args[0] for node in calls if isinstance(node, ast.Call) and node.args and _called(node) == "Problem")
    return {
        "".join(part.value if isinstance(part, ast.Constant) else "[a-z]+" for part in first.values)  # type: ignore[misc]
        for first in firsts
        if isinstance(first, ast.JoinedStr)
    }


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def in_the_page() -> list[str]:
    """List the codes of the page's tables."""
    return [row[1] for _, line in outside(DOCS / "errors.md") if (row := ROW.match(line))]


def test_the_search_finds_the_codes_of_each_kind_of_call() -> None:
    source = """
raise Problem("a-problem", "出错", "wrong")
self.blame(path, "a-blame", f"没有 {x}" + (f"，是否为 {y}？" if y else ""), "x")
self.fail(node, "a-failure", "不行", "no")
TABLE = {"k": ("a-sentence", "缺少", "missing")}
ROWS = {"a-row": ("超过 {} 行", "more than {} rows")}
_fail(file, "a-variable", zh, en, cell)
OTHER = ("not-a-code", "english only")
"""
    assert set(codes_of(ast.parse(source))) == {
        "a-problem",
        "a-blame",
        "a-failure",
        "a-sentence",
        "a-row",
        "a-variable",
    }


def test_every_code_of_the_source_is_documented_and_no_other() -> None:
    documented, found = in_the_page(), in_the_source()
    assert [code for code, count in Counter(documented).items() if count > 1] == []
    assert found - set(documented) == set(), "codes without a row in docs/errors.md"
    rest = set(documented) - found
    patterns = composed()
    assert [code for code in rest if not any(re.fullmatch(pattern, code) for pattern in patterns)] == []
    assert [pattern for pattern in patterns if not any(re.fullmatch(pattern, code) for code in documented)] == []


def test_the_line_shown_is_the_one_that_is_written() -> None:
    file = ROOT / "plugins/tianjin/xianjie_tianjin/policies/tianjin-2024-22.yaml"
    text = file.read_text(encoding="utf-8").replace(
        "hardship_after_aid: aid.received", "hardship_after_aid: aid.recieved"
    )
    with pytest.raises(PolicyError) as raised:
        read_policy(text, file.name, BASE)
    (shown,) = blocks(DOCS / "errors.md", "text")
    assert [problem.text() for problem in raised.value.problems] == [shown.text.strip()]


def test_every_row_tells_meaning_and_mend_in_both_languages() -> None:
    for number, line in outside(DOCS / "errors.md"):
        if row := ROW.match(line):
            for cell in (row[2], row[3]):
                assert CHINESE.search(cell), f"docs/errors.md:{number}"
                assert re.search(r"[A-Za-z]{2}", cell), f"docs/errors.md:{number}"
