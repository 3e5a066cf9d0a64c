"""A referral procedure as a statechart that is asked, not kept: (state, event, guards) → next state."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from xianjie.production.host import Action, Fields, Firing, Production, Session, failure

_MOST_TRANSITIONS = 60
_MOST_REMEMBERED = 4_096


@dataclass(frozen=True, slots=True)
class Transition:
    """One arrow of a procedure. `guards` name conditions, all of which must be certainly true."""

    source: str
    event: str
    target: str
    guards: tuple[str, ...] = ()


class Chart:
    """A procedure, compiled once and safe to share between threads. It remembers no case: the ledger does.

    What it remembers is where an event leads from a state under some guards, which is the same for every case.
    """

    def __init__(self, name: str, transitions: Sequence[Transition]) -> None:
        """Compile a procedure.

        Of several arrows of one state and event, the first whose guards hold wins. ValueError for no arrow at
        all, for more than sixty, and for two arrows with the same state, event and guards.
        """
        if not 0 < len(transitions) <= _MOST_TRANSITIONS:
            raise ValueError(f"{name}: a procedure has between 1 and {_MOST_TRANSITIONS} transitions")
        keys = [(arrow.source, arrow.event, frozenset(arrow.guards)) for arrow in transitions]
        if len(set(keys)) < len(keys):
            raise ValueError(f"{name}: two transitions share state, event and guards")
        self.name = name
        self._transitions = tuple(transitions)
        # No name of the caller's reaches durable: a field called `label` or `$s` would move the chart.
        self._states = _slugs("s", [state for arrow in transitions for state in (arrow.source, arrow.target)])
        self._events = _slugs("e", [arrow.event for arrow in transitions])
        self._guards = _slugs("g", [guard for arrow in transitions for guard in arrow.guards])
        self._expected: dict[tuple[str, str], set[str]] = {}
        for arrow in transitions:
            self._expected.setdefault((arrow.source, arrow.event), set()).update(arrow.guards)
        self._moves: list[str] = []
        self._known: dict[tuple[str, str, frozenset[str]], str | None] = {}
        first = transitions[0]
        self._production = Production(
            self._definition(),
            lambda session: self._move(session, first.source, first.event, first.guards),
            chart=True,
        )

    def fire(self, state: str, event: str, certainly_true: Collection[str]) -> str | None:
        """Find the state after an event; None where the procedure refuses it.

        `certainly_true` holds the names of the guards that are; other names in it mean nothing. InternalError
        for a state that is not of this procedure.
        """
        if state not in self._states:
            raise failure(f"流程 {self.name} 没有这个状态", f"procedure {self.name} has no such state")
        if (state, event) not in self._expected:
            return None
        key = (state, event, frozenset(self._expected[state, event].intersection(certainly_true)))
        if key in self._known:
            return self._known[key]
        with self._production.session() as session:
            following = self._move(session, state, event, key[2])
        if len(self._known) < _MOST_REMEMBERED:
            self._known[key] = following
        return following

    def close(self) -> None:
        """Give the memory back; the chart cannot be asked again."""
        self._known.clear()
        self._production.close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def _move(self, session: Session, state: str, event: str, certainly_true: Collection[str]) -> str | None:
        """Bring a new session to the state, post the one event, and read the move that the chart made."""
        self._moves = []
        message: dict[str, bool | int | str] = {"k": "event", "e": self._events[event]}
        for guard in self._expected[state, event]:
            if guard in certainly_true:
                message[self._guards[guard]] = True
        session.resume()
        label: Fields = {"label": self._states[state], "chart": 1}
        fired = session.post(label) or session.post(message)
        if len(self._moves) != fired:
            raise failure(f"流程 {self.name} 走了不止一步", f"procedure {self.name} did not make exactly one move")
        return self._moves[0] if fired else None

    def _definition(self) -> dict[str, object]:
        charts: dict[str, dict[str, object]] = {slug: {} for slug in self._states.values()}
        for place, arrow in enumerate(self._transitions):
            source = self._states[arrow.source]
            target = self._states[arrow.target]
            tests: list[dict[str, object]] = [{"k": "event"}, {"e": self._events[arrow.event]}]
            tests += [{self._guards[guard]: True} for guard in dict.fromkeys(arrow.guards)]
            charts[source][f"t{place}"] = {
                "pri": place + 1,
                "all": [{"m": {"$and": tests}}],
                "run": self._recording(arrow.target),
                # durable keeps the label of a state that returns to itself as a fact, and retracts it from
                # within the action; a state of its own to arrive in spares us that path.
                "to": f"again{source}" if source == target else target,
            }
        # durable wants exactly one state that nothing leads to. This one leads, on an event that never comes,
        # to every state that would otherwise be another.
        reached = {arrow.target for arrow in self._transitions if arrow.target != arrow.source}
        charts["start"] = {
            f"to{slug}": {"all": [{"m": {"k": "never"}}], "to": slug}
            for state, slug in self._states.items()
            if state not in reached
        }
        return dict(charts)

    def _recording(self, target: str) -> Action:
        def record(_: Firing) -> None:
            self._moves.append(target)

        return record


def _slugs(prefix: str, names: Sequence[str]) -> dict[str, str]:
    return {name: f"{prefix}{place}" for place, name in enumerate(dict.fromkeys(names))}
