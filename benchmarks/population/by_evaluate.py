"""Row by row: the reference of the language, a walk over the conditions' trees; and the engine's whole answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from benchmarks.population.question import AS_OF, CODES, Peer, Statuses, read_facts
from tests.population.people import case_of

from xianjie.api import installed_engine
from xianjie.language.evaluate import World, any_of, evaluate
from xianjie.policy.prepared import Policy
from xianjie.population.answering import answering_policies
from xianjie.population.compiler.columns import layout_of

SAMPLE = 20_000


def records(path: Path, policy: Policy) -> Iterator[dict[str, Any]]:
    """Give each row's recorded facts as a case has them."""
    layout = layout_of([policy])
    frame = read_facts(path, [policy.region])
    for row in frame.iter_rows(named=True):
        yield {name: layout.column(name).value(code) for name, code in row.items() if code is not None}


def walked(path: Path, regions: Sequence[str]) -> Statuses:
    """Decide Jinhua's rules by the reference evaluator, and draw the status from its groups."""
    policy = answering_policies(installed_engine(), regions, AS_OF)[regions[0]]
    nodes = [node for _, node in policy.blocks["eligibility"].conditions]
    parameters = policy.parameters_at(AS_OF)
    # the reading of the refusal is settled on the recommended one; that of the income line is put both ways
    apart = {"uplift"}
    groups = [
        [list(places.values()) for places in (line.places if line.group.id in apart else line.places[:1])]
        for line in policy.groups
    ]
    out = []
    for facts in records(path, policy):
        world = World(facts, AS_OF, parameters, policy.definitions, policy.vocabulary.events)
        values = [
            [any_of([evaluate(nodes[place], world) for place in places]) for places in readings] for readings in groups
        ]
        out.append(CODES[_status(values)])
    return {regions[0]: np.array(out, np.uint8)}


def _status(groups: Sequence[Sequence[bool | None]]) -> str:
    if any(all(value is True for value in readings) for readings in groups):
        return "covered"
    if any(value is None for readings in groups for value in readings):
        return "undetermined"
    return "ambiguous" if any(True in readings for readings in groups) else "not_matched"


def written(path: Path, regions: Sequence[str]) -> Statuses:
    """Answer whole cases: every group, reason and missing fact, as the service does."""
    engine = installed_engine()
    policy = answering_policies(engine, regions, AS_OF)[regions[0]]
    out = []
    for facts in records(path, policy):
        answer = orjson.loads(engine.written(case_of(facts), list(regions), AS_OF).line)
        out.append(CODES[answer["regions"][regions[0]]["eligibility"]["status"]])
    return {regions[0]: np.array(out, np.uint8)}


EVALUATE = Peer(
    "evaluate, row by row",
    ("jinhua",),
    walked,
    "one core, Python objects: a visit for each node of each condition of each row",
    SAMPLE,
)
WRITTEN = Peer(
    "the engine, row by row",
    ("jinhua",),
    written,
    "one core; generated code, but with every reason in words, as JSON, which is read back here",
    SAMPLE,
)
