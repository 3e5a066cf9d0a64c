"""Lay a procedure out from top to bottom: states one below the other, their steps beneath, and lanes to what follows.

Every state that something leads to has one lane at the right; all steps that lead there join it. Nothing overlaps but
lines that cross, whatever the procedure is. Lengths are in the units of the drawing, one of which is a pixel where the
drawing is as wide as WIDTH.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from xianjie.web.pages.referral.lettering import lines

WIDTH = 320.0
NARROWEST = 170.0
"""The least width of a box: a drawing with many lanes grows wider than WIDTH."""
SIZE = 13.0
LINE = 18.0
_PAD, _PAD_Y = 10.0, 5.0
_INDENT = 16.0
_LANE = 9.0
_HEAD = 14.0
_MARK = 20.0
_TALLEST = 420.0
"""What of a drawing is not parted on paper, where no more than so much of it can fit on a page."""
_AFTER_STATE, _AFTER_STEP, _AFTER_ALL = 6.0, 5.0, 20.0


@dataclass(frozen=True, slots=True)
class Step:
    """A step that leaves a state: what its box says, and the key of the state it leads to. `mark` names an icon."""

    key: str
    texts: Sequence[str]
    target: str
    look: str = ""
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """A state, or what comes before the first of them (`look`: `head`, `gate`, …); `leads_on`: straight to the next."""

    key: str
    texts: Sequence[str]
    look: str = "state"
    mark: str | None = None
    steps: Sequence[Step] = ()
    leads_on: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A line of text, and where it begins."""

    x: float
    y: float
    text: str
    strong: bool


@dataclass(frozen=True, slots=True)
class Box:
    """A box with its text; `key` is that of the state or the step."""

    key: str
    x: float
    y: float
    width: float
    height: float
    look: str
    mark: str | None
    written: tuple[Written, ...]
    is_step: bool

    @property
    def right(self) -> float:
        """Give where it ends."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Give where it ends."""
        return self.y + self.height

    @property
    def middle(self) -> float:
        """Give the height at which lines come and go."""
        return self.y + self.height / 2

    @property
    def text(self) -> str:
        """Give all it says, as it is read out."""
        return " ".join(one.text for one in self.written)


@dataclass(frozen=True, slots=True)
class Wire:
    """The line from a step to the state that it leads to, along the lane of that state."""

    step: str
    target: str
    lane: float
    begins: float
    ends: float
    path: str
    head: str
    look: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing: boxes, the wires of steps, and the stems that join a state to its steps, or lead straight on."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    wires: tuple[Wire, ...]
    stems: tuple[str, ...]
    heads: tuple[str, ...]

    @property
    def slices(self) -> tuple[tuple[float, float], ...]:
        """Cut the drawing for paper, each slice by its top and its height: between boxes, and through none of them.

        A state stays with its steps, unless they are too tall for that.
        """
        cuts = [0.0]
        for above, below in pairwise(self.boxes):
            if not below.is_step or below.bottom - cuts[-1] > _TALLEST:
                cuts.append((above.bottom + below.y) / 2)
        return tuple((top, bottom - top) for top, bottom in pairwise((*cuts, self.height)))


def draw(stops: Sequence[Stop]) -> Drawing:
    """Draw a procedure; the steps' targets are among the stops."""
    lanes = _lanes(stops)
    beside = _HEAD + _LANE * (1 + max(lanes.values(), default=-1)) + 2
    whole = max(WIDTH, NARROWEST + beside + 2)
    right = whole - beside
    boxes: list[Box] = []
    placed: dict[str, Box] = {}
    stems: list[str] = []
    heads: list[str] = []
    y = 2.0
    for stop in stops:
        box = _box(stop.key, stop.texts, stop.look, stop.mark, 2.0, y, right, is_step=False)
        boxes.append(box)
        placed[stop.key] = box
        y = box.bottom
        for number, step in enumerate(stop.steps):
            at = 2.0 + _INDENT
            y += _AFTER_STATE if number == 0 else _AFTER_STEP
            inner = _box(step.key, step.texts, step.look, step.mark, at, y, right, is_step=True)
            boxes.append(inner)
            placed[step.key] = inner
            y = inner.bottom
            stems.append(f"M{at - 8:g} {box.bottom:g}V{inner.middle:g}H{at:g}")
        if stop.leads_on:
            stems.append(f"M18 {box.bottom:g}V{y + _AFTER_ALL - 5:g}")
            heads.append(_arrow_down(18, y + _AFTER_ALL))
        y += _AFTER_ALL
    wires = [
        _wire(step, placed[step.key], placed[step.target], right + _HEAD + _LANE * lanes[step.target])
        for stop in stops
        for step in stop.steps
    ]
    height = max((box.bottom for box in boxes), default=0.0) + 2
    return Drawing(whole, height, tuple(boxes), tuple(wires), tuple(stems), tuple(heads))


def _lanes(stops: Sequence[Stop]) -> dict[str, int]:
    """Give each target its lane: the nearest one that is free from its first line to its last."""
    rows: dict[str, int] = {}
    reach: dict[str, list[int]] = {}
    for stop in stops:
        rows[stop.key] = len(rows)
        for step in stop.steps:
            rows[step.key] = len(rows)
            reach.setdefault(step.target, []).append(rows[step.key])
    spans = {target: (min(*at, rows[target]), max(*at, rows[target])) for target, at in reach.items()}
    taken: list[list[tuple[int, int]]] = []
    lanes: dict[str, int] = {}
    for target, (first, last) in sorted(spans.items(), key=lambda item: (item[1][1] - item[1][0], item[1], item[0])):
        free = (
            number
            for number, spans_there in enumerate(taken)
            if all(last < other_first or other_last < first for other_first, other_last in spans_there)
        )
        lane = next(free, len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append((first, last))
        lanes[target] = lane
    return lanes


def _box(
    key: str, texts: Sequence[str], look: str, mark: str | None, x: float, y: float, right: float, *, is_step: bool
) -> Box:
    begin = x + _PAD + (_MARK if mark else 0)
    told = [
        (line, number == 0) for number, text in enumerate(texts) for line in lines(text, right - begin - _PAD, SIZE)
    ]
    written = tuple(
        Written(begin, y + _PAD_Y + LINE * place + SIZE, line, strong) for place, (line, strong) in enumerate(told)
    )
    return Box(key, x, y, right - x, 2 * _PAD_Y + LINE * len(told), look, mark, written, is_step)


def _wire(step: Step, begin: Box, end: Box, lane: float) -> Wire:
    start, stop = begin.middle, end.middle
    bend = min(5.0, abs(stop - start) / 2)
    turn = bend if stop > start else -bend
    path = (
        f"M{begin.right:g} {start:g}H{lane - bend:g}Q{lane:g} {start:g} {lane:g} {start + turn:g}"
        f"V{stop - turn:g}Q{lane:g} {stop:g} {lane - bend:g} {stop:g}H{end.right + 6:g}"
    )
    x, y = end.right, stop
    head = f"M{x + 1:g} {y:g}l7 -4v8z"
    return Wire(step.key, step.target, lane, min(start, stop), max(start, stop), path, head, step.look)


def _arrow_down(x: float, y: float) -> str:
    return f"M{x:g} {y - 1:g}l-4 -7h8z"
