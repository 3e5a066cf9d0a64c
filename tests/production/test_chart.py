"""A chart answers as its table does, remembers nothing, and takes no names from outside into durable."""

import threading
from collections.abc import Collection, Iterator
from itertools import combinations

import pytest

from xianjie.errors import InternalError
from xianjie.production.chart import Chart, Transition
from xianjie.production.host import Session

TABLE = (
    Transition("识别", "签署同意", "已同意", ("有同意书",)),
    Transition("识别", "撤回", "已撤回"),
    Transition("已同意", "发函", "已转介", ("有函号", "已盖章")),
    Transition("已同意", "发函", "补正", ("有函号",)),
    Transition("已同意", "撤回", "已撤回"),
    Transition("补正", "发函", "已转介", ("有函号", "已盖章")),
    Transition("补正", "补件", "补正"),
    Transition("已转介", "受理", "已受理"),
    Transition("已转介", "退回", "已同意"),
    Transition("已受理", "反馈", "办结", ("有反馈表", "有反馈表")),
    Transition("另一入口", "核实", "已同意"),
)
STATES = tuple(dict.fromkeys(state for arrow in TABLE for state in (arrow.source, arrow.target)))
EVENTS = tuple(dict.fromkeys(arrow.event for arrow in TABLE))
GUARDS = ("有同意书", "有函号", "已盖章", "有反馈表")


@pytest.fixture(scope="module")
def chart() -> Iterator[Chart]:
    with Chart("转介", TABLE) as made:
        yield made


def _by_table(state: str, event: str, certain: tuple[str, ...]) -> str | None:
    for arrow in TABLE:
        if (arrow.source, arrow.event) == (state, event) and set(arrow.guards) <= set(certain):
            return arrow.target
    return None


def test_every_state_event_and_set_of_guards_as_the_table_says(chart: Chart) -> None:
    for state in STATES:
        for event in EVENTS:
            for size in range(len(GUARDS) + 1):
                for certain in combinations(GUARDS, size):
                    assert chart.fire(state, event, certain) == _by_table(state, event, certain)


def test_a_state_may_lead_to_itself(chart: Chart) -> None:
    assert chart.fire("补正", "补件", ()) == "补正"


def test_a_terminal_state_refuses_everything(chart: Chart) -> None:
    for state in ("办结", "已撤回"):
        assert [chart.fire(state, event, GUARDS) for event in EVENTS] == [None] * len(EVENTS)


def test_a_refused_event_is_not_remembered(chart: Chart) -> None:
    assert chart.fire("已同意", "受理", GUARDS) is None
    assert chart.fire("已同意", "发函", GUARDS) == "已转介"
    assert chart.fire("识别", "发函", GUARDS) is None


def test_the_first_of_two_arrows_that_hold_wins() -> None:
    ahead = Transition("a", "go", "b", ("g",))
    behind = Transition("a", "go", "c")
    with Chart("x", (ahead, behind)) as one, Chart("x", (behind, ahead)) as other:
        assert (one.fire("a", "go", {"g"}), one.fire("a", "go", ())) == ("b", "c")
        assert (other.fire("a", "go", {"g"}), other.fire("a", "go", ())) == ("c", "c")


def test_a_ring_and_a_lone_loop_have_no_beginning() -> None:
    with Chart("ring", (Transition("a", "go", "b"), Transition("b", "go", "a"))) as ring:
        assert (ring.fire("a", "go", ()), ring.fire("b", "go", ())) == ("b", "a")
    with Chart("loop", (Transition("a", "stay", "a"),)) as loop:
        assert [loop.fire("a", "stay", ()) for _ in range(3)] == ["a"] * 3


HOSTILE = (
    "$s",
    "sid",
    "id",
    "label",
    "chart",
    "running",
    "k",
    "e",
    "$and",
    "s1",
    "e0",
    "start",
    "never",
    "a\0b",
    '"',
    "",
)


@pytest.mark.parametrize("word", HOSTILE)
def test_hostile_names_as_events_states_and_guards(chart: Chart, word: str) -> None:
    assert chart.fire("识别", word, GUARDS) is None
    assert chart.fire("已同意", "发函", (word,)) is None
    with pytest.raises(InternalError):
        chart.fire(word, "发函", GUARDS)


@pytest.mark.parametrize("word", HOSTILE)
def test_a_procedure_may_use_any_names_at_all(word: str) -> None:
    with Chart(word, (Transition(word, word, word + "2", (word,)), Transition(word + "2", word, word))) as odd:
        assert odd.fire(word, word, {word}) == word + "2"
        assert odd.fire(word, word, ()) is None
        assert odd.fire(word + "2", word, ()) == word


def test_malformed_procedures_are_refused() -> None:
    with pytest.raises(ValueError, match="between 1 and 60"):
        Chart("empty", ())
    with pytest.raises(ValueError, match="between 1 and 60"):
        Chart("wide", [Transition("a", f"e{i}", "b") for i in range(61)])
    with pytest.raises(ValueError, match="share"):
        Chart("twice", (Transition("a", "go", "b", ("g", "h")), Transition("a", "go", "c", ("h", "g"))))


def test_sixty_arrows_that_all_hold_at_once_still_make_one_move() -> None:
    guards = tuple(f"g{i}" for i in range(60))
    arrows = [Transition("a", "go", f"b{i}", (guard,)) for i, guard in enumerate(guards)]
    with Chart("wide", arrows) as wide:
        assert wide.fire("a", "go", guards) == "b0"
        assert wide.fire("a", "go", guards[59:]) == "b59"


def test_a_closed_chart_refuses() -> None:
    chart = Chart("x", (Transition("a", "go", "b"),))
    assert chart.fire("a", "go", ()) == "b"
    chart.close()
    chart.close()
    with pytest.raises(InternalError):
        chart.fire("a", "go", ())


def test_a_move_is_asked_of_the_chart_once_whatever_else_is_certain(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Collection[str]] = []
    move = Chart._move

    def counted(self: Chart, session: Session, state: str, event: str, certain: Collection[str]) -> str | None:
        asked.append(certain)
        return move(self, session, state, event, certain)

    monkeypatch.setattr(Chart, "_move", counted)
    with Chart("x", (Transition("a", "go", "b", ("g",)),)) as chart:
        made = len(asked)
        assert [chart.fire("a", "go", certain) for certain in ((), ("h",), ["g"], ("h", "g"), {"g"})] == [
            None,
            None,
            "b",
            "b",
            "b",
        ]
        assert len(asked) - made == 2


def test_eight_threads_get_no_wrong_answer(chart: Chart) -> None:
    questions = [(s, e, g) for s in STATES for e in EVENTS for g in (GUARDS, GUARDS[1:2])]
    wrong: list[object] = []

    def ask(offset: int) -> None:
        for at in range(1200):
            state, event, certain = questions[(at * 7 + offset * 31) % len(questions)]
            if chart.fire(state, event, certain) != _by_table(state, event, certain):
                wrong.append((state, event, certain))

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
