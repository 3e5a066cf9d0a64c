"""A private file is there whole or not at all, for its owner alone, and takes nobody's place unasked."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from xianjie.disk import private_file


def put(path: Path, data: bytes, over: bool = True) -> None:
    with private_file(path, over) as stream:
        stream.write(data)


def no_links(*_: object, **__: object) -> None:
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))


@pytest.mark.parametrize("over", [True, False])
def test_it_is_there_whole_and_for_its_owner_alone(over: bool, tmp_path: Path) -> None:
    put(tmp_path / "one", b"x" * 100_000, over)
    assert (tmp_path / "one").read_bytes() == b"x" * 100_000
    assert (tmp_path / "one").stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["one"]


@pytest.mark.parametrize("links", [True, False])
def test_what_is_there_stays_unless_it_may_go(links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not links:
        monkeypatch.setattr(os, "link", no_links)
    put(tmp_path / "one", b"old", over=False)
    with pytest.raises(FileExistsError):
        put(tmp_path / "one", b"new", over=False)
    assert (tmp_path / "one").read_bytes() == b"old"
    put(tmp_path / "one", b"new")
    assert (tmp_path / "one").read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["one"]


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt(), ValueError()])
def test_of_what_breaks_off_nothing_is_left(error: BaseException, tmp_path: Path) -> None:
    put(tmp_path / "one", b"old")

    def break_off() -> None:
        with private_file(tmp_path / "one") as stream:
            stream.write(b"new")
            raise error

    with pytest.raises(type(error)):
        break_off()
    assert (tmp_path / "one").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["one"]
