"""What is asked of a population: all that its answers depend on but the rows, so that any process asks the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

import polars as pl

from xianjie.engine.assess import Engine
from xianjie.engine.choice import supposing
from xianjie.engine.inquiry import Settings
from xianjie.errors import InputError, Problem
from xianjie.plugins import discover
from xianjie.policy.overlay import parse_overlay
from xianjie.policy.prepared import Policy
from xianjie.population.answering import answering_policies
from xianjie.population.compiler.policies import Compiled, compiled
from xianjie.population.reading import Read, read_columns
from xianjie.version import __version__


@dataclass(frozen=True, slots=True)
class Mapped:
    """How a data set's columns stand for facts: `sources` by fact, facts that it does not have, columns that go along.

    `division` names the column, one of those that go along, by whose values the counts are told apart. `words` gives by
    fact what values of the data mean.
    """

    sources: Mapping[str, str] = field(default_factory=dict)
    unrecorded: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    division: str | None = None
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


FORMS = ("packed", "words", "csv")
"""How answers are written: as codes and bits, in words, or in words as CSV."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to a population: `policies` pins, by the name asked for, the digest of the document that answers.

    `supposed` are overlays, as YAML text. `leaving_out` names fields of the answer that are not wanted. `form` says how
    the answers are written, of `FORMS`.
    """

    regions: tuple[str, ...]
    as_of: int
    dimensions: tuple[str, ...]
    policies: Mapping[str, str]
    due_soon_days: int = 30
    readings: Mapping[str, str] = field(default_factory=dict)
    mapped: Mapped = field(default_factory=Mapped)
    supposed: tuple[str, ...] = ()
    leaving_out: tuple[str, ...] = ()
    engine: str = __version__
    form: str = FORMS[0]

    @property
    def settings(self) -> Settings:
        """Give the settings as the engine takes them."""
        return Settings(self.due_soon_days, self.readings)

    @property
    def text(self) -> str:
        """Write the question as JSON, the same for the same question."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @property
    def digest(self) -> str:
        """Give a digest of the question."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @classmethod
    def read(cls, text: str) -> Asked:
        """Read what `text` wrote."""
        found: dict[str, Any] = json.loads(text)
        mapped = found.pop("mapped")
        listed = ("regions", "dimensions", "supposed", "leaving_out")
        for name in listed:
            found[name] = tuple(found[name])
        return cls(
            **found,
            mapped=Mapped(**{**mapped, "unrecorded": tuple(mapped["unrecorded"]), "keep": tuple(mapped["keep"])}),
        )


SUPPOSED = "+"
"""Behind a region's name: its document with what is supposed, beside the document as it is."""


def asking(
    engine: Engine,
    regions: Sequence[str],
    as_of: int,
    dimensions: Sequence[str],
    settings: Settings | None = None,
    mapped: Mapped | None = None,
    supposed: Sequence[str] = (),
    leaving_out: Sequence[str] = (),
    form: str = FORMS[0],
) -> Asked:
    """Put a question together, the policies pinned as they stand.

    `supposed` are overlays, as YAML text; a region followed by `+` is asked with them, one without as its document is.
    Raises InputError for a region or a reading that is not there, PolicyError where an overlay is at fault.
    """
    chosen = settings or Settings()
    policies = _answering(engine, regions, as_of, chosen, supposed)
    return Asked(
        tuple(policies),
        as_of,
        tuple(dimensions),
        {name: policy.sha256 for name, policy in policies.items()},
        chosen.due_soon_days,
        dict(chosen.readings),
        mapped or Mapped(),
        tuple(supposed),
        tuple(leaving_out),
        form=form,
    )


@lru_cache(maxsize=4)
def compiled_for(asked_text: str) -> Compiled:
    """Load and compile, in this process, the very policies that a question pins (as its `text`).

    Raises InputError where a document here is another than the one that was pinned, or xianjie another version.
    """
    asked = Asked.read(asked_text)
    found = discover()
    ids = list(dict.fromkeys(name.rstrip(SUPPOSED).partition("@")[0] for name in asked.regions))
    engine = Engine(found.load(ids), found.vocabulary)
    try:
        policies = _answering(engine, asked.regions, asked.as_of, asked.settings, asked.supposed)
    finally:
        engine.close()
    here = {name: policy.sha256 for name, policy in policies.items()}
    if here != dict(asked.policies) or asked.engine != __version__:
        raise InputError(
            Problem(
                "population-policies-differ",
                "这台机器上的政策文件或程序版本与提问时不同，请统一后重来",
                "the policies or the version of xianjie here are not those of the question: make them the same",
            )
        )
    return compiled(policies, asked.as_of, asked.settings, asked.dimensions, asked.mapped.unrecorded)


def supposing_engine(engine: Engine, supposed: Sequence[str]) -> Engine:
    """Give an engine under overlays, given as YAML text."""
    overlays = [parse_overlay(text, "") for text in supposed]
    return engine.under(supposing(engine.documents.timelines, overlays))


def _answering(
    engine: Engine, regions: Sequence[str], as_of: int, settings: Settings, supposed: Sequence[str]
) -> dict[str, Policy]:
    plain = [name for name in regions if not name.endswith(SUPPOSED)]
    changed = [name.removesuffix(SUPPOSED) for name in regions if name.endswith(SUPPOSED)]
    found = answering_policies(engine, plain, as_of, settings)
    if changed:
        under = supposing_engine(engine, supposed)
        try:
            policies = answering_policies(under, changed, as_of, settings)
            found.update({name + SUPPOSED: policy for name, policy in policies.items()})
        finally:
            under.close()
    return {name: found[name] for name in dict.fromkeys(regions)}


def read_facts(facts: pl.LazyFrame, asked: Asked, keep: Sequence[str] = ()) -> Read:
    """Read a frame's columns as the question says which of them holds what."""
    mapped = asked.mapped
    layout = compiled_for(asked.text).layout
    return read_columns(facts, layout, asked.as_of, mapped.sources, mapped.unrecorded, keep, mapped.words)
