"""The same groups as a zen-engine decision graph with trace. It has no unknown values: every fact must be given."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import zen

_GROUPS = {
    "dibao": "dibao and received and still",
    "tekun": "(tekun or orphan or unsupported) and received and still",
    "dibao_marginal": "marginal and received and still",
    "poverty_return_monitored": "monitored and received and still",
    "rigid_expenditure": "(rigid or ill) and received and still",
    "other_hardship": "other and received and still",
    "database_conditions_not_met": "database and not meets",
    "advice": "meets and not received",
}
_NAMES = {
    "dibao": "person.dibao_recipient",
    "tekun": "person.tekun",
    "orphan": "person.orphan",
    "unsupported": "person.de_facto_unsupported_child",
    "marginal": "person.dibao_marginal_member",
    "monitored": "person.poverty_return_monitored",
    "rigid": "person.rigid_expenditure_member",
    "ill": "person.illness_impoverished_patient",
    "other": "person.other_hardship",
    "database": "person.in_low_income_database",
    "meets": "aid.meets_conditions",
    "received": "aid.received",
    "still": "aid.still_in_difficulty",
}


def zen_groups() -> Callable[[Mapping[str, bool]], Mapping[str, bool]]:
    """Build the graph; the function takes complete facts by their contract names."""
    place = {"x": 0, "y": 0}
    expressions = [{"id": key, "key": key, "value": value} for key, value in _GROUPS.items()]
    graph = {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode", "position": place},
            {
                "id": "groups",
                "name": "groups",
                "type": "expressionNode",
                "position": place,
                "content": {"expressions": expressions},
            },
            {"id": "out", "name": "out", "type": "outputNode", "position": place},
        ],
        "edges": [
            {"id": "a", "sourceId": "in", "targetId": "groups", "type": "edge"},
            {"id": "b", "sourceId": "groups", "targetId": "out", "type": "edge"},
        ],
    }
    decision = zen.ZenEngine().create_decision(json.dumps(graph))

    def decide(facts: Mapping[str, bool]) -> Mapping[str, bool]:
        result = decision.evaluate({short: facts[name] for short, name in _NAMES.items()}, {"trace": True})
        answer: Mapping[str, bool] = result["result"]
        return answer

    return decide
