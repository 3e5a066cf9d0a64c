"""Check the entries of a file of cases one by one, and gather the cases with everything that is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, ValidationError

from xianjie.cases import Case
from xianjie.cases.bounds import Locate
from xianjie.cases.gather import MOST_PROBLEMS
from xianjie.cases.read import read_case
from xianjie.engine.inquiry import Settings
from xianjie.errors import InputError, Place, Problem, nearest
from xianjie.messages import sentence
from xianjie.plugins import Regions
from xianjie.reference import is_path, region_of
from xianjie.regression.model import (
    DefaultsShape,
    EntryShape,
    Expectation,
    OverlaySource,
    RegressionCase,
    SettingsShape,
)
from xianjie.regression.paths import parse_path
from xianjie.regression.shapes import Spot, misfit, spot
from xianjie.source import fail
from xianjie.vocabulary import Vocabulary

MOST_CASES = 20_000


def problems_of(error: ValidationError, form: type[BaseModel], locate: Locate) -> Iterator[Problem]:
    """Tell pydantic's findings with their places, and for an unknown key the nearest that there is."""
    for item in error.errors(include_url=False, include_input=False):
        path = [step for step in item["loc"] if step != "[key]"]
        code, zh, en = sentence(item["type"], item.get("ctx", {}))
        if item["type"] == "extra_forbidden":
            near = nearest(str(path[-1]), _keys(form, path[:-1]))
            zh, en = (f"{zh}，是否为 {near}？", f"{en}; did you mean {near}?") if near else (zh, en)
        elif item["type"] in ("missing", "too_short") and path == ["expect"]:
            code, zh, en = "expect-none", "没有写一项期望", "nothing is expected of the answer"
        yield Problem(code, zh, en, locate(path))


def _keys(form: type[BaseModel], path: Sequence[str | int]) -> tuple[str, ...]:
    inner: Mapping[str, type[BaseModel]] = {"defaults": DefaultsShape, "settings": SettingsShape}
    for step in path:
        form = inner.get(str(step), form)
    return tuple(form.model_fields)


class CaseGathering:
    """Collect the cases of one file, and everything that is wrong with them."""

    def __init__(self, path: Path, vocabulary: Vocabulary, regions: Regions | None) -> None:
        self.path, self.file, self.vocabulary = path, str(path), vocabulary
        self.defaults = DefaultsShape()
        self.place_defaults: Locate = lambda _: Place(self.file)
        self._regions = regions
        self._home = home_of(path, regions) if regions is not None else None
        self._cases: list[RegressionCase] = []
        self._problems: dict[Problem, None] = {}
        self._names: dict[str, Place] = {}

    @property
    def full(self) -> bool:
        """Tell whether so much is wrong that reading on helps nobody."""
        return len(self._problems) >= MOST_PROBLEMS

    def blame(self, problems: Iterable[Problem]) -> None:
        """Add faults."""
        self._problems.update(dict.fromkeys(problems))

    def cases(self) -> list[RegressionCase]:
        """Give the cases; InputError with every fault where there is any, or where there is no case."""
        problems = list(self._problems)[:MOST_PROBLEMS]
        if self.full:
            zh, en = "错误过多，未全部列出", "too many faults to list them all"
            problems.append(Problem("problems-more", zh, en, Place(self.file)))
        if problems:
            raise InputError(problems)
        if not self._cases:
            fail(self.file, "cases-none", "文件里没有个案", "the file holds no case")
        return self._cases

    def take(self, data: object, locate: Locate) -> None:
        """Check one entry and keep its cases, or keep what is wrong with it."""
        entry, sound = self._shaped(data, locate)
        if entry is None:
            return
        if len(self._cases) >= MOST_CASES:
            fail(self.file, "cases-too-many", f"个案超过 {MOST_CASES} 个", f"more than {MOST_CASES} cases")
        self._check_name(entry.name, locate)
        case = self._case(entry, locate, sound)
        expect = self._expectations(entry.expect, locate)
        regions, place_region = self._regions_of(entry, locate, sound)
        overlay, place_overlay = self._overlay(entry, locate)
        settings, place_settings = self._settings(entry, regions, locate)
        if case is None or self._problems:
            return
        places = {
            "case": locate(("case",)),
            "region": place_region,
            "overlay": place_overlay,
            "settings": place_settings,
        }
        day = case.as_of
        assert day is not None
        for region in regions:
            self._cases.append(
                RegressionCase(
                    name=entry.name,
                    region=region,
                    case=case,
                    as_of=day,
                    expect=expect,
                    overlay=overlay,
                    settings=_settings_for(region, settings),
                    rows=tuple(entry.rows),
                    note=entry.note,
                    tags=tuple(entry.tags),
                    place=locate(("name",)),
                    places=places,
                )
            )

    def _shaped(self, data: object, locate: Locate) -> tuple[EntryShape | None, bool]:
        """Check the shape of an entry, and tell whether it is sound.

        Where only unknown keys are wrong, the rest of it is looked at all the same.
        """
        try:
            return EntryShape.model_validate(data), True
        except ValidationError as error:
            self.blame(problems_of(error, EntryShape, locate))
        known = {key: data[key] for key in EntryShape.model_fields if key in data} if isinstance(data, dict) else None
        try:
            return EntryShape.model_validate(known), False
        except ValidationError:
            return None, False

    # -- parts of an entry -------------------------------------------------------------------------------------------

    def _blame(self, code: str, zh: str, en: str, place: Place) -> None:
        self.blame([Problem(code, zh, en, place)])

    def _check_name(self, name: str, locate: Locate) -> None:
        place = locate(("name",))
        if not name.isprintable() or name != name.strip():
            zh, en = "名称写在一行里，首尾不留空格", "a name stands on one line, without space around it"
            self._blame("case-name-form", zh, en, place)
        elif name in self._names:
            before = self._names[name]
            zh = f"个案名称重复，首次出现在 {before}"
            self._blame("case-name-doubled", zh, f"this name stands twice; it stands first at {before}", place)
        else:
            self._names[name] = replace(place, path=None)

    def _case(self, entry: EntryShape, locate: Locate, sound: bool) -> Case | None:
        """Read the case on its date; None where it is faulty."""
        data = dict(entry.case) if isinstance(entry.case, Mapping) else entry.case
        dated = isinstance(data, dict) and data.get("as_of") is not None
        if dated and entry.as_of is not None:
            zh, en = "判定日写了两处，请留一处", "the date of evaluation stands in two places: keep one"
            self._blame("as-of-doubled", zh, en, locate(("as_of",)))
            return None
        day = self.defaults.as_of if entry.as_of is None else entry.as_of
        place_day = locate if entry.as_of is not None else self.place_defaults

        def inside(path: Sequence[str | int]) -> Place:
            return place_day(path) if tuple(path) == ("as_of",) and not dated else locate(("case", *path))

        if isinstance(data, dict) and not dated:
            if day is None and not sound:
                return None  # it may be what the unknown key was meant to be
            if day is None:
                zh, en = "须给出判定日期（as_of）", "the date of evaluation (as_of) is needed"
                self._blame("as-of-missing", zh, en, locate(("as_of",)))
                return None
            data["as_of"] = day
        try:
            return read_case(data, self.vocabulary, inside)
        except InputError as error:
            self.blame(error.problems)
            return None

    def _expectations(self, expect: Mapping[str, object], locate: Locate) -> tuple[Expectation, ...]:
        out = []
        for path, value in expect.items():
            place = locate(("expect", path))
            steps = parse_path(path)
            if steps is None:
                self._blame(
                    "path-form",
                    "路径须如 eligibility.groups[dibao].status",
                    "write a path as eligibility.groups[dibao].status",
                    place,
                )
                continue
            if place.path is not None and place.cell is None:
                place = replace(place, path=place.path.rpartition("expect")[0] + f"expect.{path}")
            found = spot(steps)
            slip = misfit(found, value) if isinstance(found, Spot) else found
            if slip is not None:
                self._blame(*slip, place)
            else:
                out.append(Expectation(path, steps, value, place))
        return tuple(out)

    def _regions_of(self, entry: EntryShape, locate: Locate, sound: bool) -> tuple[list[str], Place]:
        """Give the regions as they are referred to; a file among them by its path from the case file."""
        if entry.region is not None and entry.regions is not None:
            zh, en = "region 与 regions 只写其一", "write one of `region` and `regions`"
            self._blame("regions-both", zh, en, locate(("regions",)))
        if entry.region is not None:
            names, place = [entry.region], locate(("region",))
        elif entry.regions is not None:
            names, place = entry.regions, locate(("regions",))
        elif self.defaults.regions is not None:
            names, place = self.defaults.regions, self.place_defaults(("regions",))
        elif self._home is not None:
            names, place = [self._home], locate(())
        elif not sound:
            return [], locate(())
        else:
            zh = "须写明地区（region）；只有地区插件文件夹里的个案可以不写"
            en = "name the region: only cases inside a region's plugin may leave it out"
            self._blame("region-missing", zh, en, locate(("region",)))
            return [], locate(())
        return list(dict.fromkeys(self._referred(name) for name in names)), place

    def _referred(self, name: str) -> str:
        """Write a reference by the region's id; a path from the folder of the case file."""
        if self._regions is None:
            return name
        head, at, policy = name.partition("@")
        region = region_of(head, self._regions)
        if region is not None:
            return f"{region}{at}{policy}"
        return str(self.path.parent / name) if is_path(name) else name

    def _settings(self, entry: EntryShape, regions: Sequence[str], locate: Locate) -> tuple[SettingsShape, Place]:
        """Give the settings; a reading that is written for a region must be for one that is asked."""
        own = entry.settings is not None
        settings, where = (entry.settings, locate) if own else (self.defaults.settings, self.place_defaults)
        if settings is None:
            return SettingsShape(), where(("settings",))
        asked = {region.partition("@")[0] for region in regions}
        if not own and self._regions is not None:
            asked |= set(self._regions.regions)  # other entries of the file may be for them
        for axis in settings.readings:
            if ":" in axis and regions and axis.partition(":")[0] not in asked:
                zh, en = "没有问到这组读法的地区", "the region of this set of readings is not asked"
                self._blame("reading-unknown", zh, en, where(("settings", "readings", axis)))
        return settings, where(("settings",))

    def _overlay(self, entry: EntryShape, locate: Locate) -> tuple[OverlaySource | None, Place]:
        own = entry.overlay is not None
        given, where = (entry.overlay, locate) if own else (self.defaults.overlay, self.place_defaults)
        place = where(("overlay",))
        match given:
            case None:
                return None, place
            case str(name) if name:
                return OverlaySource(file=self.path.parent / name), place
            case dict():
                return OverlaySource(value=given), place
        zh = "须是改动文件的路径，或改动本身（由键和值组成的一组）"
        self._blame("overlay-form", zh, "must be the path of an overlay file, or the overlay itself, a mapping", place)
        return None, place


def _settings_for(region: str, settings: SettingsShape) -> Settings:
    """Leave out the readings of other regions, which an engine of this one does not know."""
    readings = {
        axis: option
        for axis, option in settings.readings.items()
        if ":" not in axis or axis.partition(":")[0] == region.partition("@")[0]
    }
    return Settings(settings.due_soon_days, readings)


def home_of(path: Path, regions: Regions) -> str | None:
    """Name the region whose plugin folder holds a file; None where none does."""
    real = path.resolve()
    return next(
        (region.id for region in regions.regions.values() if real.is_relative_to(region.folder.resolve())), None
    )
