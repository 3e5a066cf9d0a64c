"""Say what is wrong with the shape of a policy or an overlay, at its place; and fingerprint what is right."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from xianjie.errors import Problem, nearest
from xianjie.messages import sentence
from xianjie.policy import model
from xianjie.policy.origin import Tree
from xianjie.policy.yaml_tree import resolved


def canonical(file: BaseModel) -> Any:
    """Give a file's canonical form, in which white space, comments, the order of keys and defaults do not count.

    The order of a procedure's states does: the first is where it starts.
    """
    return _with_states_in_order(file.model_dump(mode="json", by_alias=True, exclude_defaults=True))


def fingerprint(file: BaseModel) -> str:
    """Hash a file's canonical form, written as JSON with its keys sorted."""
    return hashlib.sha256(json.dumps(canonical(file), ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _with_states_in_order(value: Any) -> Any:
    """Write states as pairs, so that sorting the keys leaves them as they stand."""
    match value:
        case dict():
            return {
                key: list(inner.items())
                if key == "states" and isinstance(inner, dict)
                else _with_states_in_order(inner)
                for key, inner in value.items()
            }
        case list():
            return [_with_states_in_order(inner) for inner in value]
        case _:
            return value


def shape_problems(error: ValidationError, tree: Tree, more: Sequence[type[BaseModel]] = ()) -> list[Problem]:
    """Give pydantic's findings as problems with their places; `more` are models beside those of a policy file."""
    out: dict[Problem, None] = {}
    for item in error.errors(include_url=False, include_input=False):
        path = resolved(tree, item["loc"])
        code, zh, en = sentence(item["type"], item.get("ctx", {}))
        if item["type"] == "extra_forbidden" and path:
            near = nearest(str(path[-1]), tuple(sorted(set(_known_keys(more)))))
            if near:
                zh, en = f"{zh}，是否为 {near}？", f"{en}; did you mean {near}?"
        out[Problem(code, zh, en, tree.place(path))] = None
    return list(out)


def _known_keys(more: Sequence[type[BaseModel]]) -> Iterator[str]:
    """List the keys that any part of a policy file knows; near enough to help with a typing slip."""
    parts = [one for one in vars(model).values() if isinstance(one, type) and issubclass(one, model.Part)]
    for thing in (*parts, *more):
        for name, field in thing.model_fields.items():
            yield field.alias or name
