"""Draw policies on duties and referrals: kinds, levels, periods, numbers, deadlines, gates, and readings of each."""

from __future__ import annotations

import random
import re
import textwrap
from typing import Any

import orjson
from tests.engine.asking import small_policy
from tests.population.policies import HEAD

from xianjie.policy.prepared import Policy
from xianjie.vocabulary import BASE

MORE = """
  cycle:
    differ: {cycle}
    options:
      - {{id: rolling, zh: 滚动, en: rolling, recommended: true}}
      - {{id: calendar, zh: 自然, en: calendar}}
  parties:
    differ: {parties}
    options:
      - {{id: count-meetings, zh: 次数, en: meetings, recommended: true}}
      - {{id: all-parties-each, zh: 各方, en: all parties}}
  least:
    differ: {least}
    options:
      - {{id: many, zh: 多, en: many, recommended: true}}
      - {{id: few, zh: 少, en: few}}
  total:
    differ: {total}
    options:
      - {{id: yearly, zh: 当年, en: yearly, recommended: true}}
      - {{id: running-total, zh: 累计, en: total}}
"""

KINDS = tuple(BASE["ledger.kind"].words)
LEVELS = tuple(BASE["ledger.level"].words)
DUTIES = tuple(BASE["duty.kind"].words)
PERIODS = ("P1Y", "P2Y", "P6M", "P3M", "P1M", "P4M")
FLAGS = ("person.orphan", "person.elderly", "person.minor", "person.disabled")
DIFFER = ("ambiguous", "recommended")
Rule = dict[str, Any]


def record_policy(seed: int) -> Policy:
    """Draw a policy; its conditions are plain flags, to be put in place of by `policies.drawn`."""
    draw = random.Random(seed)
    differ = {axis: draw.choice(DIFFER) for axis in ("cycle", "parties", "least", "total")}
    rules = [
        *(ledger(draw, f"ledger-{number}") for number in range(draw.randrange(2, 5))),
        *(count(draw, f"count-{number}") for number in range(draw.randrange(2, 6))),
        *(targets(draw, f"targets-{number}") for number in range(draw.randrange(1, 3))),
        *(rule for direction in ("forward", "reverse", "community_report") for rule in referral(draw, direction)),
    ]
    rules = [{**rule, "zh": "规则。", "en": "A rule."} for rule in rules]
    listed = textwrap.indent("\n".join(f"- {written(rule)}" for rule in rules), "      ")
    head = HEAD.rstrip() + MORE.format(**differ)
    return small_policy(f"{head}clauses:\n  - path: 一\n    treatment: rules\n    rules:\n{listed}\n")


def written(rule: Rule) -> str:
    """Write a rule for a policy file, its days and years without quotation marks."""
    text = orjson.dumps(rule).decode()
    return re.sub(r'"([0-9]{4}(?:-[0-9]{2}){2})"|"([0-9]{4})":', lambda found: found[1] or f"{found[2]}: ", text)


def force(draw: random.Random) -> str:
    return draw.choice(("may", "must", "encouraged", "explore"))


def condition(draw: random.Random) -> object:
    """Draw a condition: plain, or one for each option of a set of readings."""
    match draw.randrange(3):
        case 0:
            readings = {option: draw.choice(FLAGS) for option in ("one", "two", "three")}
            return {"by": "apart", "readings": readings}
        case 1:
            return {"by": "advised", "readings": {option: draw.choice(FLAGS) for option in ("near", "far")}}
        case _:
            return draw.choice(FLAGS)


def some(draw: random.Random, words: tuple[str, ...]) -> list[str]:
    return draw.sample(words, draw.randrange(1, len(words)))


def ledger(draw: random.Random, name: str) -> Rule:
    out: Rule = {"part": "ledger", "id": name, "force": force(draw), "ledgers": some(draw, KINDS)}
    if draw.random() < 0.5:
        out["levels"] = some(draw, LEVELS)
    match draw.randrange(5):
        case 0:
            out["cadence"] = "及时"
        case 1:
            pass
        case _:
            out.update(interval=draw.choice(PERIODS), counting="cycle")
    if draw.random() < 0.4:
        out["trigger"] = draw.choice(FLAGS)
    if draw.random() < 0.7:
        keys = draw.sample(["hand_over", "platform", "window", "push", "filing"], draw.randrange(1, 4))
        out["requires"] = {key: draw.choice(FLAGS) for key in keys}
    return out


def count(draw: random.Random, name: str) -> Rule:
    out: Rule = {"part": "count", "id": name, "force": force(draw), "duty": draw.choice(DUTIES[:4])}
    if draw.random() < 0.4:
        out["levels"] = some(draw, LEVELS)
    match draw.randrange(5):
        case 0:
            out["cadence"] = "定期"
        case 1:
            pass
        case 2:
            out["at_least"] = {"by": "least", "readings": {"many": draw.randrange(2, 6), "few": draw.randrange(1, 3)}}
        case _:
            out["at_least"] = draw.randrange(1, 4)
    if "at_least" in out:
        if draw.random() < 0.4:
            out["deadline"] = draw.choice(("2024-12-31", "2025-05-01", "2026-12-31"))
        elif draw.random() < 0.5:
            out["parties"] = "parties"
        if draw.random() < 0.3:
            out.update(first_year=2024, last_year=2026)
    return out


def targets(draw: random.Random, name: str) -> Rule:
    items: list[Rule] = []
    for number in sorted(draw.sample(range(1, 7), 4)):
        first = draw.choice((2023, 2024, 2025))
        values = {str(first + step): draw.choice((0, 3, 3.5, 100, -2)) for step in range(draw.randrange(1, 4))}
        item: Rule = {"item": number, "zh": "目标", "en": "target", "unit": "个", "values": values}
        match draw.randrange(3):
            case 0:
                item["running"] = "total"
            case 1:
                item["cumulative"] = True
        items.append(item)
    return {"part": "target", "id": name, "force": force(draw), "items": items}


def referral(draw: random.Random, direction: str) -> list[Rule]:
    out: list[Rule] = []
    kind = direction.replace("_", "-")
    match draw.randrange(4):
        case 0:
            pass
        case 1:
            named: Rule = {"part": "referral", "id": kind, "force": force(draw), "direction": direction}
            out.append({**named, "mechanism_only": True, "channel": "平台"})
        case _:
            steps = ("inform", "consent", "consent_before_letter", "match_project", "acceptance")
            gates = [{"step": step, "when": draw.choice(FLAGS)} for step in steps if draw.random() < 0.6]
            rule: Rule = {
                "part": "referral",
                "id": kind,
                "force": force(draw),
                "direction": direction,
                "initiators": draw.sample(["civil_affairs", "township", "charity"], 2),
                "gates": gates,
            }
            if draw.random() < 0.8:
                rule["trigger"] = condition(draw)
            if draw.random() < 0.5:
                papers = draw.sample(["referral_letter", "sealed_materials"], draw.randrange(1, 3))
                rule["documents"] = {"any_of": papers, "required": draw.random() < 0.5}
            if draw.random() < 0.6:
                rule["next_step"] = draw.choice(("refer", "notify_or_assist"))
            out.append(rule)
    if direction == "forward" and draw.random() < 0.8:
        simple: Rule = {"part": "simplification", "id": "simple", "force": force(draw), "when": condition(draw)}
        if draw.random() < 0.6:
            simple["scope"] = condition(draw)
        out.append(simple)
    for number in range(draw.randrange(3)):
        rule = {"part": "referral_duty", "id": f"{kind}-owed-{number}", "force": force(draw), "direction": direction}
        out.append({**rule, "actor": "民政部门", "government": draw.random() < 0.3, "when": condition(draw)})
    return out
