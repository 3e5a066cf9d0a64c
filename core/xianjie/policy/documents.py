"""Load all documents of a region from their files: policies, and the amendments that make further versions of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from xianjie.errors import PolicyError, Problem, nearest
from xianjie.policy.load import policy_in
from xianjie.policy.overlay import is_overlay, overlaid, overlay_in
from xianjie.policy.overlay_model import Overlay
from xianjie.policy.prepared import Policy
from xianjie.policy.yaml_tree import LARGEST, YamlTree
from xianjie.source import read_text
from xianjie.vocabulary import Vocabulary


def load_documents(files: Sequence[Path], vocabulary: Vocabulary) -> list[Policy]:
    """Read policies and amendments; an amendment gives a version beside the one that it changes.

    Amendments of one document build on each other in the order of their dates; a draft builds on what is issued.
    Raises PolicyError with the faults of all files.
    """
    policies: list[Policy] = []
    amendments: list[Overlay] = []
    problems: list[Problem] = []
    for file in files:
        try:
            tree = YamlTree(read_text(file, LARGEST, error=PolicyError), str(file), PolicyError)
            if is_overlay(tree.value):
                amendments.append(_amendment(tree))
            else:
                policies.append(policy_in(tree, vocabulary))
        except PolicyError as error:
            problems += error.problems
    if problems:
        raise PolicyError(problems)
    return policies + _amended(policies, amendments)


def _amendment(tree: YamlTree) -> Overlay:
    overlay = overlay_in(tree)
    if overlay.file.document is None:
        raise PolicyError(
            Problem(
                "amendment-document",
                "地区的修改文件须写 document（题名、机关、日期）；只是设想的，不放在 policies/ 下",
                "an amendment of a region needs `document`: title, issuers, dates; a supposition does not belong here",
                tree.place(("document",)),
            )
        )
    return overlay


def _amended(policies: Sequence[Policy], amendments: Sequence[Overlay]) -> list[Policy]:
    """Put each amendment on the newest version of what it amends."""
    made: list[Policy] = []
    newest = {policy.id: policy for policy in policies}
    waiting = sorted(amendments, key=_in_time)
    while waiting:
        overlay = next((one for one in waiting if one.base in newest), None)
        if overlay is None:
            raise PolicyError([_baseless(one, waiting, list(newest)) for one in waiting])
        waiting.remove(overlay)
        before = newest[overlay.base]
        version = overlaid(before, overlay, supposed=False)
        if before.id != overlay.base and before.start == version.start and not version.is_draft:
            raise PolicyError(
                Problem(
                    "amendments-same-day",
                    f"与 {before.id} 在同一天修改同一份文件；后改的那份，base 须写前一份的编号",
                    f"amends the same document on the same day as {before.id}: `base` of the later one names the other",
                    overlay.origin.place(("base",)),
                )
            )
        made.append(version)
        if not version.is_draft:
            newest |= {name: version for name, one in newest.items() if one is before}
        newest.setdefault(version.id, version)
    return made


def _in_time(overlay: Overlay) -> tuple[bool, dt.date, str]:
    document = overlay.file.document
    assert document is not None
    start = document.effective or document.issued or document.adopted
    return document.standing == "draft", start or dt.date.max, overlay.id


def _baseless(overlay: Overlay, waiting: Sequence[Overlay], known: Sequence[str]) -> Problem:
    place = overlay.origin.place(("base",))
    if overlay.base in {one.id for one in waiting}:
        zh, en = "修改文件相互修改，找不到最初的文件", "amendments amend each other: no first document"
        return Problem("amends-circle", zh, en, place)
    near = nearest(overlay.base, known)
    return Problem(
        "amends-unknown",
        "这个地区没有所修改的文件" + (f"，是否为 {near}？" if near else ""),
        "the region has no document of this id to amend" + (f"; did you mean {near}?" if near else ""),
        place,
    )
