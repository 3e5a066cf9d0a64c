"""Choose among the installed regions, and load no more than is needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xianjie.cli.edge import refuse

if TYPE_CHECKING:
    from xianjie.plugins import Region, Regions
    from xianjie.policy.prepared import Policy


def chosen(regions: Regions, names: Sequence[str]) -> list[str]:
    """Give the ids of the regions named by id or Chinese name; InputError names the nearest where there is none.

    A very document, `region@policy-id`, keeps its id behind the region's.
    """
    from xianjie.errors import InputError, Place, Problem, nearest

    by_name = {region.zh: region.id for region in regions.regions.values()}
    found: dict[str, None] = {}
    problems: list[Problem] = []
    for given in names:
        name, at, policy_id = given.partition("@")
        region = name if name in regions.regions else by_name.get(name)
        if region is not None:
            found[f"{region}{at}{policy_id}"] = None
            continue
        near = nearest(name, tuple(regions.regions)) or by_name.get(nearest(name, tuple(by_name)) or "")
        listed = listing(list(regions.regions.values()))
        zh = f"没有这个地区，是否为 {near}？" if near else f"没有这个地区；可用：{listed}"
        en = f"no such region; did you mean {near}?" if near else f"no such region; known: {', '.join(regions.regions)}"
        problems.append(Problem("region-unknown", zh, en, Place(path=given)))
    if problems:
        raise InputError(problems)
    return list(found)


def listing(regions: Sequence[Region]) -> str:
    """Name regions by id and Chinese name, for a message."""
    return "、".join(f"{region.id}（{region.zh}）" for region in regions)


def asked(regions: Regions, names: Sequence[str], every: bool) -> list[str]:
    """Give the regions that a command is about; InputError, with the list, where none is named."""
    if every:
        return list(regions.regions)
    if not names:
        listed = listing(list(regions.regions.values()))
        refuse(
            "region-missing",
            f"请用 --region 写明地区，或用 --all 取全部；可用：{listed}",
            f"name the regions with --region, or take --all; known: {', '.join(regions.regions)}",
        )
    return chosen(regions, names)


def regions_of(references: Sequence[str]) -> list[str]:
    """Give the regions of references such as `region` and `region@policy-id`, each once."""
    return list(dict.fromkeys(reference.partition("@")[0] for reference in references))


def titles_of(regions: Regions, references: Sequence[str], lang: str) -> dict[str, str]:
    """Give the name under which each reference is shown."""
    from xianjie.cli.options import say

    out = {}
    for reference in references:
        name, at, policy_id = reference.partition("@")
        region = regions.regions[name]
        title = say(lang, region.zh, region.en)
        out[reference] = say(lang, f"{title}（{policy_id}）", f"{title} ({policy_id})") if at else title
    return out


def one_policy(name: str) -> tuple[Regions, Policy]:
    """Find the policy that a reference names, and give all that the plugins brought beside it."""
    from xianjie.plugins import discover
    from xianjie.reference import resolve

    regions = discover()
    return regions, resolve(name, regions)


def chosen_dimensions(names: Sequence[str] | None, known: Sequence[str]) -> list[str]:
    """Give the dimensions named by id or Chinese term, all where none is; InputError names the nearest."""
    from xianjie.errors import nearest
    from xianjie.vocabulary.terms import DIMENSIONS

    by_term = {DIMENSIONS[name][0]: name for name in known}
    found: dict[str, None] = {}
    for name in names or known:
        dimension = name if name in known else by_term.get(name)
        if dimension is None:
            near = nearest(name, (*known, *by_term))
            listed = "、".join(known)
            refuse(
                "dimension-unknown",
                "没有这个维度" + (f"，是否为 {near}？" if near else f"；可用：{listed}"),
                "no such dimension" + (f"; did you mean {near}?" if near else f"; known: {', '.join(known)}"),
                "--dimension",
            )
        found[dimension] = None
    return list(found)
