"""Find the policy that a person names: a region, a region's very document, a policy file, or an overlay file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from xianjie.errors import InputError, Place, PolicyError, Problem, nearest
from xianjie.plugins import Regions
from xianjie.policy.load import policy_in
from xianjie.policy.overlay import is_overlay, overlaid, overlay_in
from xianjie.policy.overlay_model import Overlay
from xianjie.policy.prepared import Policy
from xianjie.policy.yaml_tree import LARGEST, YamlTree
from xianjie.source import read_text

_SUFFIXES = (".yaml", ".yml")


def resolve(text: str, regions: Regions, as_of: int | None = None) -> Policy:
    """Find the policy that `text` names.

    `text` is a region's id or Chinese name (the document that governs on `as_of`, an ordinal; where that is None the
    newest, a draft only where there are only drafts), `region@policy-id` (that very document, a draft too), or the path
    of a policy file or of an overlay file, whose base is sought among the installed documents and then beside the file.
    Raises InputError where it names nothing, PolicyError or PluginError where what it names is at fault.
    """
    head, at, policy_id = text.partition("@")
    region = region_of(head, regions)
    if region is not None:
        timeline = regions.timelines([region])[region]
        if at:
            return timeline.named(policy_id)
        return timeline.newest if as_of is None else timeline.governing(as_of)
    if is_path(text):
        return _in_file(Path(text), regions, ())
    _refuse(head, regions)


def region_of(name: str, regions: Regions) -> str | None:
    """Give the id of a region named by its id or its Chinese name; None where there is none."""
    if name in regions.regions:
        return name
    return next((region.id for region in regions.regions.values() if region.zh == name), None)


def is_path(text: str) -> bool:
    """Tell whether a reference means a file: it ends as one of ours does, has a folder, or is there."""
    path = Path(text)
    return path.suffix in _SUFFIXES or len(path.parts) > 1 or path.is_file()


def base_of(overlay: Overlay, regions: Regions) -> Policy | None:
    """Find the policy that an overlay patches among the installed documents; None where it is not installed."""
    for region in regions.regions.values():
        # only the regions that speak of it are loaded, so that a fault elsewhere does not stand in the way
        if any(overlay.base in path.read_text("utf-8", errors="replace") for path in region.policy_files()):
            for policy in regions.load([region.id]):
                if policy.id == overlay.base:
                    return policy
    return None


def patched_by(path: Path, regions: Regions) -> Policy | None:
    """Find the policy that an overlay file patches, as `resolve` does; None where the file is no overlay."""
    tree = _parsed(path)
    if not is_overlay(tree.value):
        return None
    overlay = overlay_in(tree)
    return base_of(overlay, regions) or _beside(overlay, path, regions, (path.resolve(),))


def _in_file(path: Path, regions: Regions, seen: tuple[Path, ...]) -> Policy:
    tree = _parsed(path)
    if not is_overlay(tree.value):
        return policy_in(tree, regions.vocabulary)
    overlay = overlay_in(tree)
    base = base_of(overlay, regions) or _beside(overlay, path, regions, (*seen, path.resolve()))
    return overlaid(base, overlay)


def _beside(overlay: Overlay, path: Path, regions: Regions, seen: tuple[Path, ...]) -> Policy:
    known: list[str] = [one for region in regions.regions for one in _ids(regions.regions[region].policy_files())]
    for other in sorted(one for suffix in _SUFFIXES for one in path.parent.glob(f"*{suffix}")):
        if other.resolve() not in seen and overlay.base in _ids([other]):
            return _in_file(other, regions, seen)
        known += [] if other.resolve() in seen else _ids([other])
    near = nearest(overlay.base, known)
    raise InputError(
        Problem(
            "overlay-base-unknown",
            "已安装的文件和同一文件夹里都没有所依据的政策" + (f"，是否为 {near}？" if near else ""),
            "neither among the installed documents nor beside the file" + (f"; did you mean {near}?" if near else ""),
            overlay.origin.place(("base",)),
        )
    )


def _ids(files: list[Path]) -> list[str]:
    """Read the ids of the policies and overlays among files, passing over what is no such file."""
    return list(_found_ids(files))


def _found_ids(files: list[Path]) -> Iterator[str]:
    for file in files:
        try:
            value = _parsed(file).value
        except PolicyError:
            continue
        if isinstance(value, dict) and isinstance(value.get("id"), str) and ("schema" in value or "overlay" in value):
            yield value["id"]


def _parsed(path: Path) -> YamlTree:
    return YamlTree(read_text(path, LARGEST, error=PolicyError), str(path), PolicyError)


def _refuse(name: str, regions: Regions) -> NoReturn:
    names = {one: region.id for region in regions.regions.values() for one in (region.id, region.zh)}
    near = names.get(nearest(name, tuple(names)) or "")
    known = "、".join(f"{region.id}（{region.zh}）" for region in regions.regions.values())
    listed = ", ".join(regions.regions)
    raise InputError(
        Problem(
            "reference-unknown",
            "没有这个地区，也没有这个文件" + (f"，是否为 {near}？" if near else f"；可用的地区：{known}"),
            "no such region and no such file" + (f"; did you mean {near}?" if near else f"; regions: {listed}"),
            Place(path="reference"),
        )
    )
