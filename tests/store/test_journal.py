"""What is in the folder: lines that are whole, torn, altered or gone, and what the store says of each."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.store.layouts import AT, code_of, small_layout

from xianjie.store import StoreError
from xianjie.store.embedded import EmbeddedStore
from xianjie.store.journal import line_of, opened, sealed

FIRST = "journal-000000000000.jsonl"


def opening(folder: Path) -> EmbeddedStore:
    return EmbeddedStore(folder, small_layout())


def add(folder: Path, *ids: str) -> None:
    with opening(folder) as store:
        for id in ids:
            put(store, id)


def put(store: EmbeddedStore, id: str) -> None:
    with store.transaction() as t:
        t.insert("notes", id, {"kind": "a", "text": "衔接"})
        t.append("audit", {"id": id}, AT)


def ids(store: EmbeddedStore) -> list[str]:
    with store.read() as view:
        return [one.id for one in view.find("notes", {"kind": "a"})]


def refusal(folder: Path) -> StoreError:
    with pytest.raises(StoreError) as raised:
        opening(folder)
    return raised.value


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with three transactions in one journal."""
    add(tmp_path / "store", "N-1", "N-2", "N-3")
    return tmp_path / "store"


@pytest.fixture
def two(folder: Path) -> Path:
    """Give a folder with a snapshot, the journal before and the journal behind it; N-4 stands behind."""
    with opening(folder) as store:
        store.compact()
        put(store, "N-4")
    return folder


@pytest.fixture
def three(two: Path) -> Path:
    """Give a folder with two snapshots and the journals between and behind; N-5 stands behind both."""
    with opening(two) as store:
        store.compact()
        put(store, "N-5")
    return two


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "lock")


def test_a_transaction_is_one_line_that_tells_its_number_and_its_checksum(folder: Path) -> None:
    lines = (folder / FIRST).read_bytes().splitlines(keepends=True)
    assert len(lines) == 4
    head = json.loads(lines[0])
    assert (head["format"], head["version"], head["after"]) == ("xianjie-journal", 1, 0)
    second = json.loads(lines[2])
    assert second["n"] == 2
    assert [(table, id) for table, id, _ in second["changes"]] == [("notes", "N-2"), ("chain:audit", "2")]
    assert "衔接".encode() in lines[2]


def test_a_line_is_read_as_it_was_written() -> None:
    line = line_of(7, [("notes", "N-1", {"x": "衔接\n"}), ("notes", "N-2", None)])
    assert line.count(b"\n") == 1
    assert opened(line, "f", 1)["changes"] == [["notes", "N-1", {"x": "衔接\n"}], ["notes", "N-2", None]]


def test_the_folder_and_its_files_are_for_their_owner_alone(three: Path) -> None:
    assert stat.S_IMODE(three.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in three.iterdir()} == {0o600}


def test_a_torn_last_line_is_dropped_and_told_wherever_it_was_torn(folder: Path) -> None:
    path = folder / FIRST
    whole = path.read_bytes()
    start = whole.rindex(b"\n", 0, len(whole) - 1) + 1
    for end in [*range(start + 1, start + 40), *range(len(whole) - 5, len(whole))]:
        path.write_bytes(whole[:end])
        with opening(folder) as store:
            assert ids(store) == ["N-1", "N-2"]
            assert [(one.code, f"{end - start} " in one.en) for one in store.remarks] == [("store-torn", True)]
            assert store.verify().problems == ()
        assert path.read_bytes() == whole[:start]
    add(folder, "N-9")
    with opening(folder) as store:
        assert ids(store) == ["N-1", "N-2", "N-9"]
        assert store.remarks == ()


def test_zeros_behind_the_last_line_are_a_torn_line(folder: Path) -> None:
    with (folder / FIRST).open("ab") as stream:
        stream.write(b"\0" * 4096)
    with opening(folder) as store:
        assert ids(store) == ["N-1", "N-2", "N-3"]
        assert [one.code for one in store.remarks] == ["store-torn"]


def test_a_flipped_byte_anywhere_refuses_to_start_and_says_where(folder: Path) -> None:
    path = folder / FIRST
    whole = path.read_bytes()
    line = 1
    for at in range(len(whole) - 1):
        if at % 7 == 0 and whole[at] != 10:
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 or 1]) + whole[at + 1 :])
            if b"\n" not in path.read_bytes()[at : at + 1]:
                error = refusal(folder)
                assert code_of(error) == "store-broken", at
                assert (error.problems[0].place.file, error.problems[0].place.line) == (str(path), line), at
        line += whole[at] == 10
    path.write_bytes(whole)
    add(folder, "N-4")


def test_a_flipped_line_end_is_found(folder: Path) -> None:
    path = folder / FIRST
    whole = path.read_bytes()
    ends = [at for at, byte in enumerate(whole) if byte == 10]
    for line, at in enumerate(ends[:-1], 1):
        path.write_bytes(whole[:at] + b" " + whole[at + 1 :])
        error = refusal(folder)
        assert (code_of(error), error.problems[0].place.line) == ("store-broken", line)


@pytest.mark.parametrize("order", [[0, 1, 3], [0, 2, 3], [0, 1, 3, 2], [0, 1, 1, 2, 3], [1, 2, 3], [0, 1, 2, 2, 3]])
def test_a_line_that_is_gone_doubled_or_moved_is_found(folder: Path, order: list[int]) -> None:
    path = folder / FIRST
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[number] for number in order))
    error = refusal(folder)
    assert code_of(error) == "store-broken"
    assert error.problems[0].place.line is not None


@pytest.mark.parametrize("data", [b"", b"\n", b"[]\n", b"\xff\xfe\n", b'{"sum":"0000000000000000","n":1}\n', b"torn"])
def test_a_journal_that_is_none_is_refused(folder: Path, data: bytes) -> None:
    (folder / FIRST).write_bytes(data)
    assert code_of(refusal(folder)) == "store-broken"


@pytest.mark.parametrize("name", [FIRST, "snapshot-000000000003.jsonl"])
def test_a_file_of_a_later_version_is_refused(two: Path, name: str) -> None:
    path = two / name
    kind = name.partition("-")[0]
    if kind == "journal":
        (two / "snapshot-000000000003.jsonl").unlink()
    rest = path.read_bytes().partition(b"\n")[2]
    number = b"after" if kind == "journal" else b"number"
    head = b'"format":"xianjie-%s","version":2,"%s":0}\n' % (kind.encode(), number)
    for line in (sealed(head), b"{" + head):
        path.write_bytes(line + rest)
        error = refusal(two)
        assert code_of(error) == "store-version"
        assert error.problems[0].place.file == str(path)


def test_a_snapshot_takes_the_journal_over(two: Path) -> None:
    assert names(two) == [FIRST, "journal-000000000003.jsonl", "snapshot-000000000003.jsonl"]
    with opening(two) as store:
        assert ids(store) == ["N-1", "N-2", "N-3", "N-4"]
        assert store.verify().problems == ()


def test_the_state_before_the_last_snapshot_is_kept_unless_it_is_to_be_forgotten(three: Path) -> None:
    assert names(three) == [
        "journal-000000000003.jsonl",
        "journal-000000000004.jsonl",
        "snapshot-000000000003.jsonl",
        "snapshot-000000000004.jsonl",
    ]
    with opening(three) as store:
        with store.transaction() as t:
            t.delete("notes", "N-1", 1)
        store.compact(forget=True)
        assert names(three) == ["journal-000000000006.jsonl", "snapshot-000000000006.jsonl"]
        assert not any(b'"notes","N-1"' in path.read_bytes() for path in three.iterdir())
        assert ids(store) == ["N-2", "N-3", "N-4", "N-5"]


@pytest.mark.parametrize("damage", ["gone", "cut", "flipped", "empty", "swapped"])
def test_a_damaged_snapshot_is_made_good_by_the_one_before_and_the_journals(three: Path, damage: str) -> None:
    path = three / "snapshot-000000000004.jsonl"
    whole = path.read_bytes()
    middle = len(whole) // 2
    lines = whole.splitlines(keepends=True)
    match damage:
        case "gone":
            path.unlink()
        case "cut":
            path.write_bytes(whole[:middle])
        case "flipped":
            path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
        case "empty":
            path.write_bytes(b"")
        case "swapped":
            path.write_bytes(b"".join([lines[0], lines[2], lines[1], *lines[3:]]))
    with opening(three) as store:
        assert ids(store) == ["N-1", "N-2", "N-3", "N-4", "N-5"]
        assert [one.code for one in store.remarks] == ([] if damage == "gone" else ["store-broken"])
        if damage != "gone":
            assert [one.code for one in store.verify().problems] == ["store-broken"]
        store.compact()
        store.compact(forget=True)
        assert store.verify().problems == ()


def without(folder: Path, *gone: str) -> StoreError:
    for name in gone:
        (folder / name).unlink()
    return refusal(folder)


@pytest.mark.parametrize(
    ("gone", "told"),
    [
        (["journal-000000000004.jsonl"], "journal-000000000004.jsonl"),
        (["snapshot-000000000003.jsonl", "snapshot-000000000004.jsonl"], "snapshot-000000000003.jsonl"),
        (["snapshot-000000000004.jsonl", "journal-000000000003.jsonl"], "journal-000000000003.jsonl"),
        (["journal-000000000003.jsonl", "journal-000000000004.jsonl"], "journal-000000000004.jsonl"),
    ],
)
def test_a_file_that_is_gone_is_missed(three: Path, gone: list[str], told: str) -> None:
    error = without(three, *gone)
    assert code_of(error) == "store-broken"
    assert Path(error.problems[0].place.file or "").name == told


def test_a_journal_is_missed_also_where_the_newest_snapshot_is_damaged(three: Path) -> None:
    (three / "snapshot-000000000004.jsonl").write_bytes(b"")
    assert code_of(without(three, "journal-000000000004.jsonl")) == "store-broken"


def test_where_no_snapshot_is_whole_the_damage_is_told(two: Path) -> None:
    with opening(two) as store:
        store.compact(forget=True)
    path = two / "snapshot-000000000004.jsonl"
    path.write_bytes(path.read_bytes()[:-2] + b"0\n")
    error = refusal(two)
    assert (code_of(error), error.problems[0].place.file) == ("store-broken", str(path))


def test_an_older_journal_that_ends_otherwise_is_found(three: Path) -> None:
    (three / "snapshot-000000000004.jsonl").unlink()
    path = three / "journal-000000000003.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    for data in (b"".join(lines[:-1]), b"".join(lines)[:-1], b"".join(lines) + b"torn"):
        path.write_bytes(data)
        assert code_of(refusal(three)) == "store-broken"


def test_what_a_crash_leaves_beside_is_no_matter(three: Path) -> None:
    (three / ".snapshot-000000000009.jsonl.writing").write_bytes(b"half")
    (three / "notes.txt").write_text("not ours", encoding="utf-8")
    with opening(three) as store:
        assert ids(store) == ["N-1", "N-2", "N-3", "N-4", "N-5"]
    assert not (three / ".snapshot-000000000009.jsonl.writing").exists()
    assert (three / "notes.txt").exists()


def test_a_crash_between_the_new_journal_and_the_snapshot_loses_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: Any) -> Iterator[bytes]:
        raise KeyboardInterrupt

    store = opening(folder)
    with monkeypatch.context() as patch:
        patch.setattr("xianjie.store.embedded.write_snapshot", crash)
        with pytest.raises(KeyboardInterrupt):
            store.compact()
    put(store, "N-4")
    store.close()
    assert names(folder) == [FIRST, "journal-000000000003.jsonl"]
    with opening(folder) as again:
        assert ids(again) == ["N-1", "N-2", "N-3", "N-4"]
        again.compact()
        assert again.verify().problems == ()


def test_verify_reads_the_files_again(folder: Path) -> None:
    with opening(folder) as store:
        path = folder / FIRST
        whole = path.read_bytes()
        path.write_bytes(whole.replace("衔接".encode(), "断开".encode(), 1))
        (problem,) = store.verify().problems
        assert (problem.code, problem.place.file, problem.place.line) == ("store-broken", str(path), 2)
        path.write_bytes(whole[: whole.rindex(b"\n", 0, len(whole) - 1) + 1])
        assert [one.code for one in store.verify().problems] == ["store-broken"]


@pytest.mark.skipif(os.geteuid() == 0 if hasattr(os, "geteuid") else True, reason="root may read and write everything")
def test_a_folder_that_is_closed_to_us_is_told(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir(mode=0o500)
    assert code_of(refusal(tmp_path / "store")) == "store-unreadable"


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "store").write_bytes(b"")
    assert code_of(refusal(tmp_path / "store")) == "store-unreadable"
    with pytest.raises(StoreError) as raised:
        EmbeddedStore(tmp_path / "store", create=False)
    assert code_of(raised.value) == "store-absent"
