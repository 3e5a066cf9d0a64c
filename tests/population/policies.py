"""Generate policies: the frame of one with groups, readings and services, its conditions drawn anew."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from fractions import Fraction

from tests.differential.generator import Generator, Sample
from tests.engine.asking import small_policy

from xianjie.policy.prepared import Block, Policy
from xianjie.population.compiler.columns import Layout

HEAD = """
parameters:
  income_line: {type: money, zh: 收入线, en: income line, values: [{value: 100000}]}
  size_limit: {type: number, unit: persons, zh: 人口, en: size, values: [{value: 3}]}
  window: {type: number, unit: years, zh: 年限, en: window, values: [{value: 2}]}
readings:
  apart:
    differ: ambiguous
    options:
      - {id: one, zh: 甲, en: one, recommended: true}
      - {id: two, zh: 乙, en: two}
      - {id: three, zh: 丙, en: three}
  advised:
    differ: recommended
    options:
      - {id: near, zh: 近, en: near}
      - {id: far, zh: 远, en: far, recommended: true}
"""


def rule(name: str, group: str, axis: str | None, number: int) -> str:
    flags = ("person.orphan", "person.elderly", "person.minor", "person.disabled")
    options = {"apart": ("one", "two", "three"), "advised": ("near", "far")}.get(axis or "", ())
    spread = ", ".join(f"{option}: {flags[at]}" for at, option in enumerate(options))
    plain = flags[number % 4] + (" and aid.received" if number > 3 else "")
    when = repr(plain) if axis is None else f"{{by: {axis}, readings: {{{spread}}}}}"
    force = ("may", "must", "encouraged", "explore", "definition", "priority", "must_bare")[sum(map(ord, name)) % 7]
    said = f"force: {force}, zh: 规则。, en: A rule."
    return f"      - {{part: group, id: {name}, group: {group}, {said}, when: {when}}}\n"


def skeleton(gives: str) -> Policy:
    """Make a policy of four groups: single rules and several, readings of either kind, of both, and of none."""
    groups = "".join(
        f"  - {{id: g{number}, gives: {'priority' if number == 2 else gives}, zh: 组{number}, en: group {number}}}\n"
        for number in range(1, 5)
    )
    rules = "".join(
        [
            rule("r1", "g1", "advised", 0),
            rule("r2", "g1", "apart", 0),
            rule("r3", "g1", None, 1),
            rule("r4", "g2", None, 2),
            rule("g2", "g2", "apart", 0),
            rule("r5", "g3", None, 3),
            rule("r6", "g4", "advised", 0),
            rule("r7", "g4", None, 4),
        ]
    )
    services = textwrap.indent(
        textwrap.dedent(
            """
            - part: service
              id: s1
              service: medical
              force: may
              zh: 帮扶。
              en: Help.
              beneficiary: {by: apart, readings: {one: person.orphan, two: person.minor, three: person.elderly}}
              when: {by: advised, readings: {near: aid.received, far: person.disabled}}
            """
        ),
        "      ",
    )
    body = f"{HEAD}groups:\n{groups}clauses:\n  - path: 一\n    treatment: rules\n    rules:\n{rules}{services}"
    return small_policy(body)


def drawn(base: Policy, seed: int) -> tuple[Policy, Sample, Generator]:
    """Put generated conditions in the place of a policy's own; gives the sample and its generator for facts."""
    generator = Generator(seed)
    sample = generator.sample()
    names = tuple(sample.definitions)
    draw = generator.random
    blocks = {
        name: Block(
            name, tuple((rule, generator.condition(draw.randrange(0, 4), names)) for rule, _ in block.conditions)
        )
        for name, block in base.blocks.items()
    }
    listed = tuple(condition for block in blocks.values() for condition in block.conditions)
    policy = replace(base, blocks=blocks, definitions=sample.definitions)
    parameters: dict[str, Fraction] = policy.parameters_at(sample.as_of)
    return policy, Sample(listed, sample.definitions, parameters, sample.as_of), generator


def loosened(layout: Layout) -> Layout:
    """Let numbers be smaller than a checked case has them, as the generator draws them."""
    return replace(layout, columns=tuple(replace(column, least=0) for column in layout.columns))
