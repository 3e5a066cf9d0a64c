"""The layout of diagrams: whatever the procedure, no box covers another, text stays inside, every wire has its lane."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from xianjie.web.pages.referral.drawing import NARROWEST, SIZE, WIDTH, Drawing, Step, Stop, draw
from xianjie.web.pages.referral.lettering import lines, width

TEXTS = st.text(
    st.sampled_from("转介慈善组织审核，。（）《》“”、；abcXYZ WMil09-—→…\u0301\u200b<>&'\""), min_size=1, max_size=60
)


@st.composite
def graphs(draw_: st.DrawFn) -> list[Stop]:
    count = draw_(st.integers(1, 12))
    states = [f"state-{number}" for number in range(count)]
    made: list[Stop] = []
    step = 0
    for state in states:
        steps = []
        for target in draw_(st.lists(st.sampled_from(states), max_size=6)):
            step += 1
            texts = draw_(st.lists(TEXTS, min_size=1, max_size=3))
            steps.append(Step(f"step-{step}", texts, target, mark=draw_(st.sampled_from([None, "check"]))))
        texts = draw_(st.lists(TEXTS, min_size=1, max_size=2))
        leads_on = draw_(st.booleans())
        made.append(Stop(state, texts, "state", draw_(st.sampled_from([None, "pin"])), steps, leads_on))
    return made


@given(graphs())
@example([Stop("a", ["甲"])])
@settings(max_examples=40, deadline=None)
def test_on_paper_it_is_parted_between_boxes_and_nothing_is_left_out(stops: list[Stop]) -> None:
    made = draw(stops)
    at = 0.0
    for top, tall in made.slices:
        assert top == pytest.approx(at)
        assert tall > 0
        inside = [box for box in made.boxes if box.y >= top and box.bottom <= top + tall]
        assert tall <= 440 or len(inside) == 1
        at = top + tall
    assert at == pytest.approx(made.height)
    for box in made.boxes:
        assert sum(top <= box.y and box.bottom <= top + tall for top, tall in made.slices) == 1


@given(graphs())
@example([Stop("a", ["甲"])])
@example([Stop("a", ["甲"], steps=[Step("s", ["原地"], "a")])])
@settings(max_examples=60, deadline=None)
def test_no_box_covers_another_and_text_stays_inside(stops: list[Stop]) -> None:
    made = draw(stops)
    assert [box.key for box in made.boxes] == [
        key for stop in stops for key in (stop.key, *(s.key for s in stop.steps))
    ]
    for one, other in combinations(made.boxes, 2):
        assert one.bottom <= other.y or other.bottom <= one.y
    for box in made.boxes:
        assert box.width >= NARROWEST - 20
        assert box.x >= 0
        assert box.right <= made.width
        assert box.bottom <= made.height
        for line in box.written:
            assert box.y < line.y - SIZE / 2 < line.y < box.bottom
            assert box.x < line.x
            assert line.x + width(line.text, SIZE) <= box.right or len(line.text) == 1


@given(graphs())
@settings(max_examples=60, deadline=None)
def test_every_step_has_one_wire_to_its_target_along_a_lane_of_that_target(stops: list[Stop]) -> None:
    made = draw(stops)
    steps = {step.key: step.target for stop in stops for step in stop.steps}
    boxes = {box.key: box for box in made.boxes}
    assert {wire.step: wire.target for wire in made.wires} == steps
    assert len(made.wires) == len(steps)
    for wire in made.wires:
        begin, end = boxes[wire.step], boxes[wire.target]
        assert wire.path.startswith(f"M{begin.right:g} {begin.middle:g}H")
        assert wire.path.endswith(f"{end.middle:g}H{end.right + 6:g}")
        assert max(box.right for box in made.boxes) < wire.lane < made.width
    for one, other in combinations(made.wires, 2):
        if one.target == other.target:
            assert one.lane == other.lane
        elif one.lane == other.lane:
            assert one.ends < other.begins or other.ends < one.begins


def test_it_is_as_wide_as_a_telephone_unless_there_are_many_lanes() -> None:
    plain = draw([Stop("a", ["甲"], steps=[Step("1", ["走"], "b")]), Stop("b", ["乙"])])
    assert plain.width == WIDTH
    names = [f"s{number}" for number in range(30)]
    stops = [Stop(name, [name], steps=[Step(f"{name}-{to}", ["走"], to) for to in names]) for name in names]
    many: Drawing = draw(stops)
    assert many.width > WIDTH
    assert min(box.width for box in many.boxes if not box.is_step) >= NARROWEST


@given(st.text(max_size=80), st.floats(20, 300))
@settings(max_examples=150, deadline=None)
def test_lines_hold_the_whole_text_and_fit(text: str, room: float) -> None:
    found = lines(text, room, SIZE)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(width(line, SIZE) <= room or len(line) == 1 for line in found)
    assert found


@pytest.mark.parametrize(
    ("text", "room", "told"),
    [
        ("充分告知，征得同意", 13 * 4, ("充分告", "知，征得", "同意")),
        ("说明（理由）", 13 * 3, ("说明", "（理", "由）")),
        ("refer to a charity", 13 * 6, ("refer to", "a charity")),
        ("incomprehensible", 13 * 4, ("incom", "prehen", "sible")),
        ("", 50, ("",)),
    ],
)
def test_lines_break_where_typesetters_would(text: str, room: float, told: tuple[str, ...]) -> None:
    found = lines(text, room, 13)
    assert not any(line and line[0] in "，。）" for line in found)
    assert not any(line and line[-1] in "（" for line in found)
    assert found == told
