"""Regions of these tests: copies that may be altered, given to an application or installed beside the others."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from xianjie.plugins import Region, Regions, discover
from xianjie.vocabulary import BASE

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@dataclass(frozen=True, slots=True)
class Altered:
    """A policy file that a test may alter."""

    file: Path

    def change(self, old: str, new: str) -> None:
        """Put other words in place of some that stand there once."""
        text = self.file.read_text(encoding="utf-8")
        assert text.count(old) == 1, old
        self.file.write_text(text.replace(old, new), encoding="utf-8")


def copied(region: str, folder: Path) -> tuple[Regions, Altered]:
    """Copy one region's files; give the regions with this one alone, and its policy file."""
    found = discover()
    one = found.regions[region]
    shutil.copytree(one.folder, folder)
    (file,) = (folder / "policies").glob("*.yaml")
    return Regions({region: replace(one, folder=folder)}, found.vocabulary), Altered(file)


def drifting(folder: Path) -> Regions:
    """Make a region of the invented document of examples/drift."""
    (folder / "policies").mkdir(parents=True)
    shutil.copy(EXAMPLES / "drift" / "policy.yaml", folder / "policies")
    return Regions({"yunlu": Region("yunlu", "云麓", "Yunlu", "990100", folder)}, BASE)


def installed(site: Path) -> Altered:
    """Install a region of the examples in a folder for PYTHONPATH, as a distribution of its own."""
    name = "xianjie_shaanxi"
    shutil.copytree(EXAMPLES / "xianjie-shaanxi" / name, site / name)
    told = site / f"{name}-0.1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: xianjie-shaanxi\nVersion: 0.1.0\n", encoding="utf-8")
    (told / "entry_points.txt").write_text(f"[xianjie.regions]\nshaanxi = {name}\n", encoding="utf-8")
    (file,) = (site / name / "policies").glob("*.yaml")
    return Altered(file)
