"""Keep the user's copies of documents: the bytes as given, the text taken out of them, and what is known of both.

One folder for each policy. The manifest is written last and names the other files, so that what it names is whole; the
files are readable by their owner alone, for a document can be a draft.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, NoReturn

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from xianjie.disk import private_file
from xianjie.home import SHELF
from xianjie.policy.prepared import Policy
from xianjie.source import fail, read_bytes
from xianjie.sources.clauses import Outline, outline
from xianjie.sources.extract import LARGEST, Extracted, Format, extract
from xianjie.sources.found import Found, locate

MANIFEST = "manifest.json"
_FOLDER_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_FileName = Annotated[str, Field(pattern=r"^(?:original|text)-[0-9a-f]{16}\.[a-z]{3,4}$")]


class Manifest(BaseModel):
    """What is known of a copy: `sha256` is over the bytes as given, `policy_sha256` the policy's when it was added."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    policy: str
    region: str
    format: Format
    original: _FileName
    sha256: _Digest
    text: _FileName
    text_sha256: _Digest
    policy_sha256: _Digest
    added: dt.date
    remarks: list[tuple[str, str]] = []


@dataclass(frozen=True, slots=True)
class Copy:
    """A document on the shelf."""

    folder: Path
    manifest: Manifest

    def original(self) -> bytes:
        """Give the bytes as they were given; InputError where they are no longer those."""
        return self._checked(self.manifest.original, self.manifest.sha256)

    def text(self) -> str:
        """Give the text; InputError where it is no longer the one that was taken out."""
        return self._checked(self.manifest.text, self.manifest.text_sha256).decode("utf-8")

    def _checked(self, name: str, digest: str) -> bytes:
        data = read_bytes(self.folder / name, 2 * LARGEST)
        if hashlib.sha256(data).hexdigest() != digest:
            _broken(self.folder)
        return data


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding a document."""

    copy: Copy
    outcome: Literal["added", "same", "replaced"]
    extracted: Extracted


def add(home: Path, policy: Policy, path: Path, added: dt.date, replace: bool = False, anyway: bool = False) -> Added:
    """Put a document on the shelf. The same bytes again change nothing; other bytes need `replace`.

    Raises InputError where the document cannot be read, another one is there, or the shelf cannot be written; also
    where it holds no rule's sentence, and so is hardly the document, unless it is wanted `anyway`.
    """
    data = read_bytes(path, LARGEST)
    extracted = extract(data, str(path))
    folder = _folder(home, policy.id)
    before = _copy(folder)
    digest = hashlib.sha256(data).hexdigest()
    if before is not None and not replace:
        if before.manifest.sha256 == digest:
            return Added(before, "same", extracted)
        fail(
            str(path),
            "shelf-holds-another",
            "这份文件已有另一个副本，换掉它请加 --replace",
            "another copy of this document is kept; take its place with --replace",
        )
    if not anyway and not _holds_any(extracted.text, policy):
        fail(
            str(path),
            "source-other-document",
            f"没有一条规则的原句在其中，不像是 {policy.id} 的原文；确实要存请加 --anyway",
            f"it holds no rule's sentence and is hardly the text of {policy.id}; to keep it all the same: --anyway",
        )
    text = extracted.text.encode()
    text_digest = hashlib.sha256(text).hexdigest()
    manifest = Manifest(
        policy=policy.id,
        region=policy.region,
        format=extracted.format,
        original=f"original-{digest[:16]}.{extracted.format}",
        sha256=digest,
        text=f"text-{text_digest[:16]}.txt",
        text_sha256=text_digest,
        policy_sha256=policy.sha256,
        added=added,
        remarks=[(one.zh, one.en) for one in extracted.remarks],
    )
    try:
        for part in (home, folder.parent, folder):
            part.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(folder / manifest.original, data)
        _write(folder / manifest.text, text)
        _write(folder / MANIFEST, (manifest.model_dump_json(indent=2) + "\n").encode())
        if before is not None:
            for name in {before.manifest.original, before.manifest.text} - {manifest.original, manifest.text}:
                (folder / name).unlink(missing_ok=True)
    except OSError as error:
        _unwritable(folder, error)
    return Added(Copy(folder, manifest), "added" if before is None else "replaced", extracted)


def _holds_any(text: str, policy: Policy) -> bool:
    found = [one.state for one in locate(policy, outline(text)) if one.state != "unanchored"]
    return not found or any(state in ("same", "numbers", "moved") for state in found)


def kept(home: Path, policy: str) -> Copy | None:
    """Find the copy of a policy's document; None where there is none, InputError where it is damaged."""
    return _copy(_folder(home, policy))


def listed(home: Path) -> Iterator[str]:
    """List the policies that have something on the shelf."""
    shelf = home / SHELF
    if shelf.is_dir():
        yield from sorted(one.name for one in shelf.iterdir() if (one / MANIFEST).exists())


def remove(home: Path, policy: str) -> bool:
    """Take a document off the shelf, also a damaged one; tell whether one was there."""
    folder = _folder(home, policy)
    if not (folder / MANIFEST).exists():
        return False
    try:
        (folder / MANIFEST).unlink()
        for one in folder.iterdir():
            one.unlink()
        folder.rmdir()
    except OSError as error:
        _unwritable(folder, error)
    return True


@dataclass(frozen=True, slots=True)
class Original:
    """The document's own words behind a rule. Where they are not `exact`, they are the nearest that was found."""

    text: str
    clause: str
    exact: bool
    likeness: float


def originals(copy: Copy, policy: Policy) -> dict[str, Original]:
    """Give the sentence behind each rule of a policy, for those that have one."""
    return originals_in(outline(copy.text()), policy)


def originals_in(text: Outline, policy: Policy) -> dict[str, Original]:
    """Give the sentence behind each rule out of a text that is laid out already."""
    return {one.rule: _original(one) for one in locate(policy, text) if one.sentence is not None}


def sentence_of(home: Path, policy: Policy, rule: str) -> Original | None:
    """Find the sentence behind one rule in the user's copy; None where there is no copy, or nothing like it in it."""
    copy = kept(home, policy.id)
    return None if copy is None else originals(copy, policy).get(rule)


def _original(found: Found) -> Original:
    assert found.sentence is not None
    return Original(found.sentence.text, found.sentence.clause, found.state != "nearest", found.likeness)


def _folder(home: Path, policy: str) -> Path:
    if not _FOLDER_NAME.fullmatch(policy):
        fail(
            str(home),
            "shelf-name",
            "文件编号须是小写字母、数字和连字符",
            "a document's id has small letters, digits and hyphens",
        )
    return home / SHELF / policy


def _copy(folder: Path) -> Copy | None:
    path = folder / MANIFEST
    if not path.exists():
        return None
    try:
        manifest = Manifest.model_validate_json(read_bytes(path, LARGEST))
    except ValidationError:
        _broken(folder)
    if manifest.policy != folder.name:
        _broken(folder)
    return Copy(folder, manifest)


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, for its owner alone."""
    with private_file(path) as stream:
        stream.write(data)


def _broken(folder: Path) -> NoReturn:
    fail(
        str(folder),
        "shelf-broken",
        "保存的副本已损坏或被改动，请 source remove 后重新添加",
        "the copy kept here is damaged or was altered: run source remove, then add it again",
    )


def _unwritable(folder: Path, error: OSError) -> NoReturn:
    reason = error.strerror or type(error).__name__
    fail(str(folder), "shelf-unwritable", f"无法写入：{reason}", f"cannot be written: {reason}")
