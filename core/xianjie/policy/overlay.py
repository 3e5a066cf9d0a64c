"""A patch of a policy: what would be, or is, changed in it. The policy's own file is never touched.

One that has a `document` is a partial amendment, a document of its own; one without is a supposition.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from xianjie.errors import InputError, Place, PolicyError, Problem, nearest
from xianjie.policy.model import PolicyFile
from xianjie.policy.origin import Origin, Tree, Written
from xianjie.policy.overlay_model import Addition, Overlay, OverlayFile
from xianjie.policy.patch import Patch
from xianjie.policy.prepare import prepare
from xianjie.policy.prepared import AppliedOverlay, Policy
from xianjie.policy.shape import fingerprint, shape_problems
from xianjie.policy.yaml_tree import LARGEST, Path, YamlTree
from xianjie.source import read_text
from xianjie.vocabulary import Vocabulary

_DECIMAL = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,9})?")


def is_overlay(value: object) -> bool:
    """Tell whether a file's plain values are an overlay's rather than a policy's."""
    return isinstance(value, dict) and "overlay" in value


def read_overlay(path: FilePath) -> Overlay:
    """Read an overlay file; PolicyError with every fault of its shape, each at file:line:column."""
    return parse_overlay(read_text(path, LARGEST, error=PolicyError), str(path))


def parse_overlay(text: str, source: str) -> Overlay:
    """Read the text of an overlay; `source` names it in errors. PolicyError with every fault of its shape."""
    return overlay_in(YamlTree(text, source, PolicyError))


def overlay_in(tree: YamlTree) -> Overlay:
    """Check the overlay that a parsed text holds; PolicyError with every fault of its shape."""
    return _checked(tree.value, tree, Written(tree.file, tree.text))


def overlay_of(value: Mapping[str, Any], source: str = "", path: Path = ()) -> Overlay:
    """Check a mapping of an overlay's shape, as YAML would give it: a date is a `date`.

    PolicyError tells the path of every fault, behind `path`, where the mapping lies in something greater.
    """
    plain = dict(value)
    return _checked(plain, _Valued(source, None, path, given=plain), Written(source, None, path))


@dataclass(slots=True)
class _Valued(Written):
    given: Any = None

    @property
    def value(self) -> Any:
        return self.given


def _checked(value: Any, tree: Tree, origin: Origin) -> Overlay:
    try:
        file = OverlayFile.model_validate(value)
    except ValidationError as error:
        raise PolicyError(shape_problems(error, tree, (OverlayFile, Addition))) from None
    return Overlay(file, origin, fingerprint(file))


def overlaid(policy: Policy, overlay: Overlay, supposed: bool = True) -> Policy:
    """Put an overlay on a policy; what comes out is a policy like any other, with the overlay among its `overlays`.

    `supposed` is False for an amendment that is in the world and not only somebody's supposition.
    Raises PolicyError, at the overlay's line and column, where the base is another one, where the overlay names what is
    not there, or where the patched policy is wrong.
    """
    _check_base(policy, overlay)
    patch = Patch(policy, overlay)
    try:
        made = _patched(patch, policy.vocabulary)
    except PolicyError as error:
        found = [*patch.problems, *(one for one in error.problems if not patch.problems or _stands_alone(one))]
        raise PolicyError(list(dict.fromkeys(found))) from None
    if patch.problems:
        raise PolicyError(patch.problems)
    applied = AppliedOverlay(
        id=overlay.id,
        sha256=overlay.sha256,
        base=policy.id,
        base_sha256=policy.sha256,
        zh=overlay.file.zh,
        en=overlay.file.en,
        changes=tuple(patch.changes),
        document=overlay.file.document,
        supposed=supposed,
    )
    return replace(made, overlays=(*policy.overlays, applied), until=policy.until, replaced_by=policy.replaced_by)


def _patched(patch: Patch, vocabulary: Vocabulary) -> Policy:
    tree = patch.tree()
    try:
        file = PolicyFile.model_validate(tree.value)
    except ValidationError as error:
        raise PolicyError(shape_problems(error, tree)) from None
    file = patch.silence(file)
    return prepare(file, tree, vocabulary, fingerprint(file))


def _stands_alone(problem: Problem) -> bool:
    """Tell whether a fault is one also where another part of the overlay could not be put in its place."""
    return not problem.code.startswith(("group-", "topic-", "clause-"))


def with_parameters(policy: Policy, values: Mapping[str, str], overlay_id: str = "set") -> Policy:
    """Suppose other values of parameters, each written as a plain decimal, money in yuan.

    Raises InputError for a parameter that the policy does not have (the nearest is named) and for what is no number;
    PolicyError for a number that the parameter cannot take.
    """
    if not values:
        return policy
    known = tuple(policy.file.parameters)
    problems = []
    for name, value in values.items():
        place = Place(path=f"set.{name}" if name in known else "set")
        if name not in known:
            near = nearest(name, known)
            zh = "这份文件没有这个数值" + (f"，是否为 {near}？" if near else f"；有：{'、'.join(known) or '无'}")
            en = "no such parameter" + (f"; did you mean {near}?" if near else f"; known: {', '.join(known) or 'none'}")
            problems.append(Problem("parameter-unknown", zh, en, place))
        elif not _DECIMAL.fullmatch(value):
            problems.append(
                Problem("set-value", "须是不带逗号和单位的数字", "must be a number without commas or units", place)
            )
    if problems:
        raise InputError(problems)
    zh = "，".join(f"{policy.file.parameters[name].zh}为 {value}" for name, value in values.items())
    en = ", ".join(f"{name} is {value}" for name, value in values.items())
    overlay = overlay_of(
        {
            "overlay": 1,
            "id": overlay_id,
            "base": policy.id,
            "zh": f"设{zh}"[:600],
            "en": f"let {en}"[:600],
            "set": {name: Decimal(value) for name, value in values.items()},
        }
    )
    return overlaid(policy, overlay)


def _check_base(policy: Policy, overlay: Overlay) -> None:
    """Refuse an overlay written for another policy; the policy counts under every id it had before its overlays."""
    ids = {policy.id, *(one.base for one in policy.overlays)}
    if overlay.base not in ids:
        raise PolicyError(
            Problem(
                "overlay-base",
                f"这份改动是对 {overlay.base} 的，不能用于 {policy.id}",
                f"this overlay is for {overlay.base} and cannot be put on {policy.id}",
                overlay.origin.place(("base",)),
            )
        )
    texts = {policy.sha256, *(one.base_sha256 for one in policy.overlays)}
    if overlay.file.base_sha256 is not None and overlay.file.base_sha256 not in texts:
        raise PolicyError(
            Problem(
                "overlay-base-changed",
                "base_sha256 与所依据的政策文件不一致：那份文件已改动",
                "`base_sha256` is not that of the policy: its file was changed since",
                overlay.origin.place(("base_sha256",)),
            )
        )
