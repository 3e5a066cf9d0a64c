"""Every example of docs/semantics.md is put to all three engines; every status of the contract is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, get_args

import pytest
from tests.docs.fences import DOCS, Block, blocks

from xianjie import Answer, Engine, InputError, assess
from xianjie.engine import answer as shapes
from xianjie.engine.deciders import EngineName
from xianjie.errors import XianjieError
from xianjie.plugins import discover
from xianjie.policy.yaml_tree import YamlTree

PAGE = DOCS / "semantics.md"
KEYS = {"region", "as_of", "case", "readings", "due_soon_days", "lang", "expect", "refused"}
EXAMPLES = [block for block in blocks(PAGE, "yaml") if re.search(r"^(expect|refused):", block.text, re.M)]

# statuses that none of the five documents yields; the page says so under the same names
NOT_IN_THE_FIVE = {
    ("eligibility.priority", "ambiguous"),
    ("targets", "ambiguous"),
    ("referral", "ambiguous"),
    ("simplification", "ambiguous"),
    ("accompanying", "ambiguous"),
}


def example(block: Block) -> dict[str, Any]:
    """Read an example; dates stay strings, as in a case file."""
    found = YamlTree(block.text, block.where, XianjieError, dates=False).value
    assert isinstance(found, dict)
    assert set(found) <= KEYS, f"{block.where}: unknown keys {set(found) - KEYS}"
    return found


@lru_cache(maxsize=3)
def engine(name: EngineName) -> Engine:
    """Keep one engine of each kind for the whole page."""
    regions = discover()
    return Engine(regions.load(), regions.vocabulary, name)


def ask(one: Mapping[str, Any], name: EngineName) -> Answer:
    """Put an example's case to its region."""
    return assess(
        one["case"],
        regions=[one["region"]],
        as_of=one["as_of"],
        due_soon_days=one.get("due_soon_days", 30),
        readings=one.get("readings"),
        lang=one.get("lang", "zh"),
        engine=engine(name),
    )


def pick(entry: Any, path: str) -> Any:
    """Follow a path as `duties[0].status` or `groups[uplift].missing`; a name picks the one entry that carries it."""
    for step in re.findall(r"[^.\[\]]+|\[[^\]]+\]", path):
        if not step.startswith("["):
            entry = entry[step]
        elif step[1:-1].isdigit():
            entry = entry[int(step[1:-1])]
        else:
            keys = ("id", "instrument", "service", "reading", "rule", "duty", "advice")
            found = [item for item in entry if step[1:-1] in [item.get(key) for key in keys]]
            assert len(found) == 1, f"{step} picks {len(found)} entries"
            entry = found[0]
    return entry


@pytest.mark.parametrize("name", get_args(EngineName))
@pytest.mark.parametrize("block", EXAMPLES, ids=lambda block: block.where)
def test_the_example_is_what_the_engine_answers(block: Block, name: EngineName) -> None:
    one = example(block)
    if "refused" in one:
        with pytest.raises(InputError) as raised:
            ask(one, name)
        assert [[problem.code, problem.place.path] for problem in raised.value.problems] == one["refused"]
        return
    told = ask(one, name).to_json()["regions"][one["region"]]
    found = {path: pick(told, path) for path in one["expect"]}
    assert found == {path: _plain(value) for path, value in one["expect"].items()}


def _plain(value: Any) -> Any:
    """Read YAML's exact numbers as the JSON numbers of an answer."""
    from decimal import Decimal

    return float(value) if isinstance(value, Decimal) else value


def shown() -> Iterator[tuple[str, str]]:
    """Name every status that an example shows, with the part of the answer."""
    for block in EXAMPLES:
        one = example(block)
        case = one["case"]
        lists = ["ledgers"] * len(case.get("ledgers", ())) + ["counts"] * len(case.get("duties", ()))
        lists += ["targets"] * len(case.get("targets", ()))
        for path, value in one.get("expect", {}).items():
            if path in ("eligibility.coverage", "eligibility.priority", "eligibility.status", "referral.status"):
                yield path.removesuffix(".status"), value
            elif found := re.fullmatch(r"duties\[(\d+)\]\.status", path):
                yield lists[int(found[1])], value
            elif found := re.fullmatch(r"(?:referral\.)?(\w+)(?:\[[^\]]+\])?\.status", path):
                yield found[1], value


def known() -> Iterator[tuple[str, str]]:
    """Name every status that the shape of an answer allows, with the part."""
    for part, shape, field in (
        ("eligibility.coverage", shapes.Eligibility, "coverage"),
        ("eligibility.priority", shapes.Eligibility, "priority"),
        ("eligibility", shapes.Eligibility, "status"),
        ("referral", shapes.Referral, "status"),
        ("simplification", shapes.Simplification, "status"),
        ("accompanying", shapes.Accompanying, "status"),
        ("incentives", shapes.IncentiveEntry, "status"),
        ("services", shapes.ServiceEntry, "status"),
    ):
        yield from ((part, status) for status in _words(shape.model_fields[field].annotation))
    timed = {"fresh", "due_soon", "due_today", "overdue"}
    counted = {"met", "in_progress", "not_met"}
    every = set(_words(shapes.DutyEntry.model_fields["status"].annotation))
    assert every >= timed | counted
    yield from (("ledgers", status) for status in every - counted)
    yield from (("counts", status) for status in every - timed)
    yield from (("targets", status) for status in every - timed - {"no_fixed_interval"})


def _words(annotation: Any) -> Iterator[str]:
    for item in get_args(annotation):
        if isinstance(item, str):
            yield item
        else:
            yield from _words(item)


def test_every_status_of_the_contract_is_shown() -> None:
    assert set(known()) - set(shown()) == NOT_IN_THE_FIVE


def test_the_page_names_the_statuses_that_no_document_yields() -> None:
    text = PAGE.read_text(encoding="utf-8")
    missing = [part for part, status in sorted(NOT_IN_THE_FIVE) if f"`{part}` `{status}`" not in text]
    assert missing == []


def test_the_decision_id_is_that_of_the_question() -> None:
    case = {"case": "E-1", "aid": {"received": True}}

    def asked(day: str = "2025-05-01", days: int = 30, lang: str = "zh") -> str:
        kept = engine("generated")
        return assess(case, regions=["hubei"], as_of=day, due_soon_days=days, lang=lang, engine=kept).decision_id

    assert asked() == asked() == asked(lang="en")
    assert len({asked(), asked(day="2025-05-02"), asked(days=29)}) == 3


def test_without_a_date_nothing_is_answered() -> None:
    with pytest.raises(InputError) as raised:
        assess({}, regions=["hubei"], engine=engine("generated"))
    assert [problem.code for problem in raised.value.problems] == ["as-of-missing"]
