"""What a write costs in the stores, beside one appended line that is brought to disk."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.store.layouts import AT
from tests.store.server import programs, running

from xianjie.store import Store, open_store

Benchmark = Any
SECONDS: dict[str, float] = {}
BODY = {"division": "420102", "person": "P-1", "answer": {"status": "covered", "clauses": ["三(一)", "四(二)2"] * 6}}
LINE = b"x" * 420
"""As long as the line of one insert."""
THREADS = 8


@pytest.fixture(scope="module", autouse=True)
def ratios() -> Iterator[None]:
    """Print the ratios after the module's benchmarks ran."""
    yield
    append = SECONDS.get("append")
    if append:
        print("\n\n" + "\n".join(f"{name} / append: {one / append:.2f}" for name, one in SECONDS.items()))


def inserting(store: Store) -> Any:
    numbers = itertools.count()

    def insert() -> None:
        number = next(numbers)
        with store.transaction() as t:
            t.insert("decisions", f"D-{number:09}", {**BODY, "case": f"E-{number % 977}"})

    return insert


def filled(folder: Path, count: int) -> Store:
    store = open_store(folder)
    with store.transaction() as t:
        for number in range(count):
            t.insert("decisions", f"A-{number:09}", {**BODY, "case": f"E-{number % 977}"})
    store.compact()
    return store


def test_one_line_appended_and_brought_to_disk(benchmark: Benchmark, tmp_path: Path) -> None:
    handle = os.open(tmp_path / "lines", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def append() -> None:
        os.write(handle, LINE)
        os.fsync(handle)

    benchmark.pedantic(append, rounds=2_000, warmup_rounds=50)
    SECONDS["append"] = benchmark.stats.stats.median
    os.close(handle)


@pytest.mark.parametrize("count", [10, 100_000])
def test_insert_into_the_embedded_store(benchmark: Benchmark, tmp_path: Path, count: int) -> None:
    """The bound is three appends, however much there is."""
    with filled(tmp_path / "store", count) as store:
        benchmark.pedantic(inserting(store), rounds=2_000, warmup_rounds=50)
    SECONDS[f"insert at {count:,}"] = benchmark.stats.stats.median


def test_insert_with_a_link_of_the_audit_chain(benchmark: Benchmark, tmp_path: Path) -> None:
    """As the service writes: a record and its link in one transaction."""
    numbers = itertools.count()

    def insert() -> None:
        number = next(numbers)
        with store.transaction() as t:
            t.insert("decisions", f"D-{number:09}", {**BODY, "case": f"E-{number % 977}"})
            t.append("audit", {"what": "decision", "id": f"D-{number:09}"}, AT)

    with filled(tmp_path / "store", 10) as store:
        benchmark.pedantic(insert, rounds=2_000, warmup_rounds=50)
    SECONDS["insert and link"] = benchmark.stats.stats.median


def test_insert_by_eight_threads(benchmark: Benchmark, tmp_path: Path) -> None:
    """Eight threads write a thousand records each; they share the waits for the disk."""
    with filled(tmp_path / "store", 10) as store:
        insert = inserting(store)

        def work() -> None:
            for _ in range(1_000):
                insert()

        def all_threads() -> None:
            threads = [threading.Thread(target=work) for _ in range(THREADS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        benchmark.pedantic(all_threads, rounds=3)
    SECONDS["insert by eight threads, each"] = benchmark.stats.stats.median / (THREADS * 1_000)


def test_find_among_a_hundred_thousand(benchmark: Benchmark, tmp_path: Path) -> None:
    with filled(tmp_path / "store", 100_000) as store:

        def find() -> None:
            with store.read() as view:
                assert len(view.find("decisions", {"case": "E-5", "division": "420102"}, limit=20)) == 20

        benchmark.pedantic(find, rounds=500)


def test_open_with_a_hundred_thousand(benchmark: Benchmark, tmp_path: Path) -> None:
    filled(tmp_path / "store", 100_000).close()
    benchmark.pedantic(lambda: open_store(tmp_path / "store").close(), rounds=3)


def test_insert_into_postgres(benchmark: Benchmark) -> None:
    """For information: a server on this machine, through its socket."""
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed")
    with running(found) as url, open_store(url) as store:
        benchmark.pedantic(inserting(store), rounds=300, warmup_rounds=10)
    SECONDS["insert into PostgreSQL"] = benchmark.stats.stats.median
