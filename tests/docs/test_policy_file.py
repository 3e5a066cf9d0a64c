"""docs/policy-file.md: excerpts are the policies' own lines, constructs parse, wrong ones get the code shown."""

from __future__ import annotations

import re
import textwrap
from typing import get_args

import pytest
from tests.docs.fences import DOCS, ROOT, Block, blocks, outside
from tests.docs.test_errors import in_the_page

from xianjie.language.names import ParameterType, Scope
from xianjie.language.nodes import Node
from xianjie.language.parse import parse_condition
from xianjie.language.text import ExpressionError
from xianjie.policy.model import AnyRule
from xianjie.vocabulary import BASE

PAGE = DOCS / "policy-file.md"
FILES = [
    ROOT / "plugins/tianjin/xianjie_tianjin/policies/tianjin-2024-22.yaml",
    ROOT / "plugins/jinhua/xianjie_jinhua/policies/jinhua-draft.yaml",
]
SCOPE = Scope(
    BASE,
    {"income_line": ParameterType(True, None), "exit_window": ParameterType(False, "years")},
    frozenset({"hardship_after_aid"}),
)


def rows(columns: int, section: str) -> list[list[str]]:
    """List the rows of a section's tables with so many columns, without the backticks of the cells."""
    lines = [line for _, line in outside(PAGE)]
    start = lines.index(f'<a id="{section}"></a>')
    end = next((n for n, line in enumerate(lines[start + 1 :], start + 1) if line.startswith("<a id=")), len(lines))
    cells = [[cell.strip() for cell in line.split(" | ")] for line in lines[start:end] if line.startswith("| `")]
    return [[cell.strip("| `") for cell in row] for row in cells if len(row) == columns]


CONSTRUCTS = [row[0] for row in rows(4, "language")]
REFUSED = [(row[0], row[1]) for row in rows(2, "language")]


@pytest.mark.parametrize("block", list(blocks(PAGE, "yaml")), ids=lambda block: block.where)
def test_an_excerpt_is_what_the_policy_says(block: Block) -> None:
    wanted = textwrap.dedent(block.text).splitlines()
    for file in FILES:
        lines = file.read_text(encoding="utf-8").splitlines()
        for number in range(len(lines)):
            if textwrap.dedent("\n".join(lines[number : number + len(wanted)])).splitlines() == wanted:
                return
    raise AssertionError(f"{block.where} stands in neither policy")


@pytest.mark.parametrize("text", CONSTRUCTS)
def test_a_construct_parses(text: str) -> None:
    parse_condition(text, SCOPE)


@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_a_wrong_condition_gets_its_code(text: str, code: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        parse_condition(text, SCOPE)
    assert raised.value.code == code


def test_every_kind_of_node_is_among_the_constructs() -> None:
    found: set[str] = set()
    for text in CONSTRUCTS:
        found.update(re.findall(r"\b([A-Z]\w+)\(", repr(parse_condition(text, SCOPE))))
    known = {kind.__name__ for kind in get_args(Node)}
    assert known - found == set()


def test_every_part_of_a_rule_is_listed() -> None:
    union = get_args(AnyRule)[0]
    parts = {get_args(kind.model_fields["part"].annotation)[0] for kind in get_args(union)}
    assert {row[0] for row in rows(3, "rules")} == parts


def test_the_codes_named_are_documented() -> None:
    text = PAGE.read_text(encoding="utf-8").split('<a id="errors"></a>', 1)[1]
    named = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", text)) | {code for _, code in REFUSED}
    assert named - set(in_the_page()) == set()
