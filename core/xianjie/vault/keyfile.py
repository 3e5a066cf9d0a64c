"""Read and write the key ring: a JSON file closed to all but its owner, or the environment; never the store."""

from __future__ import annotations

import base64
import binascii
import contextlib
import datetime as dt
import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xianjie.disk import private_file
from xianjie.errors import InputError
from xianjie.source import fail
from xianjie.vault import refusals
from xianjie.vault.keyring import KEY_ID, Key, Purpose, Ring, make_key, make_ring
from xianjie.vault.secret import Secret
from xianjie.vault.suites import ROOT, Suite

FILE = "XIANJIE_KEYS_FILE"
INLINE = "XIANJIE_KEYS"
CREDENTIALS = "CREDENTIALS_DIRECTORY"
OWN = "keys.json"
"""The key file in a user's own folder, which a service makes where none is named."""
VERSION = 1
_MOST = 64 * 1024
_MOST_KEYS = 100
_MEMBERS = {"id", "suite", "created", "secret"}


def find_ring(environment: Mapping[str, str]) -> Ring | None:
    """Read the ring that XIANJIE_KEYS_FILE names, or that XIANJIE_KEYS holds; None where neither is set.

    Raises VaultError: `keys-both`, `keys-open`, `keys-unreadable`, `keys-form`, `suite-unavailable`, `suite-wrong`.
    """
    file, inline = environment.get(FILE), environment.get(INLINE)
    if file and inline:
        raise refusals.keys_both()
    if file:
        return read_ring(Path(file), environment.get(CREDENTIALS))
    return parsed(inline, INLINE) if inline else None


def own_ring(environment: Mapping[str, str], home: Path) -> Ring | None:
    """Read the ring as `find_ring` does, else the one in this user's own folder; None where there is neither."""
    own = home / OWN
    return find_ring(environment) or (read_ring(own) if own.exists() else None)


def required_ring(environment: Mapping[str, str]) -> Ring:
    """Read the ring as `find_ring` does; `keys-missing` where there is none."""
    ring = find_ring(environment)
    if ring is None:
        raise refusals.keys_missing()
    return ring


def read_ring(path: Path, credentials: str | None = None) -> Ring:
    """Read a key file. Its owner is we or root, and its mode closes it to all others.

    In `credentials`, the folder in which systemd hands a service its credentials, a group may read: there the access
    list shows as the group's bits.
    """
    file = str(path)
    reason, data, status = "", b"", None
    try:
        with path.open("rb") as stream:
            status = os.fstat(stream.fileno())  # of what was opened, whatever the name leads to by now
            if stat.S_ISREG(status.st_mode):
                data = stream.read(_MOST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
    if status is None or reason:
        raise refusals.keys_unreadable(file, reason)
    if not stat.S_ISREG(status.st_mode):
        raise refusals.keys_unreadable(file, "不是普通文件 / not a regular file")
    if os.name == "posix":
        handed = credentials is not None and path.resolve().is_relative_to(Path(credentials).resolve())
        closed = stat.S_IRWXO | (stat.S_IWGRP | stat.S_IXGRP if handed else stat.S_IRWXG)
        if status.st_mode & closed or status.st_uid not in (0, os.geteuid()):
            raise refusals.keys_open(file)
    if len(data) > _MOST:
        raise refusals.keys_form(file, "文件过大", "it is too large")
    return parsed(data.decode("utf-8-sig", "replace"), file)


def parsed(text: str, file: str | None = None) -> Ring:
    """Read the ring from JSON; `keys-form` says what is wrong and repeats nothing."""
    tree = _tree(text)
    if not isinstance(tree, dict) or set(tree) != {"version", "keys", "current"}:
        raise refusals.keys_form(
            file,
            "须是一个 JSON 对象，有且只有 version、keys、current，键不得重复",
            "it is one JSON object of version, keys and current, with no key twice",
        )
    if type(tree["version"]) is not int or tree["version"] != VERSION:
        raise refusals.keys_form(file, f"version 须是 {VERSION}", f"version is {VERSION}", "version")
    listed = tree["keys"]
    if not isinstance(listed, list) or not 1 <= len(listed) <= _MOST_KEYS:
        raise refusals.keys_form(file, f"keys 须列出 1 至 {_MOST_KEYS} 个密钥", f"keys lists 1 to {_MOST_KEYS}", "keys")
    keys = [_key(entry, file, f"keys[{index}]") for index, entry in enumerate(listed)]
    _distinct(keys, file)
    return make_ring(keys, _current(tree["current"], {key.id for key in keys}, file))


def _tree(text: str) -> Any:
    """Parse JSON; None where it is none: the parser's own error would carry the text."""
    with contextlib.suppress(ValueError, RecursionError):
        return json.loads(text, object_pairs_hook=_once)
    return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        raise ValueError
    return out


def _key(entry: object, file: str | None, path: str) -> Key:
    if not isinstance(entry, dict) or set(entry) != _MEMBERS or not all(isinstance(one, str) for one in entry.values()):
        raise refusals.keys_form(
            file,
            "密钥须有且只有 id、suite、created、secret，都是文字",
            "a key is id, suite, created and secret, all text",
            path,
        )
    if not KEY_ID.fullmatch(entry["id"]):
        raise refusals.keys_form(
            file,
            "id 须以小写字母开头，只含小写字母、数字、连字符，至多 32 字",
            "an id begins with a small letter and has small letters, digits and hyphens, 32 at most",
            f"{path}.id",
        )
    if entry["suite"] not in set(Suite):
        raise refusals.keys_form(file, "suite 须是 aes 或 sm", "suite is aes or sm", f"{path}.suite")
    created = _day(entry["created"])
    if created is None:
        raise refusals.keys_form(
            file, "created 须是日期，如 2025-05-01", "created is a date as 2025-05-01", f"{path}.created"
        )
    secret = _secret(entry["secret"])
    if secret is None or len(set(secret)) < ROOT // 4:  # random bytes have some 30 different values in 32
        raise refusals.keys_form(
            file,
            f"secret 须是 {ROOT} 个随机字节，写成 base64url；请用 xianjie keys new 生成",
            f"secret is {ROOT} random bytes in base64url: make it with xianjie keys new",
            f"{path}.secret",
        )
    return make_key(entry["id"], Suite(entry["suite"]), created, Secret(secret))


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if len(text) == len("2025-05-01") else None
    except ValueError:
        return None


def _secret(text: str) -> bytes | None:
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        return None
    return data if len(data) == ROOT and _encoded(data) == text.rstrip("=") else None


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _distinct(keys: list[Key], file: str | None) -> None:
    for index, key in enumerate(keys):
        for other in keys[:index]:
            if key.id == other.id or key.secret == other.secret:
                raise refusals.keys_form(
                    file, "两个密钥的 id 或 secret 相同", "two keys have one id or one secret", f"keys[{index}]"
                )


def _current(tree: object, ids: set[str], file: str | None) -> Mapping[Purpose, str]:
    purposes = [purpose.value for purpose in Purpose]
    if not isinstance(tree, dict) or set(tree) != set(purposes):
        raise refusals.keys_form(
            file,
            f"current 须为每个用途写明密钥：{'、'.join(purposes)}",
            f"current names a key for each purpose: {', '.join(purposes)}",
            "current",
        )
    for purpose, key_id in tree.items():
        if not isinstance(key_id, str) or key_id not in ids:
            raise refusals.keys_form(
                file, "keys 里没有这个编号的密钥", "keys lists no key of this id", f"current.{purpose}"
            )
    return {Purpose(purpose): key_id for purpose, key_id in tree.items()}


def written(ring: Ring) -> str:
    """Write the ring as the JSON of a key file: it holds the secrets."""
    keys = [
        {
            "id": key.id,
            "suite": key.suite.value,
            "created": key.created.isoformat(),
            "secret": _encoded(key.secret.reveal()),
        }
        for key in ring.keys.values()
    ]
    current = {purpose.value: ring.current[purpose] for purpose in Purpose}
    return json.dumps({"version": VERSION, "keys": keys, "current": current}, indent=2) + "\n"


def write_ring(path: Path, ring: Ring, replace: bool = False) -> None:
    """Write a key file, whole or not at all, for its owner alone; another one there stays, unless to `replace`.

    Raises InputError: `file-exists`, `file-unwritable`.
    """
    reason, exists = "", False
    try:
        with private_file(path, replace) as stream:
            stream.write(written(ring).encode())
    except FileExistsError:
        exists = True
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
    if exists:
        fail(
            str(path),
            "file-exists",
            "文件已存在，密钥文件不会被覆盖",
            "the file is there already: a key file is never written over",
            InputError,
        )
    if reason:
        fail(str(path), "file-unwritable", f"无法写入：{reason}", f"cannot be written: {reason}", InputError)
