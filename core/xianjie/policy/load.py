"""Load a policy file: YAML, shape, names, types, completeness. Every fault is told with file, line and column."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from pydantic import ValidationError

from xianjie.errors import PolicyError, Problem, nearest
from xianjie.messages import sentence
from xianjie.policy.model import PolicyFile
from xianjie.policy.prepare import prepare
from xianjie.policy.prepared import Policy
from xianjie.policy.yaml_tree import LARGEST, YamlTree, resolved
from xianjie.source import read_text
from xianjie.vocabulary import Vocabulary


def load_policy(path: Path, vocabulary: Vocabulary) -> Policy:
    """Read and check one policy file.

    Raises PolicyError with every fault found, each at file:line:column.
    """
    text = read_text(path, LARGEST, error=PolicyError)
    return read_policy(text, str(path), vocabulary)


def read_policy(text: str, source: str, vocabulary: Vocabulary) -> Policy:
    """Read and check the text of a policy; `source` names it in errors.

    Raises PolicyError with every fault found, each at file:line:column.
    """
    tree = YamlTree(text, source, PolicyError)
    try:
        file = PolicyFile.model_validate(tree.value)
    except ValidationError as error:
        raise PolicyError(_shape_problems(error, tree)) from None
    return prepare(file, tree, vocabulary, fingerprint(file))


def fingerprint(file: PolicyFile) -> str:
    """Hash a policy's canonical form, so that white space, comments and the order of keys do not count."""
    canonical = json.dumps(file.model_dump(mode="json", by_alias=True), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _shape_problems(error: ValidationError, tree: YamlTree) -> list[Problem]:
    out: dict[Problem, None] = {}
    for item in error.errors(include_url=False, include_input=False):
        path = resolved(tree, item["loc"])
        code, zh, en = sentence(item["type"], item.get("ctx", {}))
        if item["type"] == "extra_forbidden" and path:
            known = _known_keys()
            near = nearest(str(path[-1]), known)
            if near:
                zh, en = f"{zh}，是否为 {near}？", f"{en}; did you mean {near}?"
        out[Problem(code, zh, en, tree.place(path))] = None
    return list(out)


def _known_keys() -> tuple[str, ...]:
    """List the keys that any part of a policy file knows; near enough to help with a typing slip."""
    from xianjie.policy import model

    names = {
        (field.alias or name)
        for thing in vars(model).values()
        if isinstance(thing, type) and issubclass(thing, model.Part)
        for name, field in thing.model_fields.items()
    }
    return tuple(sorted(names))
