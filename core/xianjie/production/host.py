"""Hold durable-rules at arm's length: one ruleset, one lock, one short session at a time."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import count
from threading import Lock
from types import TracebackType
from typing import Protocol, Self, cast

from xianjie.errors import InternalError, Problem

try:
    import durable_rules_engine
except ImportError as error:
    if "undefined symbol" not in str(error):
        raise
    # Python 3.13 dropped a function that only durable's store callbacks call; bound lazily it is not missed.
    _flags = sys.getdlopenflags()
    sys.setdlopenflags(os.RTLD_LAZY)
    try:
        import durable_rules_engine
    finally:
        sys.setdlopenflags(_flags)

from durable.engine import Host, MessageNotHandledException

Fields = Mapping[str, bool | int | str]


class Firing(Protocol):
    """What durable hands to an action."""

    def assert_fact(self, fact: dict[str, bool | int | str], /) -> None:
        """Assert a derived fact into the session of the action."""


Action = Callable[[Firing], None]
"""A Python function of exactly one argument: durable takes a second, even a default, for asynchronous."""


class _Engine(Protocol):
    """The calls of durable's C module that its Host does not offer."""

    error: type[Exception]

    def delete_state(self, handle: int, sid: str, /) -> None: ...

    def delete_ruleset(self, handle: int, /) -> None: ...


_engine = cast(_Engine, durable_rules_engine)


class _QuietHost(Host):  # type: ignore[misc]  # durable has no types
    """A Host without durable's two timer threads: they use freed memory and run actions behind the lock."""

    def _run(self) -> None:
        pass


def failure(zh: str, en: str) -> InternalError:
    """Build the error of a production system that cannot answer."""
    return InternalError(
        Problem("production-failed", f"规则执行系统出错：{zh}。", f"The production system failed: {en}.")
    )


class Session:
    """One live session of a ruleset. Fields are internal slugs and exact types only."""

    def __init__(self, host: _QuietHost, sid: str) -> None:
        self._host = host
        self._sid = sid

    def assert_fact(self, fields: Fields) -> None:
        """Assert a fact that fires at least one rule, and let everything that follows from it fire.

        InternalError if nothing fires, or if an action raises.
        """
        if not self._call(self._host.assert_fact, fields):
            raise failure("会话被占用", "the session is busy")

    def post(self, fields: Fields) -> bool:
        """Post an event; say whether a rule fired. InternalError if an action raises."""
        try:
            return self._call(self._host.post, fields)
        except MessageNotHandledException:
            return False

    def resume(self) -> None:
        """Mark a statechart's session as running, lest durable send it to a start state by itself."""
        self._host.update_state(_NAME, {"sid": self._sid, "running": True})

    def _call(self, send: Callable[[str, dict[str, bool | int | str]], object], fields: Fields) -> bool:
        state = send(_NAME, {**fields, "sid": self._sid})
        if state is None:
            return False
        # durable swallows what an action raises; and it answers 0, having dropped the rest of the agenda,
        # when the wall clock moves by more than ten seconds during an action.
        if not isinstance(state, dict) or "exception" in state:
            raise failure("动作未完成", "an action did not complete")
        return True


class Production:
    """Own one durable ruleset. Safe to share between threads, which then take turns."""

    def __init__(
        self, definition: Mapping[str, object], warm_up: Callable[[Session], object], *, chart: bool = False
    ) -> None:
        """Compile the definition and let `warm_up` fire a rule: durable frees garbage where none ran.

        InternalError if durable refuses the definition.
        """
        self._lock = Lock()
        self._sids = count()
        self._warm = False
        try:
            self._host: _QuietHost | None = _QuietHost({_NAME + "$state" if chart else _NAME: dict(definition)})
        except Exception as error:
            raise failure("规则无法编译", "the rules do not compile") from error
        self._handle: int = self._host.get_ruleset(_NAME)._handle
        try:
            with self.session() as session:
                warm_up(session)
                self._warm = True
        except BaseException:
            self.close()
            raise

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Take the ruleset for one question; nothing of it stays behind. Not reentrant."""
        with self._lock:
            if self._host is None:
                raise failure("规则已关闭", "the rules are closed")
            # A new sid each time: a session whose deletion was interrupted can never leak into the next.
            sid = f"s{next(self._sids)}"
            try:
                yield Session(self._host, sid)
            except InternalError:
                raise
            except Exception as error:
                raise failure("调用失败", "a call failed") from error
            finally:
                if self._warm:
                    self._forget(sid)

    def close(self) -> None:
        """Give the memory back. A second call does nothing; a question after it raises InternalError."""
        with self._lock:
            if self._host is not None:
                self._host = None
                _engine.delete_ruleset(self._handle)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def _forget(self, sid: str) -> None:
        with suppress(_engine.error):  # if nothing was asserted, there is no such session
            _engine.delete_state(self._handle, sid)


_NAME = "rules"
