"""Change a policy at random, at one place, on its plain values; what comes out is read as any policy is."""

from __future__ import annotations

import copy
import datetime as dt
import json
import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from xianjie.errors import PolicyError
from xianjie.policy.load import read_policy
from xianjie.policy.prepared import Policy
from xianjie.policy.yaml_tree import YamlTree
from xianjie.vocabulary import Vocabulary

WORDS = {
    "force": ("must", "must_bare", "may", "encouraged", "explore", "priority", "definition", "target", "principle"),
    "qualifier": ("commitment", "renvoi"),
    "standing": ("issued", "draft", "press_report"),
    "validity": ("in_force", "unverified", "not_in_force", "lapsed"),
    "text": ("full", "digest"),
    "becomes": ("ambiguous", "recommended", "note", "input", "condition"),
    "differ": ("ambiguous", "recommended"),
    "gives": ("coverage", "priority"),
    "interval": ("P1Y", "P6M", "P12M", "P3M", "P30D"),
    "comparator": ("printed", "assumed"),
    "next_step": ("inform", "consent", "refer", "acceptance"),
    "treatment": ("background", "supervision"),
}
CONDITIONS = ("when", "beneficiary", "trigger", "scope")
ADDED: dict[str, Any] = {
    "qualifier": "renvoi",
    "actor": "虚构的机关",
    "anchor": "0123456789abcdef",
    "title": "虚构",
    "number": "虚构〔2025〕1号",
    "channel": "虚构的渠道",
    "cadence": "经常",
    "expires": dt.date(2030, 1, 1),
    "remark": "虚构",
    "last_year": 2030,
}

Path = tuple[str | int, ...]


def values_of(policy_text: str) -> Any:
    """Give the plain values of a policy's text."""
    return YamlTree(policy_text, "example.yaml", PolicyError).value


def text_of(value: Any) -> str:
    """Write plain values as YAML again, on one line."""
    match value:
        case dict():
            return "{" + ", ".join(f"{text_of(key)}: {text_of(inner)}" for key, inner in value.items()) + "}"
        case list():
            return "[" + ", ".join(text_of(inner) for inner in value) + "]"
        case dt.date() | Decimal():
            return str(value)
        case _:
            return json.dumps(value, ensure_ascii=False)


def mutant(value: Any, seed: int, vocabulary: Vocabulary, turns: int = 1, tries: int = 60) -> Policy | None:
    """Change plain values at `turns` places and read them; None where nothing that was tried makes a policy."""
    r = random.Random(seed)
    for _ in range(tries):
        changed = copy.deepcopy(value)
        for _ in range(turns):
            _change(changed, r)
        try:
            return read_policy(text_of(changed), "mutant.yaml", vocabulary)
        except PolicyError:
            continue
    return None


def _change(value: Any, r: random.Random) -> None:
    path = r.choice(list(_paths(value)))
    *way, last = path
    holder = value
    for step in way:
        holder = holder[step]
    whole = holder[last]
    if isinstance(whole, dict):
        _change_mapping(whole, r)
    elif isinstance(whole, list):
        _change_list(whole, r)
    elif isinstance(holder, dict) and r.random() < 0.1:
        del holder[last]
    else:
        holder[last] = _other(path, whole, r)


def _paths(value: Any, here: Path = ()) -> Iterator[Path]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*here, key)
        yield from _paths(inner, (*here, key))


def _change_mapping(whole: dict[Any, Any], r: random.Random) -> None:
    if r.random() < 0.5 and len(whole) > 1:
        del whole[r.choice(list(whole))]
    elif r.random() < 0.3:  # the order of keys counts in one place only: a procedure's first state
        items = list(whole.items())
        r.shuffle(items)
        whole.clear()
        whole.update(items)
    else:
        key = r.choice(list(ADDED))
        whole[key] = ADDED[key]


def _change_list(whole: list[Any], r: random.Random) -> None:
    if not whole:
        return
    match r.randrange(4):
        case 0:
            del whole[r.randrange(len(whole))]
        case 1:
            r.shuffle(whole)
        case 2:
            whole.append(copy.deepcopy(r.choice(whole)))
        case _:
            one = copy.deepcopy(r.choice(whole))
            if isinstance(one, dict) and isinstance(one.get("id"), str):
                one["id"] = one["id"] + "-again"
            whole.insert(r.randrange(len(whole) + 1), one)


def _other(path: Path, value: Any, r: random.Random) -> Any:
    key = next((step for step in reversed(path) if isinstance(step, str)), "")
    if key in WORDS and r.random() < 0.8:
        return r.choice(WORDS[key])
    match value:
        case bool():
            return not value
        case int() | Decimal():
            return value + r.choice((1, -1, 10, Decimal("0.5")))
        case dt.date():
            return value + dt.timedelta(days=r.choice((1, -1, 400)))
        case str() if key in CONDITIONS or "readings" in path or "definitions" in path or "requires" in path:
            return r.choice(
                (
                    f"({value})",
                    f"not ({value})",
                    f"({value}) or person.tekun",
                    f"person.tekun and ({value})",
                    f"({value}) and ({value})",
                    value.replace("<=", "<") if "<=" in value else value.replace("<", "<="),
                    value.replace(" and ", " or ", 1),
                    value.replace("within", "under"),
                    "person.orphan",
                )
            )
        case str():
            return r.choice((f"{value}改", f"{value}-x", f"{value}_x"))
        case _:
            return value
