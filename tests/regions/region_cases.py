"""The regions' cases as data: how their files are read, and how an expectation finds its place in an answer.

A file is a list of entries: `name`, `as_of`, `case` (the contract's shape) and `expect`; `rows`, `note` and `settings`
are optional. A key of `expect` is a path into the region's answer, such as `eligibility.groups[dibao].status`. In
brackets a number selects by position; a word selects the entries that carry it as id, instrument, service, rule, kind,
duty or reading. Several brackets narrow further, and exactly one entry must be left. A part that the answer leaves out
is `null`. Lists of texts are compared without order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from xianjie.cases import Case
from xianjie.cases.read import read_case
from xianjie.engine.assess import Engine
from xianjie.engine.inquiry import Settings
from xianjie.errors import InputError
from xianjie.plugins import Region, Regions
from xianjie.policy.load import load_policy
from xianjie.policy.prepared import Policy
from xianjie.policy.yaml_tree import YamlTree
from xianjie.vocabulary import BASE

ROOT = Path(__file__).parents[2]

IN_TREE = (
    Region("hubei", "湖北", "Hubei", "420000", ROOT / "plugins/hubei/xianjie_hubei"),
    Region("tianjin", "天津", "Tianjin", "120000", ROOT / "plugins/tianjin/xianjie_tianjin"),
    Region("jinhua", "金华", "Jinhua", "330700", ROOT / "plugins/jinhua/xianjie_jinhua"),
    Region("shanxi", "山西", "Shanxi", "140000", ROOT / "plugins/shanxi/xianjie_shanxi"),
    Region("shanghai", "上海", "Shanghai", "310000", ROOT / "plugins/shanghai/xianjie_shanghai"),
)
OUTSIDE = Region("shaanxi", "陕西", "Shaanxi", "610000", ROOT / "examples/xianjie-shaanxi/xianjie_shaanxi")
REGIONS = Regions({region.id: region for region in (*IN_TREE, OUTSIDE)}, BASE)

SELECTORS = ("id", "instrument", "service", "rule", "kind", "duty", "reading")

_STEP = re.compile(r"\.?([a-z_]+)|\[([^\[\]]+)\]")


class SettingsOfCase(BaseModel):
    """Settings of the caller, where they are not the usual ones."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    due_soon_days: int = 30
    readings: dict[str, str] = {}


class RegionCase(BaseModel):
    """One entry of a region's case file."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    name: Annotated[str, Field(min_length=4)]
    as_of: str
    case: dict[str, Any]
    expect: Annotated[dict[str, Any], Field(min_length=1)]
    rows: list[str] = []
    note: str | None = None
    settings: SettingsOfCase = SettingsOfCase()


@dataclass(frozen=True, slots=True)
class Given:
    """An entry with its region and the case as the engine takes it."""

    region: str
    entry: RegionCase
    case: Case

    @property
    def as_of(self) -> int:
        """Give the date of evaluation as an ordinal."""
        assert self.case.as_of is not None
        return self.case.as_of

    @property
    def label(self) -> str:
        """Name the case for a test's id."""
        return f"{self.region}: {self.entry.name}"

    def answer(self, engine: Engine) -> Mapping[str, Any]:
        """Put the case to its region."""
        settings = Settings(self.entry.settings.due_soon_days, self.entry.settings.readings)
        regions: Mapping[str, Mapping[str, Any]] = engine.assess(self.case, [self.region], None, settings)["regions"]
        return regions[self.region]

    def touches(self, part: str) -> bool:
        """Tell whether an expectation looks at a part of the answer."""
        return any(path.split(".")[0].split("[")[0] == part for path in self.entry.expect)


def read_entries(text: str, file: str) -> list[RegionCase]:
    """Read a case file's text; an unknown key is an error."""
    value = YamlTree(text, file, InputError, dates=False).value
    assert isinstance(value, list), f"{file}: a list of cases is wanted"
    return [RegionCase.model_validate(item) for item in value]


def given(region: Region) -> list[Given]:
    """Read every case of a region, in the order of its files."""
    return [
        Given(region.id, entry, read_case({**entry.case, "as_of": entry.as_of}, BASE))
        for path in region.case_files()
        for entry in read_entries(path.read_text(encoding="utf-8"), path.name)
    ]


def policy_of(region: Region) -> Policy:
    """Load a region's policy."""
    (path,) = region.policy_files()
    return load_policy(path, BASE)


def find(answer: object, path: str) -> object:
    """Find what a path names; LookupError says at which step nothing, or several, were there."""
    here: Any = answer
    chosen: Sequence[object] | None = None
    for name, selector in _steps(path):
        if name:
            if chosen is not None:
                here, chosen = _only(chosen, path), None
            if not isinstance(here, Mapping):
                raise LookupError(f"{path}: nothing has a part {name} here")
            here = here.get(name)
        elif selector.isdigit() and isinstance(here, Sequence):
            chosen = [(here if chosen is None else chosen)[int(selector)]]
        else:
            among = here if chosen is None else chosen
            if not isinstance(among, Sequence) or isinstance(among, str):
                raise LookupError(f"{path}: no list stands before [{selector}]")
            chosen = [item for item in among if _carries(item, selector)]
    return here if chosen is None else _only(chosen, path)


def _steps(path: str) -> Iterator[tuple[str, str]]:
    place = 0
    while place < len(path):
        found = _STEP.match(path, place)
        if found is None:
            raise LookupError(f"{path}: not a path, at {path[place:]}")
        yield found[1] or "", found[2] or ""
        place = found.end()


def _only(chosen: Sequence[object], path: str) -> object:
    if len(chosen) != 1:
        raise LookupError(f"{path}: {len(chosen)} entries, not one")
    return chosen[0]


def _carries(item: object, word: str) -> bool:
    return isinstance(item, Mapping) and any(item.get(key) == word for key in SELECTORS)


def same(expected: object, found: object) -> bool:
    """Compare strictly: true is not 1, numbers are exact, lists of texts are without order."""
    if isinstance(expected, bool) or isinstance(found, bool) or expected is None or found is None:
        return expected is found
    if isinstance(expected, int | float | Decimal) and isinstance(found, int | float | Decimal):
        return Decimal(str(expected)) == Decimal(str(found))
    if isinstance(expected, list) and isinstance(found, list):
        return sorted(map(str, expected)) == sorted(map(str, found))
    return expected == found


def differences(entry: RegionCase, answer: Mapping[str, Any]) -> list[str]:
    """List each expectation that the answer does not meet."""
    out = []
    for path, expected in entry.expect.items():
        try:
            found = find(answer, path)
        except LookupError as error:
            out.append(str(error))
            continue
        if not same(expected, found):
            out.append(f"{path}: expected {expected!r}, found {found!r}")
    return out
