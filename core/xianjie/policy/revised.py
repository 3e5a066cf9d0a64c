"""Read a revision of a policy from its text: an overlay that is put on it, or a policy file as a whole."""

from __future__ import annotations

from xianjie.errors import PolicyError, Problem
from xianjie.policy.load import policy_in
from xianjie.policy.overlay import is_overlay, overlaid, overlay_in
from xianjie.policy.overlay_model import Overlay
from xianjie.policy.prepared import Policy
from xianjie.policy.yaml_tree import YamlTree


def revised_policy(base: Policy, text: str, source: str) -> Policy:
    """Give the revised policy; `source` names the text in errors.

    Raises PolicyError with every fault, and where a whole policy is another region's.
    """
    overlay = overlay_or_none(text, source)
    if overlay is not None:
        return overlaid(base, overlay)
    tree = YamlTree(text, source, PolicyError)
    policy = policy_in(tree, base.vocabulary)
    if policy.region != base.region:
        zh = f"这是另一个地区（{policy.region}）的政策，不是 {base.region} 的修订"
        en = f"this is a policy of another region ({policy.region}), no revision of {base.region}'s"
        raise PolicyError(Problem("revision-region", zh, en, tree.place(("region",))))
    return policy


def overlay_or_none(text: str, source: str) -> Overlay | None:
    """Read an overlay; None where the text is something else. PolicyError where it is wrong, or no YAML at all."""
    tree = YamlTree(text, source, PolicyError)
    return overlay_in(tree) if is_overlay(tree.value) else None
