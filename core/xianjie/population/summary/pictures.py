"""A summary as pictures for reports: bars of the statuses region by region, and who is covered here and not there.

The same summary gives the same bytes. An SVG keeps its words as text; a PNG needs a font with Chinese characters.
"""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any

from xianjie.errors import InputError, Problem
from xianjie.population.summary.cells import shown, word
from xianjie.population.summary.gathered import Summary
from xianjie.population.summary.tables import crossing, guard_note, standing_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
    "Heiti SC",
    "Noto Sans CJK JP",
    "Noto Serif CJK SC",
    "SimSun",
)
"""Fonts with Chinese characters, the best first."""

_LOOKS: Mapping[str, tuple[str, str]] = {
    "covered": ("#2f7d4f", ""),
    "priority_match": ("#2f7d4f", "//"),
    "undetermined": ("#d9a441", "xx"),
    "ambiguous": ("#8a6bbd", ".."),
    "not_matched": ("#c9ced6", ""),
    "not_stipulated": ("#ffffff", "--"),
    "not_reported": ("#ffffff", "||"),
}
"""The colour and the hatching of each status: neither is the only sign, the number stands in the bar as well."""
_OTHER = ("#eeeeee", "\\\\")
_INK = "#22262b"
_NARROW = 0.045
_MOST = 16
"""More regions than this make the table of pairs one that nobody reads."""


PICTURES = ("statuses", "crossings")

_DRAWING = Lock()
"""What matplotlib is told holds for the whole process."""


def pictures_of(summary: Summary, kind: str, lang: str, wanted: Collection[str] = PICTURES) -> dict[str, bytes]:
    """Draw the pictures wanted as `svg` or `png`, each under the stem of its file's name.

    Raises InputError where matplotlib is not installed, or for a PNG where no font has Chinese characters.
    """
    figures = {"statuses": _statuses, "crossings": _crossings}
    return {
        name: _drawn(draw, summary, kind, lang)
        for name, draw in figures.items()
        if name in wanted and _can(name, summary)
    }


def _can(name: str, summary: Summary) -> bool:
    return bool(summary.rows) and (name == "statuses" or 1 < len(_asked(summary)) <= _MOST)


def _asked(summary: Summary) -> list[str]:
    return [side.name for side in summary.sides if summary.statuses(side.name)]


def _drawn(draw: Callable[[Summary, str], Figure], summary: Summary, kind: str, lang: str) -> bytes:
    try:
        import matplotlib as mpl
        from matplotlib import font_manager
    except ImportError as error:
        raise InputError(
            Problem(
                "pictures-missing",
                "画图要用 matplotlib，请安装：pip install 'xianjie[population]'",
                "pictures are drawn by matplotlib: install it with pip install 'xianjie[population]'",
            )
        ) from error
    there = {font.name for font in font_manager.fontManager.ttflist}
    fonts = [name for name in FONTS if name in there]
    if kind == "png" and not fonts:
        raise InputError(
            Problem(
                "font-missing",
                "没有中文字体，画不出 PNG；请安装 fonts-noto-cjk 或 fonts-wqy-microhei，或改用 SVG",
                "no font here has Chinese characters: install fonts-noto-cjk or fonts-wqy-microhei, or ask for SVG",
            )
        )
    settings: Any = {
        "font.family": "sans-serif",
        "font.sans-serif": [*(fonts if kind == "png" else FONTS), "DejaVu Sans"],
        "font.size": 10,
        "svg.fonttype": "none",
        "svg.hashsalt": "xianjie",
        "axes.unicode_minus": False,
        "hatch.linewidth": 0.6,
        "text.parse_math": False,
    }
    with _DRAWING, mpl.rc_context(settings), _quiet():
        figure = draw(summary, lang)
        out = io.BytesIO()
        metadata = {"Date": None, "Creator": None} if kind == "svg" else {"Software": None}
        figure.savefig(out, format=kind, dpi=150, metadata=metadata, facecolor="white")
    return out.getvalue()


@contextmanager
def _quiet() -> Iterator[None]:
    """Let matplotlib not tell of fonts that are not here: in an SVG it is the reader's fonts that count."""
    log = logging.getLogger("matplotlib.font_manager")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            yield
    finally:
        log.setLevel(before)


def _say(pair: tuple[str, str], lang: str) -> str:
    return pair[lang != "zh"]


def _statuses(summary: Summary, lang: str) -> Figure:
    """Draw a bar for each region, its statuses as shares, with the numbers of people in it."""
    from matplotlib.figure import Figure

    names = _asked(summary)
    rows = summary.rows or 1
    figure = Figure(figsize=(8.6, 1.9 + 0.42 * len(names)), layout="constrained")
    axes = figure.subplots()
    seen: dict[str, Any] = {}
    for place, name in enumerate(names):
        counts = summary.statuses(name)
        told: dict[str, int] = {
            status: count for status in (*_LOOKS, *counts) if (count := counts.get(status)) is not None
        }
        left = rows - sum(told.values())
        start = 0.0
        for status, count in [*told.items(), *([("", left)] if left else [])]:
            colour, hatch = _LOOKS.get(status, _OTHER)
            share = count / rows
            bar = axes.barh(place, share, 0.66, start, color=colour, hatch=hatch, edgecolor=_INK, linewidth=0.6)
            words = _say(word(status) if status else ("不分列", "held back"), lang)
            seen.setdefault(words, bar)
            if share >= _NARROW:
                text = f"{count:,}\n{share:.1%}" if share >= 2 * _NARROW else f"{share:.0%}"
                box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.82, "pad": 1.2}
                axes.text(start + share / 2, place, text, ha="center", va="center", size=7.5, color=_INK, bbox=box)
            start += share
    axes.set_yticks(range(len(names)), _labels(summary, names, lang))
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.spines[["top", "right"]].set_visible(False)
    title = (
        f"各地规定下的结论（{rows:,} 人，{summary.as_of}）",
        f"Status by region ({rows:,} people, {summary.as_of})",
    )
    axes.set_title(_say(title, lang), loc="left", fontsize=12)
    figure.legend(list(seen.values()), list(seen), loc="outside lower left", ncols=5, frameon=False, fontsize=9)
    _footnote(axes, summary, lang)
    return figure


def _crossings(summary: Summary, lang: str) -> Figure:
    """Draw a table of regions by regions: how many are covered in the row's and not in the column's."""
    from matplotlib.figure import Figure

    names = _asked(summary)
    rows = summary.rows or 1
    size = len(names)
    figure = Figure(figsize=(2.6 + 1.05 * size, 1.9 + 0.62 * size), layout="constrained")
    axes = figure.subplots()
    counts = [[None if one == other else crossing(summary, one, other).first for other in names] for one in names]
    most = max((count for line in counts for count in line if count is not None), default=0) or 1
    shares = [[(count or 0) / most for count in line] for line in counts]
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1.35, aspect="auto")
    for i, line in enumerate(counts):
        for j, count in enumerate(line):
            share = "" if count is None else f"\n{count / rows:.1%}"
            text = "—" if i == j else shown(count, lang) + share
            colour = "white" if shares[i][j] > 0.85 else _INK
            axes.text(j, i, text, ha="center", va="center", size=8, color=colour)
    labels = _labels(summary, names, lang)
    axes.set_xticks(range(size), labels)
    axes.set_yticks(range(size), labels)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    title = (
        "行地符合（或属优先对象）、列地没有列为符合的人数\n含列地无法判定、未规定、摘要未载的",
        "Covered (or coming first) in the row's region, not so in the column's\n"
        "undecided, not stipulated and not reported there included",
    )
    axes.set_title(_say(title, lang), loc="left", fontsize=11, pad=12)
    _footnote(axes, summary, lang)
    return figure


def _labels(summary: Summary, names: list[str], lang: str) -> list[str]:
    """Name regions, each with what a reader must know of its document."""
    sides = [summary.side(name) for name in names]
    return ["\n".join([_say(side.label, lang), *standing_of(side, lang)]) for side in sides]


def _footnote(axes: Axes, summary: Summary, lang: str) -> None:
    note = guard_note(summary)
    if note is not None:
        axes.xaxis.set_label_position("bottom")
        axes.set_xlabel(_say(note, lang), fontsize=7.5, loc="left", color="#555b63")
