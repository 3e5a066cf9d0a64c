"""What the client takes from OpenAPI is what the service says today; every operation has a method in both clients."""

from __future__ import annotations

import inspect

import pytest
from tests.client.generating import FOLDER, OWN, document, written

from xianjie.client import AsyncClient, Client


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return written()


def test_the_written_parts_are_of_today(files: dict[str, str]) -> None:
    there = {f"resources/{file.name}" for file in (FOLDER / "resources").glob("*.py")} | {"methods.py"}
    assert there == set(files), "run `make client`"
    stale = [name for name, text in files.items() if (FOLDER / name).read_text("utf-8") != text]
    assert stale == [], "run `make client`"


def test_every_operation_can_be_called_and_awaited() -> None:
    told = {one["operationId"] for ways in document()["paths"].values() for one in ways.values()}
    for name in (told - OWN) | {"assess", "assess_many", "every"}:
        one, other = getattr(Client, name), getattr(AsyncClient, name)
        assert one.__doc__
        assert inspect.iscoroutinefunction(other) or inspect.isasyncgenfunction(other), name
        if name not in ("assess_many", "every"):
            assert inspect.signature(one).parameters == inspect.signature(other).parameters, name


def test_the_two_clients_have_the_same_methods() -> None:
    def names(client: type) -> set[str]:
        return {name for name in dir(client) if not name.startswith("_")}

    assert names(Client) == names(AsyncClient)
    making = [inspect.signature(client.__init__).parameters for client in (Client, AsyncClient)]
    assert list(making[0]) == list(making[1])
