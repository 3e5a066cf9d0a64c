"""衔接 xianjie: a rules engine for the policies that join government social assistance to charity.

Names are imported when first used, so that `import xianjie` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from xianjie.version import __version__

if TYPE_CHECKING:
    from xianjie.api import assess, installed_engine
    from xianjie.engine.answer import Answer
    from xianjie.engine.assess import Engine
    from xianjie.errors import InputError, PluginError, PolicyError, XianjieError
    from xianjie.plugins import Region, hookimpl
    from xianjie.vocabulary.facts import FactSpec, FactType

_WHERE = {
    "Answer": "xianjie.engine.answer",
    "Engine": "xianjie.engine.assess",
    "FactSpec": "xianjie.vocabulary.facts",
    "FactType": "xianjie.vocabulary.facts",
    "InputError": "xianjie.errors",
    "PluginError": "xianjie.errors",
    "PolicyError": "xianjie.errors",
    "Region": "xianjie.plugins",
    "XianjieError": "xianjie.errors",
    "assess": "xianjie.api",
    "hookimpl": "xianjie.plugins",
    "installed_engine": "xianjie.api",
}

__all__ = [
    "Answer",
    "Engine",
    "FactSpec",
    "FactType",
    "InputError",
    "PluginError",
    "PolicyError",
    "Region",
    "XianjieError",
    "__version__",
    "assess",
    "hookimpl",
    "installed_engine",
]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    raise AttributeError(f"module 'xianjie' has no attribute {name!r}")
