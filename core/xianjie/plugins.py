"""Find the regions: plugins on pluggy, discovered by entry point, each checked before anything is answered."""

from __future__ import annotations

import importlib.util
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TypeVar

import pluggy

from xianjie.errors import PluginError, Problem, XianjieError
from xianjie.policy.documents import load_documents
from xianjie.policy.prepared import Policy
from xianjie.policy.timeline import Timeline
from xianjie.vocabulary import BASE, FactSpec, Vocabulary

T = TypeVar("T")

PROJECT = "xianjie"
AMENDMENTS = "XIANJIE_AMENDMENTS"
"""The folder of amendments that were published here, a folder in it for each region; every process is told of it."""
GROUP = "xianjie.regions"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@dataclass(frozen=True, slots=True)
class Region:
    """A region that a plugin brings: its pinyin id, its names, and the folder with `policies/` and `cases/`.

    `code` is the GB/T 2260 code of the division. `amended` is the folder of the amendments that were published here.
    """

    id: str
    zh: str
    en: str
    code: str
    folder: Path
    amended: Path | None = None

    @classmethod
    def of_package(cls, package: str, *, id: str, zh: str, en: str, code: str) -> Region:
        """Make a region whose files lie in a package (give `__name__`)."""
        spec = importlib.util.find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            raise PluginError(
                Problem(
                    "plugin-folder",
                    f"找不到插件包 {package} 的文件夹",
                    f"the folder of plugin package {package} is not found",
                )
            )
        return cls(id, zh, en, code, Path(next(iter(spec.submodule_search_locations))))

    def policy_files(self) -> list[Path]:
        """List the region's policy files, amendments among them, in a fixed order."""
        here = sorted(self.amended.glob("*.yaml")) if self.amended is not None else []
        return sorted((self.folder / "policies").glob("*.yaml")) + here

    def case_files(self) -> list[Path]:
        """List the region's case files in a fixed order."""
        return sorted((self.folder / "cases").glob("*.cases.yaml"))


class Hooks:
    """The hooks that a plugin can give. Each returns values; core combines them, sorted by id."""

    @hookspec
    def xianjie_regions(self) -> list[Region]:
        """Bring the plugin's regions."""
        raise NotImplementedError

    @hookspec
    def xianjie_facts(self) -> list[FactSpec]:
        """Bring facts of the plugin's own, where the contract's vocabulary has none for them."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Regions:
    """All that the plugins brought: the regions by id, and the vocabulary with their facts."""

    regions: dict[str, Region]
    vocabulary: Vocabulary

    @property
    def names(self) -> dict[str, tuple[str, str]]:
        """Give the regions' names by id, in Chinese and English."""
        return {id: (region.zh, region.en) for id, region in self.regions.items()}

    def load(self, ids: Sequence[str] | None = None) -> list[Policy]:
        """Load all documents of the regions named, or of all regions, each region's in the order of time.

        Raises PolicyError with every fault and its place, PluginError where a plugin brings what does not fit.
        """
        return [policy for timeline in self.timelines(ids).values() for policy in timeline.all]

    def timelines(self, ids: Sequence[str] | None = None) -> dict[str, Timeline]:
        """Load the documents of the regions named, or of all, and set each region's in time; keyed by region."""
        wanted = list(self.regions) if ids is None else list(dict.fromkeys(ids))
        found = {region: Timeline(self._documents(self.regions[region])) for region in wanted}
        counted = Counter(policy.id for timeline in found.values() for policy in timeline.all)
        for timeline in found.values():
            for policy in timeline.all:
                if counted[policy.id] > 1:
                    raise PluginError(
                        Problem(
                            "plugin-document-doubled",
                            f"两个地区的文件编号相同：{policy.id}",
                            f"documents of two regions have one id: {policy.id}",
                            policy.origin.place(("id",)),
                        )
                    )
        return found

    def amended_in(self, folder: Path) -> Regions:
        """Take in the amendments that were published here, from the folder that has one for each region."""
        regions = {name: replace(region, amended=folder / name) for name, region in self.regions.items()}
        return replace(self, regions=regions)

    def _documents(self, region: Region) -> list[Policy]:
        policies = load_documents(region.policy_files(), self.vocabulary)
        if not policies:
            raise PluginError(
                Problem(
                    "plugin-policies",
                    f"地区 {region.id} 须至少有一个政策文件（policies/*.yaml）",
                    f"region {region.id} needs a policy file (policies/*.yaml)",
                )
            )
        for policy in policies:
            if policy.region != region.id or policy.file.document.gbt2260 != region.code:
                raise PluginError(
                    Problem(
                        "plugin-region-mismatch",
                        f"插件地区 {region.id}（{region.code}）与政策文件所写的地区或代码不一致",
                        f"plugin region {region.id} ({region.code}) does not agree with its policy file",
                        policy.origin.place(("region",)),
                    )
                )
        return policies


def check_installed() -> None:
    """Refuse to go on where no plugin is installed: PluginError `regions-none`, which says what to install."""
    if not entry_points(group=GROUP):
        zh = (
            "没有安装任何地区，没有可以依据的文件：请在同一环境里重新安装 xianjie（地区随它安装），"
            "或用 pip install 安装地区插件，再用 xianjie regions 核对"
        )
        en = (
            "no region is installed, so there is no document to go by: install xianjie anew here, which brings its "
            "regions, or plugins of regions with pip install, and look with xianjie regions"
        )
        raise PluginError(Problem("regions-none", zh, en))


def discover(points: Iterable[EntryPoint] | None = None, amendments: Path | None = None) -> Regions:
    """Import every plugin that is installed, and gather what they bring.

    `amendments` is the folder of amendments that were published here; where None, that of XIANJIE_AMENDMENTS, if any.
    Raises PluginError, before anything is answered, where one does not import, two share a name or a region, or a hook
    is misspelt.
    """
    found = sorted(entry_points(group=GROUP) if points is None else points, key=lambda point: point.name)
    _refuse_doubled_names(found)
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Hooks)
    for point in found:
        try:
            plugin = point.load()
        except Exception as error:
            raise PluginError(
                Problem(
                    "plugin-import",
                    f"插件 {point.name}（发行包 {_distribution(point)}）无法导入：{type(error).__name__}: {error}",
                    f"plugin {point.name} of distribution {_distribution(point)} does not import: "
                    f"{type(error).__name__}: {error}",
                )
            ) from error
        try:
            manager.register(plugin, name=point.name)
        except (pluggy.PluginValidationError, ValueError) as error:
            raise PluginError(
                Problem(
                    "plugin-hook",
                    f"插件 {point.name}（发行包 {_distribution(point)}）无法登记：{error}",
                    f"plugin {point.name} of distribution {_distribution(point)} cannot be registered: {error}",
                )
            ) from error
    found_regions = gather(manager)
    given = os.environ.get(AMENDMENTS)
    folder = amendments or (Path(given) if given else None)
    return found_regions if folder is None else found_regions.amended_in(folder)


def gather(manager: pluggy.PluginManager) -> Regions:
    """Combine what registered plugins bring; PluginError where they clash or a hook's name is wrong."""
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        name = manager.get_name(error.plugin) or "?"
        raise PluginError(
            Problem(
                "plugin-hook",
                f"插件 {name} 有不存在的钩子：{error}",
                f"plugin {name} has an unknown hook: {error}",
            )
        ) from error
    vocabulary = BASE
    for facts in _results(manager, "xianjie_facts", FactSpec):
        vocabulary = vocabulary.extended(facts[1], facts[0])
    regions: dict[str, Region] = {}
    owners: dict[str, str] = {}
    for name, brought in _results(manager, "xianjie_regions", Region):
        for region in brought:
            if region.id in regions:
                raise PluginError(
                    Problem(
                        "plugin-region-doubled",
                        f"插件 {owners[region.id]} 与 {name} 都提供地区 {region.id}",
                        f"plugins {owners[region.id]} and {name} both bring region {region.id}",
                    )
                )
            regions[region.id], owners[region.id] = region, name
    return Regions(dict(sorted(regions.items())), vocabulary)


def _results(manager: pluggy.PluginManager, hook: str, kind: type[T]) -> list[tuple[str, list[T]]]:
    """Call a hook plugin by plugin, in the order of their names, and check what each returns."""
    out: list[tuple[str, list[T]]] = []
    for implementation in sorted(getattr(manager.hook, hook).get_hookimpls(), key=lambda one: one.plugin_name):
        try:
            result = implementation.function()
        except XianjieError:
            raise
        except Exception as error:
            raise PluginError(
                Problem(
                    "plugin-hook-failed",
                    f"插件 {implementation.plugin_name} 的 {hook} 出错：{type(error).__name__}: {error}",
                    f"{hook} of plugin {implementation.plugin_name} failed: {type(error).__name__}: {error}",
                )
            ) from error
        if not isinstance(result, list) or not all(isinstance(item, kind) for item in result):
            raise PluginError(
                Problem(
                    "plugin-result",
                    f"插件 {implementation.plugin_name} 的 {hook} 须返回 {kind.__name__} 的列表",
                    f"{hook} of plugin {implementation.plugin_name} must return a list of {kind.__name__}",
                )
            )
        out.append((implementation.plugin_name, result))
    return out


def _refuse_doubled_names(points: Sequence[EntryPoint]) -> None:
    doubled = [name for name, count in Counter(point.name for point in points).items() if count > 1]
    if doubled:
        name = doubled[0]
        owners = "、".join(sorted(_distribution(point) for point in points if point.name == name))
        raise PluginError(
            Problem(
                "plugin-name-doubled",
                f"有两个插件同名 {name}，来自：{owners}；请卸载其中一个",
                f"two plugins are called {name}, from: {owners}; uninstall one of them",
            )
        )


def _distribution(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else "?"
