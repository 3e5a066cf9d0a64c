"""A solver that runs out of time after so many questions."""

from __future__ import annotations

from typing import Any

import pytest
import z3


class Late:
    """Let so many questions be answered, and leave the others open."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left = 0
        real = z3.Solver.check

        def check(solver: z3.Solver, *assumptions: Any) -> z3.CheckSatResult:
            self.left -= 1
            return real(solver, *assumptions) if self.left >= 0 else z3.unknown

        monkeypatch.setattr(z3.Solver, "check", check)
