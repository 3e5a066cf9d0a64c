"""Load a policy file: YAML, shape, names, types, completeness. Every fault is told with file, line and column."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from xianjie.errors import PolicyError, Problem
from xianjie.policy.model import PolicyFile
from xianjie.policy.origin import Written
from xianjie.policy.prepare import prepare
from xianjie.policy.prepared import Policy
from xianjie.policy.shape import fingerprint, shape_problems
from xianjie.policy.yaml_tree import LARGEST, YamlTree
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
    return policy_in(YamlTree(text, source, PolicyError), vocabulary)


def policy_in(tree: YamlTree, vocabulary: Vocabulary) -> Policy:
    """Check the policy that a parsed text holds.

    Raises PolicyError with every fault found, each at file:line:column.
    """
    try:
        file = PolicyFile.model_validate(tree.value)
    except ValidationError as error:
        raise PolicyError(shape_problems(error, tree)) from None
    if file.document.amends is not None:
        raise PolicyError(
            Problem(
                "amends-misplaced",
                "amends 只写在修改文件（overlay）里；整份取代的写 replaces",
                "`amends` belongs to an amendment (an overlay); a document that takes another's place has `replaces`",
                tree.place(("document", "amends")),
            )
        )
    policy = prepare(file, tree, vocabulary, fingerprint(file))
    return replace(policy, origin=Written(tree.file, tree.text))
