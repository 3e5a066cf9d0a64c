"""The key file: closed to others, read strictly, written whole, and never repeated in a message."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.vault.rings import DAY, ring, secret, spellings, told

from xianjie.errors import InputError
from xianjie.vault import Purpose, Suite, VaultError, find_ring, new_ring, parsed, read_ring, required_ring

from xianjie.vault import write_ring, written  # isort: skip

posix = pytest.mark.skipif(os.name != "posix", reason="permissions of this kind are POSIX's")

KEYS = '"version": 1, "keys": [], "current": {}'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    write_ring(path, ring("k-a", "k-b"))
    return path


def code(raised: pytest.ExceptionInfo[VaultError]) -> str:
    return raised.value.code


def tree() -> dict[str, Any]:
    return dict(json.loads(written(ring("k-a", "k-b"))))


def test_a_ring_is_written_and_read_back(file: Path) -> None:
    again, before = read_ring(file), ring("k-a", "k-b")
    assert again.current == before.current
    for key in before.keys.values():
        other = again.named(key.id)
        assert (other.suite, other.created, other.secret, other.subkeys) == (
            key.suite,
            key.created,
            key.secret,
            key.subkeys,
        )


def test_keys_come_from_the_file_or_from_the_environment(file: Path) -> None:
    inline = written(ring("k-c"))
    assert set(required_ring({"XIANJIE_KEYS_FILE": str(file)}).keys) == {"k-a", "k-b"}
    assert set(required_ring({"XIANJIE_KEYS": inline}).keys) == {"k-c"}
    assert find_ring({}) is None
    assert find_ring({"XIANJIE_KEYS_FILE": "", "XIANJIE_KEYS": ""}) is None
    with pytest.raises(VaultError) as raised:
        required_ring({})
    assert code(raised) == "keys-missing"
    with pytest.raises(VaultError) as raised:
        find_ring({"XIANJIE_KEYS_FILE": str(file), "XIANJIE_KEYS": inline})
    assert code(raised) == "keys-both"


@posix
def test_a_key_file_is_written_for_its_owner_alone(tmp_path: Path) -> None:
    previous = os.umask(0)
    try:
        write_ring(tmp_path / "k.json", new_ring(Suite.AES, DAY))
    finally:
        os.umask(previous)
    assert stat.S_IMODE((tmp_path / "k.json").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["k.json"]


@posix
@pytest.mark.parametrize("mode", [0o604, 0o602, 0o601, 0o640, 0o620, 0o610, 0o644, 0o666, 0o777])
def test_a_file_that_others_can_open_is_refused(file: Path, mode: int) -> None:
    file.chmod(mode)
    with pytest.raises(VaultError) as raised:
        read_ring(file)
    assert code(raised) == "keys-open"


@posix
@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_a_file_for_its_owner_alone_is_read(file: Path, mode: int) -> None:
    file.chmod(mode)
    assert read_ring(file).keys


@posix
def test_a_file_of_another_user_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = file.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    if owner == 0:
        assert read_ring(file).keys, "root's files are handed to services"
        if os.getuid() != 0:
            return
        os.chown(file, 12345, -1)
    with pytest.raises(VaultError) as raised:
        read_ring(file)
    assert code(raised) == "keys-open"


@posix
def test_the_group_may_read_what_systemd_hands_over_and_nothing_else(file: Path, tmp_path: Path) -> None:
    file.chmod(0o440)
    assert find_ring({"XIANJIE_KEYS_FILE": str(file), "CREDENTIALS_DIRECTORY": str(tmp_path)}) is not None
    for mode, folder in ((0o440, "elsewhere"), (0o460, "."), (0o444, "."), (0o450, ".")):
        file.chmod(mode)
        (tmp_path / folder).mkdir(exist_ok=True)
        with pytest.raises(VaultError) as raised:
            read_ring(file, str(tmp_path / folder))
        assert code(raised) == "keys-open"


@posix
def test_the_opened_file_counts_not_its_name(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(file)
    assert read_ring(link).keys
    file.chmod(0o644)
    with pytest.raises(VaultError) as raised:
        read_ring(link)
    assert code(raised) == "keys-open"


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    large = tmp_path / "large"
    large.touch(0o600)
    large.write_bytes(b" " * 70_000)
    for path, expected in (
        (tmp_path / "none", "keys-unreadable"),
        (tmp_path, "keys-unreadable"),
        (Path("nul\0byte"), "keys-unreadable"),
        (large, "keys-form"),
    ):
        with pytest.raises(VaultError) as raised:
            read_ring(path)
        assert code(raised) == expected


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_no_key_file(tmp_path: Path) -> None:
    with pytest.raises(VaultError) as raised:
        read_ring(Path("/dev/null"))
    assert code(raised) == "keys-unreadable"


def test_another_file_is_never_written_over(file: Path, tmp_path: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(InputError) as raised:
        write_ring(file, ring("k-z"))
    assert raised.value.problems[0].code == "file-exists"
    assert file.read_bytes() == before
    write_ring(file, ring("k-z"), replace=True)
    assert set(read_ring(file).keys) == {"k-z"}
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]
    with pytest.raises(InputError) as raised:
        write_ring(tmp_path / "none" / "k.json", ring("k-z"))
    assert raised.value.problems[0].code == "file-unwritable"


def put(*path: str | int, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(tree: Any) -> None:
        for step in path[:-1]:
            tree = tree[step]
        tree[path[-1]] = value

    return change


BAD: list[tuple[str, Callable[[dict[str, Any]], Any]]] = [
    ("", lambda tree: tree.update(extra=1)),
    ("", lambda tree: tree.pop("current")),
    ("version", put("version", value=2)),
    ("version", put("version", value="1")),
    ("version", put("version", value=True)),
    ("keys", put("keys", value=[])),
    ("keys", put("keys", value={})),
    ("keys", put("keys", value=[{}] * 101)),
    ("keys[0]", put("keys", value=[7])),
    ("keys[1]", put("keys", 1, "suite", value=None)),
    ("keys[1]", put("keys", 1, "more", value="x")),
    ("keys[0].id", put("keys", 0, "id", value="K-A")),
    ("keys[0].id", put("keys", 0, "id", value="")),
    ("keys[0].id", put("keys", 0, "id", value="k" * 33)),
    ("keys[0].id", put("keys", 0, "id", value="k990101199002301234")),
    ("keys[0].id", put("keys", 0, "id", value="k.a")),
    ("keys[0].suite", put("keys", 0, "suite", value="des")),
    ("keys[0].created", put("keys", 0, "created", value="2025-02-30")),
    ("keys[0].created", put("keys", 0, "created", value="20250501")),
    ("keys[0].secret", put("keys", 0, "secret", value="")),
    ("keys[0].secret", put("keys", 0, "secret", value="A" * 43)),
    ("keys[0].secret", put("keys", 0, "secret", value="QUJD")),
    ("keys[0].secret", put("keys", 0, "secret", value="钥" * 43)),
    ("keys[0].secret", put("keys", 0, "secret", value="*" * 43)),
    ("keys[1]", lambda tree: tree["keys"][1].update(id="k-a")),
    ("keys[1]", lambda tree: tree["keys"][1].update(secret=tree["keys"][0]["secret"])),
    ("current", put("current", value=[])),
    ("current", lambda tree: tree["current"].pop("audit")),
    ("current", put("current", "more", value="k-a")),
    ("current.audit", put("current", "audit", value="k-none")),
    ("current.audit", put("current", "audit", value=["k-a"])),
]


@pytest.mark.parametrize(("path", "change"), BAD)
def test_a_bad_file_is_refused_with_the_place_and_nothing_of_it(
    path: str, change: Callable[[dict[str, Any]], Any]
) -> None:
    bad = tree()
    change(bad)
    with pytest.raises(VaultError) as raised:
        parsed(json.dumps(bad))
    assert code(raised) == "keys-form"
    assert (raised.value.problems[0].place.path or "") == path
    for spelling in spellings(secret("k-a")) | spellings(secret("k-b")):
        assert spelling not in told(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "[]", "{", "7", "null", '{"version": 1}', "[" * 5000, "\ufeff{}", "\0", '{"version": NaN}'),
        f'{{{KEYS}, "keys": []}}',
    ],
)
def test_what_is_no_json_of_ours_is_refused_without_the_text(text: str) -> None:
    with pytest.raises(VaultError) as raised:
        parsed(text)
    assert code(raised) == "keys-form"
    assert raised.value.__context__ is None, "the parser's error would carry the whole file"


def refusal(text: str) -> str:
    try:
        parsed(text)
    except VaultError as error:
        return told(error)
    return ""


def test_a_cut_or_flipped_file_shows_no_secret() -> None:
    whole = written(ring("k-a"))
    shown = spellings(secret("k-a"))
    for at in range(0, len(whole), 7):
        for text in (whole[:at], whole[:at] + "\x07" + whole[at + 1 :]):
            said = refusal(text)
            assert not any(spelling in said for spelling in shown)


def test_each_purpose_may_have_a_key_of_its_own() -> None:
    mixed = tree()
    mixed["current"]["audit"] = "k-a"
    one = parsed(json.dumps(mixed))
    assert (one.current[Purpose.AUDIT], one.current[Purpose.LOOKUP]) == ("k-a", "k-b")
