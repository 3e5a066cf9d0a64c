"""The user's copies: kept whole, for their owner alone, and never replaced or trusted blindly."""

from __future__ import annotations

import datetime as dt
import os
import stat
from pathlib import Path

import pytest
from tests.sources.documents import pdf
from tests.sources.invented import FOLDER, NEW, OLD, yunlu

from xianjie.errors import InputError
from xianjie.sources import shelf

DAY = dt.date(2025, 6, 1)
OLD_FILE = FOLDER / "old.txt"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def code_of(error: pytest.ExceptionInfo[InputError]) -> str:
    return error.value.problems[0].code


def test_a_document_is_kept_with_its_bytes_its_text_and_what_is_known(home: Path) -> None:
    added = shelf.add(home, yunlu(), OLD_FILE, DAY)
    assert added.outcome == "added"
    copy = shelf.kept(home, "yunlu-2024")
    assert copy is not None
    assert copy.original() == OLD_FILE.read_bytes()
    assert copy.text().strip() == OLD.strip()
    assert (copy.manifest.format, copy.manifest.added, copy.manifest.policy_sha256) == ("txt", DAY, yunlu().sha256)
    assert list(shelf.listed(home)) == ["yunlu-2024"]


@pytest.mark.skipif(os.name != "posix", reason="permissions of this kind are POSIX's")
def test_copies_are_for_their_owner_alone(home: Path) -> None:
    previous = os.umask(0o022)
    try:
        copy = shelf.add(home, yunlu(), OLD_FILE, DAY).copy
    finally:
        os.umask(previous)
    assert {stat.S_IMODE(path.stat().st_mode) for path in copy.folder.iterdir()} == {0o600}
    for folder in (home, home / "sources", copy.folder):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_same_again_changes_nothing_and_another_must_be_wanted(home: Path, tmp_path: Path) -> None:
    first = shelf.add(home, yunlu(), OLD_FILE, DAY).copy
    again = shelf.add(home, yunlu(), OLD_FILE, dt.date(2026, 1, 1))
    assert (again.outcome, again.copy.manifest) == ("same", first.manifest)
    other = tmp_path / "other.txt"
    other.write_text(OLD.replace("8万元", "9万元"), encoding="utf-8")
    with pytest.raises(InputError) as raised:
        shelf.add(home, yunlu(), other, DAY)
    assert code_of(raised) == "shelf-holds-another"
    kept = shelf.kept(home, "yunlu-2024")
    assert kept is not None
    assert kept.original() == OLD_FILE.read_bytes()
    replaced = shelf.add(home, yunlu(), other, DAY, replace=True)
    assert replaced.outcome == "replaced"
    assert "9万元" in replaced.copy.text()
    assert len(list(replaced.copy.folder.iterdir())) == 3


def test_a_text_of_another_document_is_refused_unless_wanted(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("一、总则\n天气晴朗，宜于出行。", encoding="utf-8")
    with pytest.raises(InputError) as raised:
        shelf.add(home, yunlu(), other, DAY)
    assert code_of(raised) == "source-other-document"
    assert list(shelf.listed(home)) == []
    assert shelf.add(home, yunlu(), other, DAY, anyway=True).outcome == "added"


def test_what_cannot_be_read_leaves_the_shelf_as_it_was(home: Path, tmp_path: Path) -> None:
    shelf.add(home, yunlu(), OLD_FILE, DAY)
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(pdf([[]], pictures=True))
    with pytest.raises(InputError) as raised:
        shelf.add(home, yunlu(), scan, DAY, replace=True)
    assert code_of(raised) == "source-scanned"
    copy = shelf.kept(home, "yunlu-2024")
    assert copy is not None
    assert copy.text().strip() == OLD.strip()


def test_a_failed_write_leaves_the_copy_that_was_there(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.add(home, yunlu(), OLD_FILE, DAY)
    other = tmp_path / "other.txt"
    other.write_text(OLD.replace("8万元", "9万元"), encoding="utf-8")
    written = []

    def full(number: int) -> None:
        written.append(number)
        if len(written) == 3:  # the manifest
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("xianjie.disk.to_disk", full)
    with pytest.raises(InputError) as raised:
        shelf.add(home, yunlu(), other, DAY, replace=True)
    assert code_of(raised) == "shelf-unwritable"
    copy = shelf.kept(home, "yunlu-2024")
    assert copy is not None
    assert copy.original() == OLD_FILE.read_bytes()
    assert not [path for path in copy.folder.iterdir() if path.name.startswith(".")]


def read_all(home: Path) -> None:
    copy = shelf.kept(home, "yunlu-2024")
    assert copy is not None
    copy.text()
    copy.original()


@pytest.mark.parametrize("part", ["manifest.json", "text", "original"])
def test_an_altered_copy_is_not_trusted(home: Path, part: str) -> None:
    copy = shelf.add(home, yunlu(), OLD_FILE, DAY).copy
    path = next(path for path in copy.folder.iterdir() if path.name.startswith(part))
    path.write_bytes(path.read_bytes().replace(b"2024", b"2025") + b" ")
    with pytest.raises(InputError) as raised:
        read_all(home)
    assert code_of(raised) == "shelf-broken"
    assert shelf.remove(home, "yunlu-2024")
    assert shelf.kept(home, "yunlu-2024") is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 2}', '{"original": "../../etc/passwd"}'])
def test_a_broken_manifest_is_refused(home: Path, text: str) -> None:
    copy = shelf.add(home, yunlu(), OLD_FILE, DAY).copy
    (copy.folder / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        shelf.kept(home, "yunlu-2024")
    assert code_of(raised) in ("shelf-broken", "file-empty")


def test_removing_what_is_not_there_is_told(home: Path) -> None:
    assert not shelf.remove(home, "yunlu-2024")
    assert list(shelf.listed(home)) == []
    shelf.add(home, yunlu(), OLD_FILE, DAY)
    assert shelf.remove(home, "yunlu-2024")
    assert not (home / "sources" / "yunlu-2024").exists()


@pytest.mark.parametrize("name", ["..", "../x", "/etc", "a/b", "", "A", "a\nb"])
def test_no_name_leads_out_of_the_shelf(home: Path, name: str) -> None:
    with pytest.raises(InputError) as raised:
        shelf.kept(home, name)
    assert code_of(raised) == "shelf-name"


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file", encoding="utf-8")
    with pytest.raises(InputError) as raised:
        shelf.add(tmp_path / "home", yunlu(), OLD_FILE, DAY)
    assert code_of(raised) == "shelf-unwritable"


def test_the_sentence_behind_a_rule(home: Path, tmp_path: Path) -> None:
    assert shelf.sentence_of(home, yunlu(), "county-resource-list") is None
    shelf.add(home, yunlu(), OLD_FILE, DAY)
    found = shelf.sentence_of(home, yunlu(), "county-resource-list")
    assert found is not None
    assert found.exact
    assert (found.clause, found.likeness) == ("二(一)", 1.0)
    assert found.text == "县级民政部门每半年更新一次帮扶资源清单，并录入全市帮扶平台。"
    revised = tmp_path / "new.txt"
    revised.write_text(NEW, encoding="utf-8")
    shelf.add(home, yunlu(), revised, DAY, replace=True)
    found = shelf.sentence_of(home, yunlu(), "county-resource-list")
    assert found is not None
    assert not found.exact
    assert found.likeness < 1
    assert "每季度" in found.text
    assert shelf.sentence_of(home, yunlu(), "referral-register") is None
    assert shelf.sentence_of(home, yunlu(), "no-such-rule") is None
