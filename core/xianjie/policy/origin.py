"""Find where a part of a policy was written: in its file, or, after a patch, in the file that the part came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from xianjie.errors import Place, PolicyError, written_path
from xianjie.policy.yaml_tree import Key, Path, YamlTree


class Origin(Protocol):
    """What knows the places of a policy's parts."""

    @property
    def file(self) -> str:
        """Name the file."""

    def place(self, path: Sequence[Key]) -> Place:
        """Find where a value stands."""

    def place_in(self, path: Sequence[Key], offset: int) -> Place:
        """Find where the character `offset` of a text value stands."""


class Tree(Origin, Protocol):
    """What a policy is read from: its plain values beside their places."""

    @property
    def value(self) -> Any:
        """Give the plain values."""


@dataclass(slots=True)
class Written:
    """A text that was read before, parsed anew only when somebody asks for a place in it.

    Without a text, as for an overlay that a program made, a place is the path alone, behind `prefix`.
    """

    file: str
    text: str | None
    prefix: Path = ()
    _tree: YamlTree | None = field(default=None, repr=False, compare=False)

    @property
    def value(self) -> Any:
        """Give the plain values of the text."""
        tree = self._parsed()
        return None if tree is None else tree.value

    def place(self, path: Sequence[Key]) -> Place:
        """Find where a value stands; the path alone where there is no text."""
        tree = self._parsed()
        return (
            Place(self.file or None, path=written_path((*self.prefix, *path)) or None)
            if tree is None
            else tree.place(path)
        )

    def place_in(self, path: Sequence[Key], offset: int) -> Place:
        """Find where the character `offset` of a text value stands; the path alone where there is no text."""
        tree = self._parsed()
        return self.place(path) if tree is None else tree.place_in(path, offset)

    def _parsed(self) -> YamlTree | None:
        if self._tree is None and self.text is not None:
            self._tree = YamlTree(self.text, self.file, PolicyError)
        return self._tree


@dataclass(frozen=True, slots=True)
class Patched:
    """A policy's values after a patch. `moved` tells for a path, and all below it, from which file and path it came.

    What is not among them stands in the base at the same path.
    """

    value: Any
    base: Origin
    moved: Mapping[Path, tuple[Origin, Path]]

    @property
    def file(self) -> str:
        """Name the file that was patched."""
        return self.base.file

    def place(self, path: Sequence[Key]) -> Place:
        """Find where a value stands, in the patch or in the base."""
        origin, found = self._came(tuple(path))
        return origin.place(found)

    def place_in(self, path: Sequence[Key], offset: int) -> Place:
        """Find where the character `offset` of a text value stands, in the patch or in the base."""
        origin, found = self._came(tuple(path))
        return origin.place_in(found, offset)

    def _came(self, path: Path) -> tuple[Origin, Path]:
        for length in range(len(path), -1, -1):
            found = self.moved.get(path[:length])
            if found is not None:
                return found[0], (*found[1], *path[length:])
        return self.base, path
