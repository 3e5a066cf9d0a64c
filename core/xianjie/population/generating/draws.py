"""Chances that hang on a row's number alone: the same row is drawn alike in any part, process or order."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

_WORD = 1 << 64
_HALF = 1 << 32
_STEP = 0x9E3779B97F4A7C15
_FIRST, _SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


def mixed(number: int) -> int:
    """Mix a number into 64 bits: the step of SplitMix64 (Steele, Lea, Flood 2014)."""
    z = (number + 1) * _STEP % _WORD
    z = (z ^ z >> 30) * _FIRST % _WORD
    z = (z ^ z >> 27) * _SECOND % _WORD
    return z ^ z >> 31


def mixed_column(number: pl.Expr, seed: int) -> pl.Expr:
    """Mix a column of numbers (UInt64) with a seed, as `mixed(number ^ mixed(seed))`; products wrap in Polars."""
    z = ((number ^ _word(mixed(seed))) + _word(1)) * _word(_STEP)
    z = (z ^ z // _word(1 << 30)) * _word(_FIRST)
    z = (z ^ z // _word(1 << 27)) * _word(_SECOND)
    return z ^ z // _word(1 << 31)


def _word(value: int) -> pl.Expr:
    return pl.lit(value, pl.UInt64)


@dataclass(frozen=True, slots=True)
class Draws:
    """Draws out of a column of mixed numbers; each name is a draw of its own."""

    column: str

    def word(self, name: str) -> pl.Expr:
        """Draw 64 bits."""
        digest = hashlib.sha256(name.encode()).digest()
        salt, factor = (int.from_bytes(digest[at : at + 8], "big") for at in (0, 8))
        return (pl.col(self.column) ^ _word(salt)) * _word(factor | 1)

    def chance(self, name: str, share: float) -> pl.Expr:
        """Draw a truth that holds for a share of the rows."""
        return self.word(name) < _word(min(_WORD - 1, round(share * _WORD)))

    def chances(self, name: str, shares: pl.Expr) -> pl.Expr:
        """Draw a truth that holds for a share that differs from row to row."""
        return self.unit(name) < shares

    def below(self, name: str, count: int | pl.Expr) -> pl.Expr:
        """Draw a whole number from 0 to below a count (at most 2³²), each as likely."""
        high = self.word(name) // _word(_HALF)
        factor = _word(count) if isinstance(count, int) else count.cast(pl.UInt64)
        return high * factor // _word(_HALF)

    def unit(self, name: str) -> pl.Expr:
        """Draw a number above 0 and below 1."""
        return ((self.word(name) // _word(_HALF)).cast(pl.Float64) + 0.5) / _HALF

    def normal(self, name: str) -> pl.Expr:
        """Draw from the normal distribution, by Box and Muller."""
        return (-2 * self.unit(f"{name} radius").log()).sqrt() * (2 * math.pi * self.unit(f"{name} angle")).cos()

    def one_of(self, name: str, weights: Mapping[int, float]) -> pl.Expr:
        """Draw one of several codes by their weights (UInt8)."""
        draw, total, before = self.word(name), sum(weights.values()), 0.0
        *first, last = weights
        out = pl.lit(last, pl.UInt8)
        bounds = []
        for code in first:
            before += weights[code]
            bounds.append((code, min(_WORD - 1, round(before / total * _WORD))))
        for code, bound in reversed(bounds):
            out = pl.when(draw < _word(bound)).then(pl.lit(code, pl.UInt8)).otherwise(out)
        return out


def looked_up(index: pl.Expr, values: list[int], dtype: pl.DataType) -> pl.Expr:
    """Take from a list what an index (from 0) names."""
    return index.replace_strict(list(range(len(values))), values, return_dtype=dtype)
