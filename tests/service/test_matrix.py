"""Every role in every place at every guarded route of the application, as `docs/access.md` says, and as nobody.

What is not for somebody is answered as what is not there: the same status and the same words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.service.conftest import AT_HOME, TODAY, kept
from tests.service.let_in import Ticks, bearing, guarded
from tests.service.matrix import (
    NOBODY,
    Asker,
    Operation,
    Target,
    askers,
    expected,
    is_shown,
    operations,
    seeded,
)

from xianjie.access import Rate, Role
from xianjie.plugins import Regions
from xianjie.service.app import create_app
from xianjie.service.settings import ServiceSettings

OPERATIONS = operations()
NOT_ALLOWED = ("access-role", "access-national", "access-division", "access-organisation", "access-own-hand")


@dataclass
class Office:
    """A guarded application with its records, and all who ask."""

    client: TestClient
    targets: dict[str, Target]
    askers: list[Asker]

    def target(self, operation: Operation) -> Target:
        found = self.targets.get(operation.name)
        assert found is not None, (
            f"{operation.method} {operation.path} ({operation.name}) is new: say in tests/service/matrix.py which "
            f"record it is asked for, so that every role can be tried on it"
        )
        return found

    def ask(self, operation: Operation, target: Target, asker: Asker | None, **ids: str) -> Any:
        headers = {} if asker is None else bearing(asker.key)
        if operation.method == "PUT":
            headers["if-match"] = '"1"'
        path = operation.path.format(**{**target.ids, **ids})
        body = {} if target.body is None else {"json": target.body}
        query = {"limit": "200"} if target.lists and operation.method == "GET" else None
        return self.client.request(operation.method, path, params=query, headers=headers, **body)

    def shows(self, operation: Operation, target: Target, asker: Asker) -> bool:
        """Tell whether a list holds the target."""
        told = self.ask(operation, target, asker).json()
        assert not told.get("next"), f"{operation}: more than a page"
        return any(target.lists in (*one.values(), one.get("body", {}).get("id")) for one in told["items"])


@pytest.fixture(scope="module")
def office(regions: Regions, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("kept")
    with kept(folder) as keeping:
        often = Rate(10**9, 1, 10**9)
        settings = ServiceSettings(
            today=lambda: TODAY, rate=often, failure_rate=often, key_seconds=3600, home=folder / "home"
        )
        with TestClient(create_app(keeping, settings, regions), AT_HOME, raise_server_exceptions=False) as client:
            targets, own, other = seeded(client)
            everybody = askers(keeping, own, other)
            guarded(client, Ticks())
            yield Office(client, targets, everybody)


def outcome(status: int) -> int:
    return status if status in (401, 403, 404) or status >= 500 else 200


def words(answer: Any) -> Any:
    told = answer.json()
    return {name: value for name, value in told.items() if name != "instance"}, set(answer.headers)


def test_the_matrix_is_of_the_application_s_own_routes(office: Office) -> None:
    assert set(office.targets) == {operation.name for operation in OPERATIONS}
    told = office.client.get("/openapi.json").json()["paths"]
    described = {one["operationId"] for path in told.values() for one in path.values() if "x-access" in one}
    assert described == set(office.targets)
    assert {asker.role for asker in office.askers} == set(Role)
    assert len(OPERATIONS) * (len(office.askers) + 1) > 2000


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_every_role_in_every_place_gets_what_the_table_says(office: Office, operation: Operation) -> None:
    target = office.target(operation)
    wrong: list[str] = []
    let_through = 0
    assert office.ask(operation, target, None).status_code == 401
    for asker in office.askers:
        wanted = expected(operation, target, asker)
        answer = office.ask(operation, target, asker)
        got = outcome(answer.status_code)
        if got != wanted:
            wrong.append(f"{asker}: {wanted} expected, {answer.status_code} {answer.text[:200]}")
        elif wanted == 403:
            assert answer.json()["code"] in NOT_ALLOWED, answer.text
        elif wanted == 404 and target.ids:
            unknown = office.ask(operation, target, asker, **dict.fromkeys(target.ids, NOBODY))
            if words(answer) != words(unknown):
                wrong.append(f"{asker}: {answer.text} tells it from {unknown.text}")
        elif wanted == 200:
            if not let_through:
                assert answer.is_success != target.refused, f"{asker}: {answer.status_code} {answer.text}"
            let_through += 1
            if target.lists is not None and office.shows(operation, target, asker) != is_shown(operation, asker):
                wrong.append(f"{asker}: the list {'holds' if not is_shown(operation, asker) else 'lacks'} it")
    assert not wrong, "\n".join([str(operation), *wrong])
    assert let_through, f"{operation} lets nobody through: the matrix would not notice if it let nobody in at all"


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if "{id}" in one.path], ids=str)
def test_an_id_that_nobody_has_is_not_there_for_who_may(office: Office, operation: Operation) -> None:
    target = office.target(operation)
    for asker in office.askers:
        if expected(operation, target, asker) == 200:
            answer = office.ask(operation, target, asker, id=NOBODY)
            assert (answer.status_code, answer.json()["code"]) == (404, "record-unknown"), f"{asker}: {answer.text}"
