"""What all shapes of the client share: read as the service writes them, open to what later versions add."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

_TOLD = ("id", "version", "decision_id")

T_co = TypeVar("T_co", covariant=True)


class Shape(BaseModel):
    """A part of an answer. Written out it tells its id and version alone: the rest can be personal."""

    model_config = ConfigDict(extra="allow", frozen=True)

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        """Leave out what could be personal."""
        return [(name, value) for name in _TOLD if (value := getattr(self, name, None)) is not None]

    def __str__(self) -> str:
        """Write as `repr` does."""
        return repr(self)


class Paged(Protocol[T_co]):
    """A page: its items, and what `after` is for the next one."""

    @property
    def items(self) -> Sequence[T_co]:
        """The items of this page."""

    @property
    def next(self) -> str | int | None:
        """What goes on behind it; None where it is the last."""
