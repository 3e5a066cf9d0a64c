"""Work out what a guarded summary does not tell: bounds of every count, from all sums that its tables must come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Key = tuple[str, ...]
Sum = tuple[Key, tuple[Key, ...]]


def sums(tally: Mapping[str, Any]) -> Iterator[Sum]:
    """List every total with its parts, by the places of the counts; groups are taken to leave no overlap."""
    for region, parts in tally["parts"].items():
        for dimension, part in parts.items():
            for choice, counts in part["choices"].items():
                at = ("parts", region, dimension, "choices", choice)
                yield ("rows",), tuple((*at, word) for word in counts)
                for word in counts:
                    yield (
                        (*at, word),
                        tuple(
                            ("divisions", name, "parts", region, dimension, choice, word) for name in tally["divisions"]
                        ),
                    )
                for name in tally["divisions"]:
                    yield (
                        ("divisions", name, "rows"),
                        tuple(("divisions", name, "parts", region, dimension, choice, word) for word in counts),
                    )
            groups = part.get("groups", {})
            for group, standing in groups.items():
                yield ("rows",), tuple(("parts", region, dimension, "groups", group, name) for name in standing)
            if groups:
                yield (
                    ("parts", region, dimension, "choices", "status", "covered"),
                    tuple(("parts", region, dimension, "groups", group, "matched") for group in groups),
                )
    if tally["divisions"]:
        yield ("rows",), tuple(("divisions", name, "rows") for name in tally["divisions"])
    for one, others in tally["flows"].items():
        for other in others:
            here, there = ("parts", one, "eligibility", "choices", "status"), ("parts", other, "eligibility", "choices")
            left = list(value_at(tally, here))
            right = list(value_at(tally, (*there, "status")))
            for a in left:
                yield (*here, a), tuple(("flows", one, other, a, b) for b in right)
            for b in right:
                yield (*there, "status", b), tuple(("flows", one, other, a, b) for a in left)


def value_at(tree: Any, key: Key) -> Any:
    """Find a count; one that is not named is nought."""
    for name in key:
        if name not in tree:
            return 0
        tree = tree[name]
    return tree


def bounds(told: Mapping[str, Any]) -> dict[Key, tuple[int, int]]:
    """Narrow every count by every sum until nothing more follows."""
    listed = [(total, parts) for total, parts in sums(told) if parts]
    rows = told["rows"]
    out: dict[Key, tuple[int, int]] = {}
    for total, parts in listed:
        for key in (total, *parts):
            value = value_at(told, key)
            # in a list of totals what is nought is told, so that what is not told is not nought
            out[key] = (int("choices" in key or key[-1] == "rows"), rows) if value is None else (value, value)
    moved = True
    while moved:
        moved = False
        for total, parts in listed:
            low, high = sum(out[part][0] for part in parts), sum(out[part][1] for part in parts)
            moved |= _narrow(out, total, low, high)
            for part in parts:
                one = out[part]
                moved |= _narrow(out, part, out[total][0] - (high - one[1]), out[total][1] - (low - one[0]))
                low, high = low - one[0] + out[part][0], high - one[1] + out[part][1]
    return out


def _narrow(out: dict[Key, tuple[int, int]], key: Key, low: int, high: int) -> bool:
    before = out[key]
    out[key] = max(before[0], low), min(before[1], high)
    assert out[key][0] <= out[key][1], "what is told contradicts itself"
    return out[key] != before
