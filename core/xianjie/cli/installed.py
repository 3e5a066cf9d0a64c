"""Choose among the installed regions, and load no more than is needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xianjie.cli.edge import refuse

if TYPE_CHECKING:
    from xianjie.plugins import Region, Regions
    from xianjie.policy.prepared import Policy


def chosen(regions: Regions, names: Sequence[str]) -> list[str]:
    """Give the ids of the regions named by id or Chinese name; InputError names the nearest where there is none."""
    from xianjie.errors import InputError, Place, Problem, nearest

    by_name = {region.zh: region.id for region in regions.regions.values()}
    found: dict[str, None] = {}
    problems: list[Problem] = []
    for name in names:
        region = name if name in regions.regions else by_name.get(name)
        if region is not None:
            found[region] = None
            continue
        near = nearest(name, tuple(regions.regions)) or by_name.get(nearest(name, tuple(by_name)) or "")
        listed = listing(list(regions.regions.values()))
        zh = f"没有这个地区，是否为 {near}？" if near else f"没有这个地区；可用：{listed}"
        en = f"no such region; did you mean {near}?" if near else f"no such region; known: {', '.join(regions.regions)}"
        problems.append(Problem("region-unknown", zh, en, Place(path=name)))
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


def one_policy(name: str) -> tuple[Regions, Policy]:
    """Load the policy of one region, and give all that the plugins brought beside it."""
    from xianjie.plugins import discover

    regions = discover()
    return regions, regions.load(chosen(regions, [name]))[0]
