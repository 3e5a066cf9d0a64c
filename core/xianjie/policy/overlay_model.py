"""The shape of an overlay file: what it changes of a policy, and where it is an amendment, that document's header."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, StringConstraints, Tag
from pydantic_core import PydanticCustomError

from xianjie.policy.model import (
    AmbiguityModel,
    AmendmentDocument,
    AnyRule,
    Clause,
    ConditionModel,
    DatedValue,
    Exact,
    GroupModel,
    Name,
    ParameterModel,
    Part,
    ReadingSet,
    RuleId,
    Text,
)
from xianjie.policy.origin import Origin


class NewClause(Clause):
    """A clause that the patch puts in."""

    treatment: Literal["rules", "background", "supervision"] = "rules"


def _value_or_list(value: object) -> str:
    return "list" if isinstance(value, list) else "value"


def _path_or_clause(value: object) -> str:
    return "clause" if isinstance(value, dict | NewClause) else "path"


class Addition(Part):
    """A rule that the patch puts into a clause, or a whole new clause. `after`: the rule that it follows."""

    clause: Annotated[
        Annotated[Text, Tag("path")] | Annotated[NewClause, Tag("clause")], Discriminator(_path_or_clause)
    ]
    after: RuleId | None = None
    rule: AnyRule | None = None


def _plain(value: object) -> object:
    """Take what YAML can give, or parts of a policy; the patched policy's own shape judges the rest."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str | Decimal | dt.date | Part):
        return value
    raise PydanticCustomError("plain_value", "not a plain value")


Plain = Annotated[Any, BeforeValidator(_plain)]


class OverlayFile(Part):
    """A whole overlay file. `set` gives values to parameters, `rules` gives fields to rules; null takes a field away.

    Under `parameters`, `ambiguities`, `readings` and `groups` stands what the base does not have.
    """

    overlay: Literal[1]
    id: RuleId
    base: RuleId
    base_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    zh: Text
    en: Text
    document: AmendmentDocument | None = None
    set: dict[
        Name,
        Annotated[
            Annotated[Exact, Tag("value")] | Annotated[list[DatedValue], Field(min_length=1), Tag("list")],
            Discriminator(_value_or_list),
        ],
    ] = Field(default={})
    parameters: dict[Name, ParameterModel] = Field(default={})
    ambiguities: list[AmbiguityModel] = Field(default=[])
    readings: dict[RuleId, ReadingSet] = Field(default={})
    definitions: dict[Name, ConditionModel] = Field(default={})
    groups: list[GroupModel] = Field(default=[])
    rules: dict[RuleId, dict[str, Plain]] = Field(default={})
    add: list[Addition] = Field(default=[])
    drop: list[RuleId] = Field(default=[])
    silent: list[str] = Field(default=[])


@dataclass(frozen=True, slots=True)
class Overlay:
    """An overlay whose shape is right. `sha256` is over its canonical form; `origin` knows the places of its parts."""

    file: OverlayFile
    origin: Origin
    sha256: str

    @property
    def id(self) -> str:
        """Name the overlay."""
        return self.file.id

    @property
    def base(self) -> str:
        """Name the policy that it patches."""
        return self.file.base
