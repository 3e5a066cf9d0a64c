"""The form of a file of regression cases, strict, and a case as it is run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from xianjie.cases import Case
from xianjie.cases.shape import Label
from xianjie.engine.inquiry import Settings
from xianjie.errors import Place
from xianjie.regression.paths import Steps

SUFFIX = ".cases.yaml"
"""How the name of a file of cases ends."""
TABLES = (".cases.xlsx", ".cases.csv")
"""How the name of a table of cases ends."""

_Text = Annotated[str, Field(min_length=1, max_length=500)]


class Shape(BaseModel):
    """What every part of the form shares: no unknown names, no silent conversion."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SettingsShape(Shape):
    """Settings of the caller, where they are not the usual ones."""

    due_soon_days: Annotated[int, Field(ge=0, le=3660)] = 30
    readings: dict[str, str] = {}


class DefaultsShape(Shape):
    """What holds for every case of a file that does not say otherwise."""

    as_of: str | None = None
    regions: Annotated[list[_Text], Field(min_length=1)] | None = None
    overlay: Any = None
    settings: SettingsShape | None = None


class EntryShape(Shape):
    """One case: what is given, and what every path of `expect` must hold."""

    name: Label
    as_of: str | None = None
    case: Any
    expect: Annotated[dict[str, Any], Field(min_length=1)]
    region: _Text | None = None
    regions: Annotated[list[_Text], Field(min_length=1)] | None = None
    overlay: Any = None
    settings: SettingsShape | None = None
    rows: list[_Text] = []
    note: _Text | None = None
    tags: list[_Text] = []


class FileShape(Shape):
    """A file that begins with defaults; without them a file is the bare list of its cases."""

    defaults: DefaultsShape = DefaultsShape()
    cases: Annotated[list[Any], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Expectation:
    """One path of `expect`, as written and as steps, its value, and where it stands."""

    path: str
    steps: Steps
    value: object
    place: Place


@dataclass(frozen=True, slots=True)
class OverlaySource:
    """An overlay of a case: the file that holds it, or the mapping that stands in the case file itself."""

    file: Path | None = None
    value: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class RegressionCase:
    """A case before one region, on one date, with what must hold of the answer.

    `region` is a reference, as `reference.resolve` takes it. `as_of` is an ordinal. `place` is that of the name,
    `places` hold those of `case`, `region`, `overlay` and `settings`.
    """

    name: str
    region: str
    case: Case
    as_of: int
    expect: tuple[Expectation, ...]
    overlay: OverlaySource | None
    settings: Settings
    rows: tuple[str, ...]
    note: str | None
    tags: tuple[str, ...]
    place: Place
    places: Mapping[str, Place] = field(repr=False, compare=False)

    @property
    def label(self) -> str:
        """Name the case with its region."""
        return f"{self.name}[{self.region}]"

    def touches(self, part: str) -> bool:
        """Tell whether an expectation looks at a part of the answer."""
        return any(one.path.split(".")[0].split("[")[0] == part for one in self.expect)
