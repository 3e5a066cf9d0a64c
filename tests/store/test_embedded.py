"""The embedded store beyond the contract: one process, many threads, shared waits for the disk, and disks that fail."""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.store.layouts import AT, code_of, small_layout

from xianjie.disk import to_disk
from xianjie.errors import InternalError
from xianjie.store import StoreError
from xianjie.store import journal as journal_module
from xianjie.store.embedded import EmbeddedStore
from xianjie.store.refusals import full
from xianjie.store.snapshots import write_snapshot
from xianjie.store.tables import JournalStorage, database


def opening(folder: Path, **more: Any) -> EmbeddedStore:
    return EmbeddedStore(folder, small_layout(), **more)


def put(store: EmbeddedStore, id: str, text: str = "x") -> None:
    with store.transaction() as t:
        t.insert("notes", id, {"kind": "a", "code": id, "text": text})
        t.append("audit", {"id": id}, AT)


def ids(store: EmbeddedStore) -> list[str]:
    with store.read() as view:
        return [one.id for one in view.find("notes", limit=100_000)]


def together(count: int, work: Callable[[int], None]) -> list[BaseException]:
    """Run something in several threads, and give what they raised."""
    raised: list[BaseException] = []

    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001
            raised.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    """Give an empty store."""
    with opening(tmp_path / "store") as one:
        yield one


def test_eight_threads_write_a_thousand_records_each(store: EmbeddedStore) -> None:
    def work(name: int) -> None:
        for number in range(1_000):
            with store.transaction() as t:
                t.insert("notes", f"{name}-{number}", {"kind": str(name)})

    assert together(8, work) == []
    store.close()
    with opening(store.folder) as again:
        assert len(ids(again)) == 8_000
        with again.read() as view:
            assert [view.count("notes", {"kind": str(name)}) for name in range(8)] == [1_000] * 8
        assert again.verify().problems == ()


OTHER = """
import sys
from pathlib import Path
from xianjie.store import StoreError
from xianjie.store.embedded import EmbeddedStore
try:
    EmbeddedStore(Path(sys.argv[1]))
except StoreError as error:
    sys.exit(str(error))
"""


def test_a_second_process_is_told_who_holds_the_store(store: EmbeddedStore) -> None:
    command = [sys.executable, "-c", OTHER, str(store.folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"{store.folder}: " in done.stderr
    assert f"进程号 {os.getpid()}" in done.stderr
    assert "[store-locked]" in done.stderr
    store.close()
    assert subprocess.run(command, check=False).returncode == 0


def test_a_second_store_in_the_same_process_is_refused(store: EmbeddedStore) -> None:
    with pytest.raises(StoreError) as raised:
        opening(store.folder)
    assert code_of(raised.value) == "store-locked"
    assert f"process {os.getpid()}" in raised.value.problems[0].en
    put(store, "N-1")


@pytest.mark.parametrize("text", ["999999999\n", "", "no number"])
def test_a_lock_file_that_nobody_holds_is_no_lock(tmp_path: Path, text: str) -> None:
    with opening(tmp_path) as store:
        put(store, "N-1")
    (tmp_path / "lock").write_text(text, encoding="utf-8")
    with opening(tmp_path) as again:
        assert ids(again) == ["N-1"]


def test_a_failed_opening_lets_go_of_the_folder(tmp_path: Path) -> None:
    with opening(tmp_path) as store:
        put(store, "N-1")
    path = tmp_path / "journal-000000000000.jsonl"
    whole = path.read_bytes()
    path.write_bytes(b"x" + whole)
    with pytest.raises(StoreError):
        opening(tmp_path)
    path.write_bytes(whole)
    with opening(tmp_path) as again:
        assert ids(again) == ["N-1"]


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_neither_uses_nor_keeps_the_store(store: EmbeddedStore) -> None:
    put(store, "N-1")
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with store.transaction():
                pass
        except InternalError:
            code = 0
        store.close()
        os.write(writing, bytes([code]))
        time.sleep(60)
        os._exit(code)
    try:
        assert os.read(reading, 1) == b"\0"
        put(store, "N-2")
        store.close()
        with opening(store.folder) as again:
            assert ids(again) == ["N-1", "N-2"]
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)


def test_a_block_within_a_block_is_refused_and_blocks_nobody(store: EmbeddedStore) -> None:
    with store.transaction() as t:
        t.insert("notes", "N-1", {})
        for within in (store.transaction, store.read):
            with pytest.raises(InternalError), within():
                pass
        for call in (store.compact, store.verify, store.close):
            with pytest.raises(InternalError):
                call()
    assert ids(store) == ["N-1"]


class Disk:
    """Stand where the journal waits for the disk: count, hold up, or fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._real = to_disk
        self.waits = 0
        self.open = threading.Event()
        self.open.set()
        self.reached = threading.Event()
        self.errors: list[int] = []
        monkeypatch.setattr(journal_module, "to_disk", self.to_disk)

    def to_disk(self, handle: int) -> None:
        self.waits += 1
        self.reached.set()
        assert self.open.wait(30)
        if self.errors:
            raise OSError(self.errors.pop(0), "on purpose")
        self._real(handle)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    """Stand between the journal and the disk."""
    return Disk(monkeypatch)


def test_threads_share_the_wait_for_the_disk(store: EmbeddedStore, disk: Disk) -> None:
    disk.open.clear()
    first = threading.Thread(target=put, args=(store, "N-0"))
    first.start()
    assert disk.reached.wait(30)
    others = [threading.Thread(target=put, args=(store, f"N-{number}")) for number in range(1, 9)]
    for thread in others:
        thread.start()
    while store._commits.next_number() < 10:
        time.sleep(0.001)
    disk.open.set()
    for thread in (first, *others):
        thread.join()
    assert disk.waits == 2
    assert len(ids(store)) == 9


def test_nobody_returns_before_what_they_saw_is_on_disk(store: EmbeddedStore, disk: Disk) -> None:
    disk.open.clear()
    returned: list[str] = []

    def write() -> None:
        put(store, "N-1")
        returned.append("writer")

    def read() -> None:
        with store.read() as view:
            found = view.get("notes", "N-1")
        assert found is not None
        returned.append("reader")

    writer = threading.Thread(target=write)
    writer.start()
    assert disk.reached.wait(30)
    reader = threading.Thread(target=read)
    reader.start()
    reader.join(0.1)
    assert returned == []
    disk.open.set()
    writer.join()
    reader.join()
    assert sorted(returned) == ["reader", "writer"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_undoes_all_that_waits_and_goes_on(store: EmbeddedStore, disk: Disk, number: int) -> None:
    put(store, "N-0")
    size = (store.folder / "journal-000000000000.jsonl").stat().st_size
    disk.open.clear()
    disk.reached.clear()
    disk.errors.append(number)
    refused: list[BaseException] = []

    def write(name: int) -> None:
        try:
            put(store, f"N-{name}")
        except StoreError as error:
            refused.append(error)

    def read() -> None:
        try:
            ids(store)
        except StoreError as error:
            refused.append(error)

    first = threading.Thread(target=write, args=(1,))
    first.start()
    assert disk.reached.wait(30)
    others = [threading.Thread(target=write, args=(name,)) for name in (2, 3)]
    for thread in others:
        thread.start()
    while store._commits.next_number() < 5:
        time.sleep(0.001)
    reader = threading.Thread(target=read)
    reader.start()
    reader.join(0.1)
    disk.open.set()
    for thread in (first, *others, reader):
        thread.join()
    assert [code_of(error) for error in refused if isinstance(error, StoreError)] == ["store-full"] * 4
    assert (store.folder / "journal-000000000000.jsonl").stat().st_size == size
    assert ids(store) == ["N-0"]
    put(store, "N-1")
    assert store.verify().problems == ()
    store.close()
    with opening(store.folder) as again:
        assert ids(again) == ["N-0", "N-1"]
        with again.read() as view:
            assert [entry.body["id"] for entry in view.entries("audit")] == ["N-0", "N-1"]


def test_a_refusal_for_what_was_never_written_is_not_told(store: EmbeddedStore, disk: Disk) -> None:
    """Who is told that an id is taken may rely on the record that takes it."""
    disk.open.clear()
    disk.errors.append(errno.ENOSPC)
    told: list[str] = []

    def write() -> None:
        try:
            put(store, "N-1")
        except StoreError as error:
            told.append(code_of(error))

    first, second = threading.Thread(target=write), threading.Thread(target=write)
    first.start()
    assert disk.reached.wait(30)
    second.start()
    second.join(0.1)
    assert told == []
    disk.open.set()
    first.join()
    second.join()
    assert told == ["store-full", "store-full"]
    put(store, "N-1")


def test_closing_while_others_write_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    acknowledged: list[str] = []
    store = opening(tmp_path, snapshot_after=5_000)

    def work(name: int) -> None:
        with contextlib.suppress(InternalError):  # it is closed
            for number in range(10_000):
                put(store, f"{name}-{number}", "x" * 300)
                acknowledged.append(f"{name}-{number}")

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    while len(acknowledged) < 50:
        time.sleep(0.001)
    store.close()
    with opening(tmp_path) as again:
        for thread in threads:
            thread.join()
        assert set(acknowledged) <= set(ids(again))
        assert again.verify().problems == ()


def test_snapshots_are_made_while_others_write(store: EmbeddedStore) -> None:
    def work(name: int) -> None:
        for number in range(100):
            if name:
                put(store, f"{name}-{number}")
            elif number < 20:
                store.compact()

    assert together(5, work) == []
    assert store.verify().problems == ()
    store.close()
    with opening(store.folder) as again:
        assert len(ids(again)) == 400


def test_closing_waits_for_a_snapshot(store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def slow(*arguments: Any) -> None:
        reached.set()
        assert go_on.wait(30)
        write_snapshot(*arguments)

    monkeypatch.setattr("xianjie.store.embedded.write_snapshot", slow)
    compacting, closing = threading.Thread(target=store.compact), threading.Thread(target=store.close)
    compacting.start()
    assert reached.wait(30)
    closing.start()
    closing.join(0.1)
    with pytest.raises(StoreError):
        opening(store.folder)
    go_on.set()
    compacting.join()
    closing.join()
    opening(store.folder).close()


def test_no_snapshot_is_begun_once_the_store_is_closed(store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store, "N-1")
    checked, go_on = threading.Event(), threading.Event()
    usable = EmbeddedStore._usable

    def waits(self: EmbeddedStore) -> None:
        usable(self)
        if threading.current_thread() is compacting:
            checked.set()
            assert go_on.wait(30)

    monkeypatch.setattr(EmbeddedStore, "_usable", waits)
    raised: list[BaseException] = []

    def compact() -> None:
        try:
            store.compact()
        except InternalError as error:
            raised.append(error)

    compacting = threading.Thread(target=compact)
    compacting.start()
    assert checked.wait(30)
    store.close()
    go_on.set()
    compacting.join()
    assert len(raised) == 1
    assert list(store.folder.glob("snapshot-*")) == []


def test_a_snapshot_takes_nothing_from_the_journal_that_is_not_on_disk(
    store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "N-1")
    real = store._commits.flush
    writers: list[threading.Thread] = []

    def flush() -> None:
        real()
        if not writers:  # another transaction comes between the flush and the snapshot
            writers.append(threading.Thread(target=put, args=(store, "N-2")))
            writers[0].start()
            while store._commits.next_number() < 3:
                time.sleep(0.001)

    def fail(*_: object) -> None:
        raise full("here")

    monkeypatch.setattr(store._commits, "flush", flush)
    monkeypatch.setattr("xianjie.store.embedded.write_snapshot", fail)
    with pytest.raises(StoreError):
        store.compact()
    writers[0].join()
    assert store.verify().problems == ()
    store.close()
    with opening(store.folder) as again:
        assert ids(again) == ["N-1", "N-2"]


@pytest.mark.parametrize("errors", [[errno.EIO], [errno.ENOSPC, errno.EIO]])
def test_a_failing_disk_is_not_trusted_again(store: EmbeddedStore, disk: Disk, errors: list[int]) -> None:
    put(store, "N-0")
    disk.errors += errors
    for name in ("N-1", "N-2"):
        with pytest.raises(StoreError) as raised:
            put(store, name)
        assert code_of(raised.value) == "store-unwritable"
    assert ids(store) == ["N-0"]
    store.close()
    with opening(store.folder) as again:
        put(again, "N-2")
        assert ids(again) in (["N-0", "N-2"], ["N-0", "N-1", "N-2"])
        assert again.verify().problems == ()


def test_a_break_in_mid_writing_leaves_a_whole_journal(store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store, "N-0")
    write = os.write

    def half(handle: int, data: memoryview) -> int:
        write(handle, data[: len(data) // 2])
        raise KeyboardInterrupt

    def never(handle: int) -> None:
        raise KeyboardInterrupt

    for module, name, broken in ((os, "write", half), (journal_module, "to_disk", never)):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, broken)
            with pytest.raises(KeyboardInterrupt):
                put(store, f"N-{name}")
    put(store, "N-1")
    assert store.verify().problems == ()
    store.close()
    with opening(store.folder) as again:
        assert ids(again) == ["N-0", "N-1", "N-to_disk", "N-write"]
        assert again.remarks == ()


def test_a_break_after_the_writing_neither_repeats_nor_undoes_it(
    store: EmbeddedStore, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_: object) -> None:
        raise KeyboardInterrupt

    for name in ("N-1", "N-2"):
        with monkeypatch.context() as patch:
            patch.setattr("xianjie.store.commits.Commits._written", never)
            with pytest.raises(KeyboardInterrupt):
                put(store, name)
        if name == "N-2":
            disk.errors.append(errno.ENOSPC)
            with pytest.raises(StoreError):
                put(store, "N-3")
    assert ids(store) == ["N-1", "N-2"]
    assert store.verify().problems == ()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount a small disk; the fault-injecting tests of a full disk have run")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_is_really_full(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"\0" * 300_000)
    acknowledged: set[str] = set()
    refused: list[str] = []
    with opening(small_disk / "store") as store:

        def work(name: int) -> None:
            for number in range(200):
                try:
                    put(store, f"{name}-{number}", "x" * 3_000)
                except StoreError as error:
                    refused.append(code_of(error))
                else:
                    acknowledged.add(f"{name}-{number}")

        assert together(4, work) == []
        assert set(refused) == {"store-full"}
        assert acknowledged
        assert set(ids(store)) == acknowledged
        with pytest.raises(StoreError) as raised:
            store.compact()
        assert code_of(raised.value) == "store-full"
        assert store.verify().problems == ()
        ballast.unlink()
        put(store, "later", "x" * 3_000)
        assert store.verify().problems == ()
    with opening(small_disk / "store") as again:
        assert set(ids(again)) == acknowledged | {"later"}
        assert again.remarks == ()


def test_a_file_that_may_not_grow(store: EmbeddedStore) -> None:
    put(store, "N-0")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with pytest.raises(StoreError) as raised:
            put(store, "N-1", "x" * 50_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert code_of(raised.value) == "store-full"
    put(store, "N-2")
    store.close()
    with opening(store.folder) as again:
        assert ids(again) == ["N-0", "N-2"]
        assert again.remarks == ()


def test_a_long_journal_becomes_a_snapshot_behind_the_scenes(tmp_path: Path) -> None:
    with opening(tmp_path, snapshot_after=20_000) as store:

        def work(name: int) -> None:
            for number in range(40):
                put(store, f"{name}-{number}", "x" * 500)

        assert together(4, work) == []
        assert len(ids(store)) == 160
    assert len(list(tmp_path.glob("snapshot-*"))) in (1, 2)
    assert sum(path.stat().st_size for path in tmp_path.glob("journal-*")) < 160 * 700
    with opening(tmp_path) as again:
        assert len(ids(again)) == 160
        assert again.verify().problems == ()


def test_a_snapshot_that_fails_behind_the_scenes_is_told_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise full("here")

    monkeypatch.setattr("xianjie.store.embedded.write_snapshot", fail)
    with opening(tmp_path, snapshot_after=5_000) as store:
        for number in range(60):
            put(store, f"N-{number}", "x" * 500)
    assert {problem.code for problem in store.remarks} == {"store-full"}
    assert len(store.remarks) < 20
    with opening(tmp_path) as again:
        assert len(ids(again)) == 60
        assert again.verify().problems == ()


def test_verify_finds_indexes_that_differ(store: EmbeddedStore) -> None:
    put(store, "N-1")
    store._indexes.values["notes", "kind", '"a"'].add("N-2")
    assert [problem.code for problem in store.verify().problems] == ["store-index"]


def test_verify_finds_unique_values_held_twice(tmp_path: Path) -> None:
    """A layout may come to declare a path as unique that was not."""
    from xianjie.store import Collection, layout

    with EmbeddedStore(tmp_path, layout(Collection("notes"))) as store, store.transaction() as t:
        t.insert("notes", "N-1", {"code": "x"})
        t.insert("notes", "N-2", {"code": "x"})
    with opening(tmp_path) as again:
        assert [problem.code for problem in again.verify().problems] == ["store-duplicate"]


def test_tinydb_does_not_copy_the_table_for_a_change() -> None:
    """The hooks of TinyDB that carry this are not documented: a version that works otherwise must be noticed."""
    documents = {str(number): {"n": number} for number in range(1_000)}
    seen: list[tuple[str, str]] = []
    storage = JournalStorage({"notes": documents}, lambda *change: seen.append(change[:2]))
    table = database(storage).table("notes")
    table.add("new", {"n": -1})  # type: ignore[attr-defined]
    table.drop("5")  # type: ignore[attr-defined]
    assert storage.tables["notes"] is documents
    assert seen == [("notes", "new"), ("notes", "5")]
    assert "new" in documents
    assert "5" not in documents
    for wholesale in (lambda: database(storage).drop_tables(), lambda: table.update({"n": 0}, doc_ids=["7"])):  # type: ignore[list-item]
        with pytest.raises((InternalError, AttributeError, TypeError)):
            wholesale()
    storage.undoing()()
    assert documents["5"] == {"n": 5}
    assert "new" not in documents
