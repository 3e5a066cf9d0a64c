"""What schemathesis draws from the OpenAPI document is answered as it says; `make fuzz-http` draws far more."""

from __future__ import annotations

from pathlib import Path

from tests.service.conftest import Server
from tests.service.fuzz_http import requests_of, run_schemathesis, without_proofs


def test_every_check_holds_for_what_it_draws(server: Server, tmp_path: Path) -> None:
    options = [*without_proofs(), "--phases", "examples,fuzzing", "--seed", "20250801"]
    status, told = run_schemathesis(server.url, 15, tmp_path, *options)
    assert status == 0, told
    assert requests_of(told) > 100
    assert server.alive()
