"""The documents' own sentences behind rules, where the user's copy is on the shelf."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xianjie.errors import InputError, Problem
from xianjie.policy.prepared import Policy
from xianjie.service.state import Service
from xianjie.sources.shelf import Original, default_home, kept, originals
from xianjie.web.showing.memory import Memory


@dataclass(frozen=True, slots=True)
class Originals:
    """The sentence behind each rule; `kept` tells whether a copy is there, `problem` that it is damaged."""

    kept: bool
    sentences: Mapping[str, Original] = field(default_factory=dict)
    problem: Problem | None = None


def originals_of(memory: Memory, service: Service, policy: Policy) -> Originals:
    """Give the sentences of one document, found once for each copy."""
    home = service.settings.home or default_home()
    try:
        copy = kept(home, policy.id)
        if copy is None:
            return Originals(False)
        key = ("originals", policy.id, policy.sha256, copy.manifest.text_sha256)
        return Originals(True, memory.of(service.answering.engine, key, lambda: originals(copy, policy)))
    except InputError as error:
        return Originals(True, problem=error.problems[0])
