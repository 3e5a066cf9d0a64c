"""What source that writes JSON has to tell of findings: the findings themselves, written down."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from xianjie.language.explain import Finding
from xianjie.language.generate_json import Told

CODE = {True: 3, False: 0, None: 1}


def told(findings: Sequence[Finding]) -> Told:
    """Write findings down: sentences as they stand inside a JSON string, then grounds as elements of a JSON list."""
    texts = [orjson.dumps(finding.why["text"])[1:-1] for finding in findings]
    grounds = [orjson.dumps(finding.why["because"])[1:-1] for finding in findings]
    return Told(
        tuple(CODE[finding.value] for finding in findings),
        tuple(finding.missing for finding in findings),
        tuple(piece.decode("latin-1") for piece in (*texts, *grounds)),
    )
