"""Put what a person supposes, overlay files and other values of parameters, on the documents that are asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xianjie.cli.edge import refuse

if TYPE_CHECKING:
    from xianjie.engine.assess import Engine
    from xianjie.engine.choice import Setting
    from xianjie.plugins import Regions


def supposed_engine(
    engine: Engine, regions: Regions, overlays: Sequence[Path], settings: Sequence[str], asked: Sequence[str]
) -> Engine:
    """Give an engine under what is supposed; the same engine where nothing is.

    `settings` are written `parameter=value` or `region:parameter=value`, `asked` are the references asked.
    """
    if not overlays and not settings:
        return engine
    from xianjie.engine.choice import supposing
    from xianjie.policy.overlay import read_overlay
    from xianjie.reference import base_of

    timelines = engine.documents.timelines
    read = [read_overlay(path) for path in overlays]
    ids = {policy.id for timeline in timelines.values() for policy in timeline.all}
    for path, overlay in zip(overlays, read, strict=True):
        elsewhere = None if overlay.base in ids else base_of(overlay, regions)
        if elsewhere is not None:
            refuse(
                "overlay-idle",
                f"改动属于 {elsewhere.region}，而没有问到这个地区",
                f"the overlay is for {elsewhere.region}, which is not asked",
                str(path),
            )
    return engine.under(supposing(timelines, read, [_setting(text, regions) for text in settings], asked))


def _setting(text: str, regions: Regions) -> Setting:
    from xianjie.engine.choice import Setting
    from xianjie.reference import region_of

    name, equals, value = text.partition("=")
    region, colon, parameter = name.rpartition(":")
    if not (equals and parameter and value) or (colon and not region):
        refuse(
            "set-form",
            "须写成 数值=值 或 地区:数值=值，如 income_line=120000",
            "write parameter=value or region:parameter=value, such as income_line=120000",
            "--set",
        )
    return Setting((region_of(region, regions) or region) if colon else None, parameter.strip(), value.strip())
