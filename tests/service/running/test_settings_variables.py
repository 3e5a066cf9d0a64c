"""Settings out of the environment: read as they are meant, refused where they are not, and strangers named."""

from __future__ import annotations

import pickle
import re
from dataclasses import fields
from pathlib import Path

import pytest

from xianjie.access import Rate
from xianjie.errors import InputError
from xianjie.service.door.provider import VARIABLES as OIDC
from xianjie.service.running.settings_variables import VARIABLES, settings_from, strangers
from xianjie.service.settings import MB, ServiceSettings

CORE = Path(__file__).resolve().parents[3] / "core"


def test_nothing_set_changes_nothing() -> None:
    given = ServiceSettings(largest_body=7)
    assert settings_from({}, given) == given
    assert settings_from({"XIANJIE_LARGEST_BODY": "  "}, given) == given


@pytest.mark.parametrize(
    ("name", "text", "setting", "value"),
    [
        ("XIANJIE_LARGEST_BODY", "2MB", "largest_body", 2 * MB),
        ("XIANJIE_LARGEST_BATCH", "512kb", "largest_batch", 512 * 1024),
        ("XIANJIE_LARGEST_OVERLAY", "1000", "largest_overlay", 1000),
        ("XIANJIE_MOST_CASES", "5", "most_cases", 5),
        ("XIANJIE_PROVING_SECONDS", "1.5", "proving_seconds", 1.5),
        ("XIANJIE_DRAINING_SECONDS", "0", "draining_seconds", 0.0),
        ("XIANJIE_RATE", "60/60/10", "rate", Rate(60, 60, 10)),
        ("XIANJIE_FAILURE_RATE", "1/1/1", "failure_rate", Rate(1, 1, 1)),
    ],
)
def test_a_variable_sets_its_setting(name: str, text: str, setting: str, value: object) -> None:
    found = settings_from({name: text})
    assert getattr(found, setting) == value
    assert pickle.loads(pickle.dumps(found)) == found  # workers are given them


@pytest.mark.parametrize("text", ["-1", "0", "1.5", "x", "1e3", "１", "MB", "9" * 13, "0x10", "1_000"])
def test_what_is_no_number_is_refused_by_its_name_and_not_repeated(text: str) -> None:
    with pytest.raises(InputError) as raised:
        settings_from({"XIANJIE_MOST_CASES": text, "XIANJIE_LARGEST_BODY": text})
    assert [(one.code, one.place.path) for one in raised.value.problems] == [
        ("setting-variable", "XIANJIE_LARGEST_BODY"),
        ("setting-variable", "XIANJIE_MOST_CASES"),
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [("XIANJIE_BODY_SECONDS", one) for one in ("nan", "inf", "-1", "86401", "x")]
    + [("XIANJIE_RATE", one) for one in ("60", "60/60", "60/0/1", "1/2/3/4", "a/b/c")],
)
def test_times_and_rates_that_mean_nothing_are_refused(name: str, text: str) -> None:
    with pytest.raises(InputError):
        settings_from({name: text})


def test_a_variable_that_means_nothing_is_named_with_the_nearest_that_does() -> None:
    told = strangers({"XIANJIE_LARGEST_BODI": "1", "XIANJIE_HOME": "x", "PATH": "y", "XIANJIE_OIDC_ISSUER": "z"})
    assert [(one.code, one.place.path) for one in told] == [("variable-unknown", "XIANJIE_LARGEST_BODI")]
    assert "XIANJIE_LARGEST_BODY" in told[0].zh


def test_every_variable_of_the_source_is_in_the_table_and_every_setting_of_the_table_exists() -> None:
    named = {
        name
        for file in CORE.rglob("*.py")
        for name in re.findall(r"\"(XIANJIE_[A-Z_]*[A-Z])\"", file.read_text("utf-8"))
    }
    assert named == {variable.name for variable in VARIABLES} | set(OIDC)
    assert {one.setting for one in VARIABLES if one.setting} <= {field.name for field in fields(ServiceSettings)}
