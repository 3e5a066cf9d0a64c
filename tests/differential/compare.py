"""Put one sample and one case to every engine, and demand the same of each."""

from __future__ import annotations

from collections.abc import Callable

from tests.differential.generator import Generator, Sample
from tests.language.telling import CODE, told

from xianjie.engine.encode import Encoded, encode, lay_out
from xianjie.language import ir
from xianjie.language.evaluate import Value
from xianjie.language.explain import Alike, Finding, Shown, Telling, find
from xianjie.language.generate import Material, explain_function, verdict_function
from xianjie.language.generate_json import tell_function
from xianjie.language.prose import Speaker
from xianjie.production.chain import Chain
from xianjie.vocabulary import BASE


class Bench:
    """One sample compiled for each engine."""

    def __init__(self, sample: Sample, lang: str) -> None:
        self.sample, self.lang = sample, lang
        self.shown: dict[str, Shown] = {name: float(value) for name, value in sample.parameters.items()}
        self.speaker = Speaker(BASE, sample.parameters, lang)
        self.alike = Alike()
        frame = ir.Frame(sample.as_of, sample.parameters, BASE.events)
        material = Material(sample.conditions, sample.definitions, frame, BASE, self.speaker, self.shown)
        self.explain = explain_function(material)
        self.verdict = verdict_function(material)
        self.tell = tell_function(material)
        self.chain = Chain(
            "sample",
            [(rule, ir.lower(node, frame)) for rule, node in sample.conditions],
            {name: ir.lower(node, frame) for name, node in sample.definitions.items()},
        )

    def reference(self, encoded: Encoded) -> list[Finding]:
        """Walk the nodes: this is the meaning."""
        telling = Telling(
            dict(zip(BASE.names, encoded.shown, strict=True)),
            dict(zip(BASE.names, encoded.texts, strict=True)),
            self.shown,
            self.speaker,
            self.alike,
        )
        world = self.sample.world(dict(encoded.facts))
        return [find(rule, node, world, telling) for rule, node in self.sample.conditions]

    def differences(self, facts: dict[str, Value]) -> list[str]:
        """Name each engine that says something else than the reference."""
        encoded = encode(facts, BASE, self.lang)
        wanted = self.reference(encoded)
        out = []
        if self.explain(encoded.codes, encoded.shown, encoded.texts) != wanted:
            out.append("generated explanation")
        if list(self.verdict(encoded.codes)) != [CODE[finding.value] for finding in wanted]:
            out.append("generated verdict")
        if self.tell(*lay_out(facts, BASE, self.lang)) != told(wanted):
            out.append("generated pieces")
        verdicts = self.chain.decide(facts)
        if [verdicts[rule] for rule, _ in self.sample.conditions] != [finding.value for finding in wanted]:
            out.append("rete")
        return out


def run(seed: int, pairs: int, cases: int, tell: Callable[[int], None] | None = None) -> list[str]:
    """Draw policies and cases from a seed until `pairs` were compared; list what differed, with seed and place."""
    faults: list[str] = []
    done = policy = 0
    while done < pairs:
        generator = Generator(seed * 1_000_003 + policy)
        bench = Bench(generator.sample(), "zh" if policy % 2 else "en")
        for case in range(min(cases, pairs - done)):
            facts = generator.facts(bench.sample)
            faults += [f"seed {seed} policy {policy} case {case}: {name}" for name in bench.differences(facts)]
        bench.chain.close()
        done += cases
        policy += 1
        if tell is not None:
            tell(done)
        if len(faults) > 20:
            break
    return faults
