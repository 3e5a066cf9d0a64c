"""Choose the document that answers: the one that governs a region on a day, the very one named, or one supposed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xianjie.errors import InputError, Place, Problem, nearest
from xianjie.policy.overlay import overlaid, with_parameters
from xianjie.policy.overlay_model import Overlay
from xianjie.policy.prepared import Policy
from xianjie.policy.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Setting:
    """Another value of a parameter, supposed; `region` is None where it was not said."""

    region: str | None
    parameter: str
    value: str


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents of every region in time, and by a document's id the supposed policy that stands in for it."""

    timelines: Mapping[str, Timeline]
    supposed: Mapping[str, Policy]

    def every(self) -> list[Policy]:
        """List all documents, and those supposed."""
        return [policy for timeline in self.timelines.values() for policy in timeline.all] + [*self.supposed.values()]

    def by_sha256(self) -> dict[str, Policy]:
        """Give every document by its fingerprint; one that is supposed stands before its base."""
        return {policy.sha256: policy for policy in self.every()}

    def check(self, references: Sequence[str]) -> None:
        """Refuse a reference to a region or a document that is not there; InputError names the nearest."""
        known = tuple(self.timelines)
        if not references:
            raise InputError(
                Problem(
                    "region-missing",
                    f"须写明地区；可用：{'、'.join(known)}",
                    f"name the regions; known: {', '.join(known)}",
                    Place(path="regions"),
                )
            )
        problems = []
        for number, reference in enumerate(references):
            place = Place(path=f"regions[{number}]")
            region, at, policy_id = reference.partition("@")
            if region not in self.timelines:
                near = nearest(region, known)
                zh = "没有这个地区" + (f"，是否为 {near}？" if near else f"；可用：{'、'.join(known)}")
                en = "no such region" + (f"; did you mean {near}?" if near else f"; known: {', '.join(known)}")
                problems.append(Problem("region-unknown", zh, en, place))
            elif at and policy_id not in self._own_ids(region):
                try:
                    self.timelines[region].named(policy_id)
                except InputError as error:
                    problems += [Problem(one.code, one.zh, one.en, place) for one in error.problems]
        if problems:
            raise InputError(problems)

    def answering(self, reference: str, as_of: int) -> Policy:
        """Give the document that answers a reference, `region` or `region@policy-id`, on a day."""
        region, at, policy_id = reference.partition("@")
        timeline = self.timelines[region]
        if at and policy_id in self._own_ids(region):
            return self._own_ids(region)[policy_id]
        found = timeline.named(policy_id) if at else timeline.governing(as_of)
        return self.supposed.get(found.id, found)

    def check_supposed(self, references: Sequence[str], as_of: int) -> None:
        """Refuse a supposition that none of the answers would be given under: nobody would notice that it is idle."""
        wanted = {policy.region for policy in self.supposed.values()}
        if not wanted:
            return
        for reference in references:
            policy = self.answering(reference, as_of)
            if policy.supposed:
                wanted.discard(policy.region)
        problems = []
        for region in sorted(wanted):
            bases = sorted(name for name, policy in self.supposed.items() if policy.region == region)
            asked = next((one for one in references if one.partition("@")[0] == region), None)
            if asked is None:
                zh, en = (
                    f"设想的改动属于 {region}，而没有问到这个地区",
                    f"the supposition is for {region}, which is not asked",
                )
            else:
                answering = self.answering(asked, as_of).id
                zh = f"判定日由 {answering} 规定，不是设想所改的 {'、'.join(bases)}；可写 {region}@{bases[0]}"
                en = f"{answering} governs on that day, not {', '.join(bases)}, which the supposition changes: "
                en += f"name {region}@{bases[0]}"
            problems.append(Problem("overlay-idle", zh, en, Place(path="overlay")))
        if problems:
            raise InputError(problems)

    def _own_ids(self, region: str) -> dict[str, Policy]:
        """Give the supposed policies of a region that have an id of their own: amendments that are not in the world."""
        return {
            policy.id: policy for base, policy in self.supposed.items() if policy.region == region and policy.id != base
        }


def supposing(
    timelines: Mapping[str, Timeline],
    overlays: Sequence[Overlay],
    settings: Sequence[Setting] = (),
    asked: Sequence[str] = (),
) -> dict[str, Policy]:
    """Put overlays, and then parameters' values, on the documents that they are for; keyed by the document's id.

    A value without its region is for the one among the regions `asked` that knows the parameter. A value is supposed in
    every document of its region that knows all parameters given for that region.
    Raises InputError where a base or a parameter is not there, PolicyError where an overlay is at fault.
    """
    documents = {policy.id: policy for timeline in timelines.values() for policy in timeline.all}
    made: dict[str, Policy] = {}
    for overlay in overlays:
        if overlay.base not in documents:
            near = nearest(overlay.base, tuple(documents))
            raise InputError(
                Problem(
                    "overlay-base-unknown",
                    "没有所依据的政策" + (f"，是否为 {near}？" if near else f"；有：{'、'.join(documents)}"),
                    "no such policy" + (f"; did you mean {near}?" if near else f"; known: {', '.join(documents)}"),
                    overlay.origin.place(("base",)),
                )
            )
        made[overlay.base] = overlaid(made.get(overlay.base, documents[overlay.base]), overlay)
    by_region: dict[str, dict[str, str]] = {}
    for setting in settings:
        region = setting.region or _region_of(setting.parameter, timelines, asked)
        if region not in timelines:
            near = nearest(region, tuple(timelines))
            zh = "没有问到这个地区" + (f"，是否为 {near}？" if near else "")
            en = "the region is not asked" + (f"; did you mean {near}?" if near else "")
            raise InputError(Problem("region-unknown", zh, en, Place(path="set")))
        if setting.parameter in by_region.setdefault(region, {}):
            raise InputError(
                Problem("set-doubled", "同一个数值写了两次", "the parameter is set twice", Place(path="set"))
            )
        by_region[region][setting.parameter] = setting.value
    for region, values in by_region.items():
        found = timelines[region].all
        knowing = [policy for policy in found if values.keys() <= policy.file.parameters.keys()]
        for policy in knowing or [timelines[region].newest]:
            made[policy.id] = with_parameters(made.get(policy.id, policy), values)
    return made


def _region_of(parameter: str, timelines: Mapping[str, Timeline], asked: Sequence[str]) -> str:
    """Find the one region, among those asked, that knows a parameter."""
    regions = dict.fromkeys(reference.partition("@")[0] for reference in asked)
    names = {region: {n for policy in timelines[region].all for n in policy.file.parameters} for region in regions}
    knowing = [region for region, found in names.items() if parameter in found]
    if len(knowing) == 1:
        return knowing[0]
    if knowing:
        zh = f"这个数值不止一个地区有：{'、'.join(knowing)}；请写 地区:数值=…"
        raise InputError(
            Problem(
                "set-region",
                zh,
                f"several regions have it: {', '.join(knowing)}; write region:parameter=…",
                Place(path="set"),
            )
        )
    known = sorted({name for found in names.values() for name in found})
    near = nearest(parameter, known)
    zh = "所问的地区没有这个数值" + (f"，是否为 {near}？" if near else f"；有：{'、'.join(known) or '无'}")
    en = "no region asked has this parameter" + (f"; did you mean {near}?" if near else f"; known: {', '.join(known)}")
    raise InputError(Problem("parameter-unknown", zh, en, Place(path="set")))
