"""What a path can lead to: every place of a real answer is admitted with its value; what no answer has is refused."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from tests.regions.region_cases import REGIONS, given

from xianjie.regression.paths import find, parse_path, same
from xianjie.regression.run import Engines, answer_of
from xianjie.regression.shapes import Spot, misfit, spot


def slip(path: str, value: object) -> tuple[str, str] | None:
    """Give code and Chinese sentence of what is wrong with an expectation."""
    steps = parse_path(path)
    assert steps is not None
    found = spot(steps)
    wrong = misfit(found, value) if isinstance(found, Spot) else found
    return None if wrong is None else (wrong[0], wrong[1])


def leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Walk an answer: every place with its value, lists by position."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for number, item in enumerate(value):
            yield from leaves(item, f"{path}[{number}]")
    else:
        yield path, value


def test_no_expectation_that_holds_would_be_refused() -> None:
    """Take every twelfth case of every region: whatever stands in its answer may be expected of it."""
    engines = Engines(REGIONS)
    seen: set[str] = set()
    for region in REGIONS.regions.values():
        for case in given(region)[::12]:
            answer = answer_of(case, engines.of(case))
            for path, value in leaves(answer, ""):
                assert slip(path, value) is None, (region.id, path, value)
                steps = parse_path(path)
                assert steps is not None
                assert same(value, find(answer, steps))
                seen.add(path.split("[")[0].split(".")[0])
    engines.close()
    assert seen == {"policy", "eligibility", "services", "duties", "referral", "incentives"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("referral", None),
        ("duties", []),
        ("duties", None),
        ("duties[0].days_overdue", None),
        ("duties[0].item", None),
        ("duties[0].required", Decimal("79.9")),
        ("duties[0].required", 80),
        ("duties[0].readings[calendar].status", "due_today"),
        ("duties[0].next_due", "2025-05-01"),
        ("referral.document_required", True),
        ("referral.document_required", "not_stipulated"),
        ("referral.simplification.status", "available"),
        ("referral.accompanying[government_duty].status", "not_stipulated"),
        ("referral.procedure.refused.missing_step", "consent"),
        ("eligibility.groups[dibao][0].why.because[0].because[1].text", "未记录"),
        ("eligibility.groups[dibao].why.because[0].value", True),
        ("eligibility.missing", []),
        ("eligibility.missing", ["aid.received"]),
        ("policy.standing", "draft"),
    ],
)
def test_what_can_be_is_admitted(path: str, value: object) -> None:
    assert slip(path, value) is None


@pytest.mark.parametrize(
    ("path", "value", "code", "zh"),
    [
        ("eligibility.stauts", "covered", "path-unknown", "是否为 status？"),
        ("eligibilty.status", "covered", "path-unknown", "是否为 eligibility？"),
        ("regions.hubei.eligibility", "covered", "path-unknown", "此处有 policy、eligibility"),
        ("eligibility.status.word", "x", "path-unknown", "前一步已是一个值"),
        ("eligibility.groups.status", "covered", "path-selector", "请先用方括号选出一项"),
        ("eligibility[0].status", "covered", "path-selector", "方括号之前不是列表"),
        ("eligibility.missing[0][0]", "x", "path-selector", "方括号"),
        ("eligibility.missing[dibao]", "x", "path-selector", "序号"),
        ("eligibility.groups[dibao].why.because[received].text", "x", "path-selector", "序号"),
        ("eligibility.status", "coverd", "word-unknown", "是否为 covered？"),
        ("eligibility.status", "denied", "word-unknown", "须是以下之一：covered、priority_match"),
        ("eligibility.status", "allowed", "word-unknown", "covered"),
        ("referral.status", "covered", "word-unknown", "allowed"),
        ("duties[0].readings[rolling].status", "covered", "word-unknown", "overdue"),
        ("eligibility.readings[flat].status", "overdue", "word-unknown", "covered"),
        ("incentives[premises].status", "available", "word-unknown", "applies"),
        ("referral.simplification.status", "applies", "word-unknown", "available"),
        ("referral.document_required", "maybe", "word-unknown", "not_stipulated"),
        ("referral.document_required", 1, "type-bool", "true"),
        ("policy.standing", "final", "word-unknown", "issued"),
        ("duties[0].force", "should", "word-unknown", "must"),
        ("eligibility.flagged", "true", "type-bool", "true"),
        ("eligibility.flagged", 1, "type-bool", "true"),
        ("duties[0].days_left", "3", "type-int", "整数"),
        ("duties[0].days_left", Decimal("3.5"), "type-int", "整数"),
        ("duties[0].days_left", True, "type-int", "整数"),
        ("duties[0].required", "80", "type-number", "数字"),
        ("duties[0].clause", 3, "type-text", "文字"),
        ("eligibility.missing", "aid.received", "type-set", "列表"),
        ("eligibility.missing", [1], "type-set", "列表"),
        ("eligibility.status", None, "expect-null", "null"),
        ("eligibility.missing", None, "expect-null", "null"),
        ("eligibility.groups", ["dibao"], "expect-whole", "其中的一项"),
        ("eligibility", {"status": "covered"}, "expect-whole", "其中的一项"),
        ("referral", "allowed", "expect-whole", "其中的一项"),
        ("eligibility.status", ["covered"], "word-unknown", "covered"),
        ("eligibility.status", {"covered": 1}, "word-unknown", "covered"),
    ],
)
def test_what_can_never_be_is_refused(path: str, value: object, code: str, zh: str) -> None:
    found = slip(path, value)
    assert found is not None
    assert found[0] == code
    assert zh in found[1]
