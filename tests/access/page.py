"""Write the tables of docs/access.md from the code: `python -m tests.access.page` puts them into the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from xianjie.access import RULES, Role
from xianjie.access.deciding import REASONS
from xianjie.access.principal import ROLE_NAMES
from xianjie.access.rules import ACTION_NAMES, RESOURCE_NAMES, SCOPE_NAMES
from xianjie.service.door.provider import VARIABLES

PAGE = Path(__file__).parents[2] / "docs" / "access.md"


def matrix() -> str:
    """The table of roles."""
    head = ["资源 resource", "动作 action", *(f"{ROLE_NAMES[role][0]} `{role}`" for role in Role)]
    rows = [head, ["---"] * len(head)]
    for rule in RULES:
        scopes = [rule.roles.get(role) for role in Role]
        rows.append(
            [
                f"{RESOURCE_NAMES[rule.resource]} `{rule.resource}`",
                f"{ACTION_NAMES[rule.action]} `{rule.action}`",
                *("—" if scope is None else SCOPE_NAMES[scope][0] for scope in scopes),
            ]
        )
    return table(rows)


def whys() -> str:
    """The table of reasons for each rule."""
    rows = [["资源 · 动作", "为什么", "why"], ["---"] * 3]
    rows += [[f"`{rule.resource}` `{rule.action}`", rule.zh, rule.en] for rule in RULES]
    return table(rows)


def denials() -> str:
    """The table of reasons for a denial."""
    rows = [["代码 code", "意思", "meaning", "隐去 hidden"], ["---"] * 4]
    rows += [
        [f"`{one.code}`", one.zh, one.en, "是 yes" if one.hides else "否 no"] for one in REASONS if not one.allowed
    ]
    return table(rows)


def table(rows: list[list[str]]) -> str:
    return "\n".join("|" + "|".join(cell if cell == "---" else f" {cell} " for cell in row) + "|" for row in rows)


def oidc() -> str:
    """The table of the variables that name a provider."""
    rows = [["变量 variable", "内容", "what"], ["---"] * 3]
    rows += [[f"`{name}`", zh, en] for name, (zh, en) in VARIABLES.items()]
    return table(rows)


TABLES: dict[str, Callable[[], str]] = {"matrix": matrix, "whys": whys, "denials": denials, "oidc": oidc}


def filled(page: str) -> str:
    """Put each table between its marks."""
    for name, make in TABLES.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        assert page.count(begin) == page.count(end) == 1, f"{PAGE.name} has no place for the table {name}"
        page = f"{page.partition(begin)[0]}{begin}{make()}\n{end}{page.partition(end)[2]}"
    return page


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
