"""Give results to machines: JSON-shaped data, and JUnit's XML for build servers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

from xianjie.regression.paths import Nowhere
from xianjie.regression.run import Difference, Result
from xianjie.regression.tell import brief, failure_lines, say
from xianjie.vocabulary import Vocabulary

Entry = dict[str, Any]

_UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold."""


def described(result: Result, lang: str) -> Entry:
    """Give one result as JSON-shaped data, with every difference and what it rests on."""
    case = result.case
    return {
        "name": case.name,
        "region": case.region,
        "file": case.place.file,
        "line": case.place.line,
        "cell": case.place.cell,
        **properties(result),
        "rows": list(case.rows),
        "tags": list(case.tags),
        "note": case.note,
        "holds": result.holds,
        "differences": [_difference(one, lang) for one in result.differences],
    }


def properties(result: Result) -> Entry:
    """Give what a result was found under: the document and its fingerprint, the overlay, the date."""
    policy = result.policy
    return {
        "as_of": result.as_of,
        "policy": policy["id"],
        "version": policy["version"],
        "sha256": policy["sha256"],
        "overlay": result.overlay["id"] if result.overlay else None,
    }


def _difference(one: Difference, lang: str) -> Entry:
    absent = isinstance(one.found, Nowhere)
    return {
        "path": one.expectation.path,
        "line": one.expectation.place.line,
        "cell": one.expectation.place.cell,
        "expected": _plain(one.expectation.value),
        "found": None if absent else _plain(one.found),
        "nowhere": say(lang, one.found.zh, one.found.en) if isinstance(one.found, Nowhere) else None,
        "because": [
            {"part": ground.name, "status": ground.status, "force": ground.force, "clause": ground.clause}
            | {"why": ground.why}
            for ground in one.grounds
        ],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def junit(timed: Sequence[tuple[Result, float]], names: Mapping[str, str], vocabulary: Vocabulary, lang: str) -> bytes:
    """Give results as JUnit's XML; beside each stands how many seconds it took. `names` are the regions'."""
    failures = sum(not result.holds for result, _ in timed)
    counts = {"name": "xianjie", "tests": str(len(timed)), "failures": str(failures), "errors": "0", "skipped": "0"}
    whole = ET.Element("testsuites", counts)
    suite = ET.SubElement(whole, "testsuite", counts | {"time": f"{sum(seconds for _, seconds in timed):.3f}"})
    for result, seconds in timed:
        attributes = {"classname": result.case.place.file or "", "name": result.case.label, "time": f"{seconds:.3f}"}
        case = ET.SubElement(suite, "testcase", {key: _fit(text) for key, text in attributes.items()})
        kept = ET.SubElement(case, "properties")
        for name, value in listed_properties(result):
            ET.SubElement(kept, "property", {"name": name, "value": _fit(value)})
        if not result.holds:
            failure = ET.SubElement(case, "failure", {"message": _fit(brief(result, vocabulary, lang))})
            region = names.get(result.case.region, result.case.region)
            failure.text = _fit("\n".join(failure_lines(result, region, vocabulary, lang)))
    ET.indent(whole)
    text: str = ET.tostring(whole, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def listed_properties(result: Result) -> list[tuple[str, str]]:
    """Give a result's properties as names and texts; what is not there is left out."""
    found = {"region": result.case.region, **properties(result), "rows": " ".join(result.case.rows)}
    return [(name, str(value)) for name, value in found.items() if value]


def _fit(text: str) -> str:
    return _UNFIT.sub("", text)
