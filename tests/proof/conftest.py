"""The regions' policies, loaded once, and the date that proofs are made for."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from xianjie.api import installed_engine
from xianjie.policy.prepared import Policy


@pytest.fixture(scope="session")
def policies() -> Mapping[str, Policy]:
    """Give the installed policies by region."""
    return installed_engine().policies
