"""The one door to durable: what goes wrong inside becomes an error, and nothing stays behind."""

import gc
import threading
from pathlib import Path

import pytest

import xianjie
from xianjie.errors import InternalError
from xianjie.production.host import Firing, Production, Session


def _rule(action: object, kind: str = "go") -> dict[str, object]:
    return {"all": [{"m": {"k": kind}}], "run": action}


def _go(session: Session) -> None:
    session.assert_fact({"k": "go"})


def _resident_mib() -> float:
    statm = Path("/proc/self/statm")
    if not statm.exists():
        pytest.skip("needs /proc")
    return int(statm.read_text().split()[1]) * 4096 / 2**20


def test_each_session_starts_from_nothing() -> None:
    fired: list[str] = []
    rules = {"r": _rule(lambda _: fired.append("go"))}
    with Production(rules, _go) as production:
        for _ in range(3):
            with production.session() as session:
                session.assert_fact({"k": "go", "id": "same"})
    assert fired == ["go"] * 4


def test_an_action_that_raises_is_an_error_and_harms_no_later_session() -> None:
    angry = False

    def act(_: Firing) -> None:
        if angry:
            raise KeyError("secret")

    with Production({"r": _rule(act)}, _go) as production:
        angry = True
        with pytest.raises(InternalError) as caught, production.session() as session:
            _go(session)
        assert "secret" not in str(caught.value)
        angry = False
        with production.session() as session:
            _go(session)


def test_an_interrupt_in_an_action_is_never_taken_for_an_answer() -> None:
    angry = False

    def act(_: Firing) -> None:
        if angry:
            raise KeyboardInterrupt

    with Production({"r": _rule(act)}, _go) as production:
        angry = True
        with pytest.raises(InternalError), production.session() as session:
            _go(session)


def test_a_fact_that_no_rule_wants_is_an_error() -> None:
    with (
        Production({"r": _rule(lambda _: None)}, _go) as production,
        pytest.raises(InternalError),
        production.session() as session,
    ):
        session.assert_fact({"k": "other"})


def test_a_fact_that_matches_without_firing_is_an_error() -> None:
    both = {"all": [{"a": {"k": "go"}}, {"b": {"k": "also"}}], "run": lambda _: None}
    rules = {"r": _rule(lambda _: None), "both": both}
    with (
        Production(rules, _go) as production,
        pytest.raises(InternalError, match="会话被占用"),
        production.session() as session,
    ):
        session.assert_fact({"k": "also"})


def test_a_clock_that_jumps_during_an_action_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with Production({"r": _rule(lambda _: None)}, _go) as production:
        with monkeypatch.context() as patch:
            ticks = iter(range(0, 10**6, 3600))
            patch.setattr("durable.engine._unix_now", lambda: float(next(ticks)))
            with pytest.raises(InternalError), production.session() as session:
                _go(session)
        with production.session() as session:
            _go(session)


def test_rules_that_durable_cannot_read_are_an_error() -> None:
    with pytest.raises(InternalError):
        Production({"r": {"all": [{"m": {"$nonsense": 1}}], "run": lambda _: None}}, _go)


def test_a_warm_up_that_fires_nothing_is_an_error() -> None:
    with pytest.raises(InternalError):
        Production({"r": _rule(lambda _: None)}, lambda session: session.assert_fact({"k": "other"}))


def test_a_closed_ruleset_refuses_and_closes_twice() -> None:
    production = Production({"r": _rule(lambda _: None)}, _go)
    production.close()
    production.close()
    with pytest.raises(InternalError), production.session():
        pass


def test_no_thread_is_started() -> None:
    before = threading.active_count()
    with Production({"r": _rule(lambda _: None)}, _go) as production, production.session() as session:
        _go(session)
        assert threading.active_count() == before


def test_three_hundred_rulesets_come_and_go_in_bounded_memory() -> None:
    def cycle(times: int) -> None:
        for _ in range(times):
            rules = {f"r{i}": _rule(lambda _: None, "go" if i == 0 else f"k{i}") for i in range(20)}
            with Production(rules, _go) as production, production.session() as session:
                _go(session)

    cycle(30)
    gc.collect()
    before = _resident_mib()
    cycle(300)
    gc.collect()
    assert _resident_mib() - before < 30


def test_only_the_host_imports_durable() -> None:
    root = Path(next(iter(xianjie.__path__)))
    importing = [
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if any(
            line.split()[:1] in (["import"], ["from"]) and line.split()[1].startswith("durable")
            for line in path.read_text("utf-8").splitlines()
            if line.strip()
        )
    ]
    assert importing == ["production/host.py"]
