"""Whether a referral may go ahead: trigger, gates in their order, papers, what comes next."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

import pytest
from tests.engine.asking import joined, referral

from xianjie.api import installed_engine
from xianjie.cases.read import read_case
from xianjie.engine.answer import Referral, Simplification

DAY = dt.date(2025, 8, 1).toordinal()

DRIFT: dict[str, Any] = {"aid": {"meets_conditions": False}}
"""Who does not meet the conditions of aid can be referred anywhere."""

HUBEI = joined(
    DRIFT,
    {
        "person": {"in_low_income_database": True},
        "referral": {
            "direction": "forward",
            "initiator": "civil_affairs",
            "informed": True,
            "consent_given": True,
            "consent_date": "2025-03-01",
            "letter_issued": True,
            "letter_date": "2025-03-02",
            "matches_project_conditions": True,
        },
    },
)
TIANJIN = joined(
    DRIFT,
    {
        "referral": {
            "direction": "forward",
            "initiator": "township",
            "handled_during_acceptance": True,
            "consent_given": True,
        }
    },
)
JINHUA = joined(DRIFT, {"referral": {"direction": "forward", "initiator": "civil_affairs", "consent_given": True}})
FORWARD: Mapping[str, Mapping[str, Any]] = {"hubei": HUBEI, "tianjin": TIANJIN, "jinhua": JINHUA}

WRONG_ORDER = {"consent_date": "2025-03-10", "letter_date": "2025-03-01"}
NO_CONSENT = {"consent_given": False, "consent_date": None}

GATES: Mapping[str, tuple[tuple[str, str, dict[str, Any], dict[str, Any] | None], ...]] = {
    # step, the next step to take, what closes it, what leaves it open (None: it is never open)
    "hubei": (
        ("inform", "inform", {"informed": False}, {"informed": None}),
        (
            "consent",
            "consent",
            {"consent_given": False, "consent_date": None},
            {"consent_given": None, "consent_date": None},
        ),
        ("consent_before_letter", "reissue_letter", WRONG_ORDER, None),
        (
            "match_project",
            "match_project",
            {"matches_project_conditions": False},
            {"matches_project_conditions": None},
        ),
    ),
    "tianjin": (
        ("acceptance", "acceptance", {"handled_during_acceptance": False}, {"handled_during_acceptance": None}),
        ("consent", "consent", NO_CONSENT, {"consent_given": None}),
        ("consent_before_letter", "reissue_letter", WRONG_ORDER, None),
    ),
    "jinhua": (
        ("consent", "consent", NO_CONSENT, {"consent_given": None}),
        ("consent_before_letter", "reissue_letter", WRONG_ORDER, None),
    ),
}
CASES = [(region, number) for region, gates in GATES.items() for number in range(len(gates))]


def forward(region: str, **facts: Any) -> Referral:
    return referral(joined(FORWARD[region], {"referral": facts}), region)


# -- gates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("region", "force", "clause", "next_step"),
    [
        ("hubei", "may", "三(三)", "refer"),
        ("tianjin", "must_bare", "二(二)3", "refer"),
        ("jinhua", "must_bare", "四(二)2", None),
    ],
)
def test_all_gates_open_is_allowed(region: str, force: str, clause: str, next_step: str | None) -> None:
    found = forward(region)
    assert (found.status, found.missing, found.missing_step) == ("allowed", [], None)
    assert (found.force, found.clause, found.next_step) == (force, clause, next_step)
    assert (found.direction, found.why.value) == ("forward", True)


@pytest.mark.parametrize(("region", "number"), CASES)
def test_a_closed_gate_refuses_and_names_its_step(region: str, number: int) -> None:
    step, next_step, closing, _ = GATES[region][number]
    found = forward(region, **closing)
    assert (found.status, found.missing_step, found.next_step) == ("refused", step, next_step)
    assert (found.missing, found.why.value) == ([], False)


@pytest.mark.parametrize(("region", "number"), CASES)
def test_the_first_of_several_closed_gates_is_named(region: str, number: int) -> None:
    closed: dict[str, Any] = {}
    for _, _, closing, _ in GATES[region][number:]:
        closed = {**closing, **closed}
    assert forward(region, **closed).missing_step == GATES[region][number][0]


@pytest.mark.parametrize(("region", "number"), [(r, n) for r, n in CASES if GATES[r][n][3] is not None])
def test_an_open_gate_leaves_it_undetermined_with_exactly_its_fact(region: str, number: int) -> None:
    _, next_step, _, opening = GATES[region][number]
    assert opening is not None
    found = forward(region, **opening)
    fact = next(name for name in opening if name != "consent_date")
    assert (found.status, found.missing) == ("undetermined", [f"referral.{fact}"])
    assert (found.missing_step, found.next_step, found.why.value) == (None, next_step, None)


def test_a_closed_gate_refuses_though_an_earlier_one_is_open() -> None:
    found = forward("hubei", informed=None, matches_project_conditions=False)
    assert (found.status, found.missing_step, found.missing) == ("refused", "match_project", [])
    found = forward("tianjin", handled_during_acceptance=None, consent_given=False)
    assert (found.status, found.missing_step) == ("refused", "consent")


def test_everything_that_is_open_is_missing_and_the_first_step_comes_next() -> None:
    found = referral({"referral": {"direction": "forward"}}, "hubei")
    assert found.status == "undetermined"
    assert found.missing[-1] == "referral.initiator"
    assert {"aid.meets_conditions", "referral.informed", "referral.consent_given"} <= set(found.missing)
    assert found.next_step == "inform"


# -- the order of consent and letter ---------------------------------------------------------------------------------


@pytest.mark.parametrize("region", FORWARD)
@pytest.mark.parametrize(
    ("consent", "letter", "status"),
    [
        ("2025-03-01", "2025-03-02", "allowed"),
        ("2025-03-01", "2025-03-01", "allowed"),
        ("2025-03-02", "2025-03-01", "refused"),
        ("2025-03-02", None, "allowed"),
        (None, "2025-03-01", "allowed"),
        (None, None, "allowed"),
    ],
)
def test_the_letter_must_not_be_before_the_consent_where_both_dates_are_known(
    region: str, consent: str | None, letter: str | None, status: str
) -> None:
    found = forward(region, consent_date=consent, letter_date=letter, letter_issued=None)
    assert found.status == status
    if status == "refused":
        assert (found.missing_step, found.next_step) == ("consent_before_letter", "reissue_letter")


@pytest.mark.parametrize("region", ["hubei", "tianjin", "jinhua"])
def test_a_letter_that_never_came_is_out_of_no_order(region: str) -> None:
    found = forward(region, consent_date="2025-03-02", letter_date="never", letter_issued=False)
    assert found.status == "allowed"


# -- trigger and initiator -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("region", FORWARD)
@pytest.mark.parametrize(
    ("aid", "status", "missing"),
    [
        ({"meets_conditions": False}, "allowed", []),
        ({"meets_conditions": True, "received": False}, "not_triggered", []),
        ({"meets_conditions": True, "received": True, "still_in_difficulty": False}, "not_triggered", []),
        ({"meets_conditions": True, "received": True, "still_in_difficulty": True}, "allowed", []),
        ({"meets_conditions": True, "received": True}, "undetermined", ["aid.still_in_difficulty"]),
        ({"meets_conditions": True}, "undetermined", ["aid.received", "aid.still_in_difficulty"]),
    ],
)
def test_it_arises_for_who_is_without_aid_or_still_in_difficulty_after_it(
    region: str, aid: dict[str, bool], status: str, missing: list[str]
) -> None:
    cleared = {"meets_conditions": None, "received": None, "still_in_difficulty": None}
    found = referral(joined(FORWARD[region], {"aid": cleared}, {"aid": aid}), region)
    assert (found.status, found.missing) == (status, missing)


def test_where_it_does_not_arise_a_closed_gate_is_not_asked_about() -> None:
    met = {"aid": {"meets_conditions": True, "received": False}, "referral": {"consent_given": False}}
    found = referral(joined(JINHUA, met), "jinhua")
    assert (found.status, found.missing_step, found.next_step) == ("not_triggered", None, None)


@pytest.mark.parametrize(
    ("region", "allowed"),
    [
        ("hubei", {"civil_affairs", "township"}),
        ("tianjin", {"civil_affairs", "township"}),
        ("jinhua", {"civil_affairs"}),
    ],
)
def test_the_document_rules_only_its_own_initiators(region: str, allowed: set[str]) -> None:
    for initiator in ("civil_affairs", "township", "charity", "charity_member", "committee"):
        found = forward(region, initiator=initiator)
        assert found.status == ("allowed" if initiator in allowed else "not_stipulated"), initiator
    unknown = forward(region, initiator=None)
    assert (unknown.status, unknown.missing) == ("undetermined", ["referral.initiator"])


def test_an_initiator_that_is_not_ruled_stays_silent_though_a_gate_is_closed() -> None:
    found = forward("jinhua", initiator="township", consent_given=False)
    assert (found.status, found.missing_step, found.next_step) == ("not_stipulated", None, None)
    assert (found.procedure, found.options) == (None, [])
    assert forward("jinhua").procedure is not None


def test_the_order_of_two_dates_is_a_reason_only_where_both_are_recorded() -> None:
    def facts(**dates: str) -> set[str | None]:
        why = forward("tianjin", **dates).why.model_dump()
        return {ground["fact"] for part in why["because"] for ground in part["because"] or []}

    dates = {"referral.consent_date", "referral.letter_date"}
    assert not dates & facts()
    assert not dates & facts(consent_date="2025-03-01")
    assert dates <= facts(consent_date="2025-03-01", letter_date="2025-03-02")


def test_a_02_who_is_outside_the_database_may_be_referred_with_a_flag() -> None:
    def asked(in_database: bool | None) -> Referral:
        return referral(joined(HUBEI, {"person": {"in_low_income_database": in_database}}), "hubei")

    outside = asked(False)
    # the six classes are open, so that section 二 might cover the person by one of them
    assert (outside.status, outside.flagged) == ("allowed", False)
    classes = (
        "dibao_recipient",
        "tekun",
        "orphan",
        "de_facto_unsupported_child",
        "dibao_marginal_member",
        "poverty_return_monitored",
        "rigid_expenditure_member",
        "illness_impoverished_patient",
        "other_hardship",
    )
    nothing = {"person": {"in_low_income_database": False, **dict.fromkeys(classes, False)}}
    settled = referral(joined(HUBEI, nothing), "hubei")
    assert (settled.status, settled.flagged) == ("allowed", True)
    assert [(entry.reading, entry.status) for entry in settled.readings] == [
        ("referral-clause-alone", "allowed"),
        ("section-two-controls", "not_triggered"),
    ]
    inside = asked(True)
    assert (inside.status, inside.flagged) == ("allowed", False)


# -- papers, next step, simplification -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("letter", "sealed", "next_step"),
    [
        (True, False, "refer"),
        (False, True, "refer"),
        (True, True, "refer"),
        (False, False, "letter_or_seal"),
        (None, None, "letter_or_seal"),
        (None, True, "refer"),
    ],
)
def test_papers_decide_the_next_step_and_never_whether_it_is_allowed(
    letter: bool | None, sealed: bool | None, next_step: str
) -> None:
    found = forward("hubei", letter_issued=letter, letter_date=None, materials_sealed=sealed)
    assert (found.status, found.next_step, found.missing) == ("allowed", next_step, [])
    assert (found.documents_any_of, found.document_required) == (["referral_letter", "sealed_materials"], True)


def test_a_document_that_asks_for_no_papers_says_nothing_of_them() -> None:
    for region in ("tianjin", "jinhua"):
        found = forward(region, letter_issued=False, materials_sealed=False)
        assert (found.status, found.documents_any_of, found.document_required) == ("allowed", [], "not_stipulated")
    assert forward("tianjin").channel == "天津社会救助信息系统转介功能模块"
    assert forward("hubei").channel is None


def simplified(region: str, case: Mapping[str, Any]) -> Simplification:
    found = referral(joined({"referral": {"direction": "forward"}}, case), region).simplification
    assert found is not None
    return found


RECOGNISED = ("dibao_recipient", "tekun", "other_recognised_recipient")


@pytest.mark.parametrize(
    ("region", "case", "status", "missing"),
    [
        ("hubei", {"referral": {"initiator": "civil_affairs", "letter_issued": True}}, "available", []),
        ("hubei", {"referral": {"initiator": "civil_affairs", "materials_sealed": True}}, "available", []),
        ("hubei", {"referral": {"initiator": "township", "materials_sealed": True}}, "available", []),
        (
            "hubei",
            {"referral": {"initiator": "civil_affairs", "letter_issued": False, "materials_sealed": False}},
            "not_available",
            [],
        ),
        (
            "hubei",
            {"referral": {"initiator": "township", "letter_issued": False, "materials_sealed": False}},
            "not_stipulated",
            [],
        ),
        (
            "hubei",
            {"referral": {"initiator": "civil_affairs", "letter_issued": False}},
            "undetermined",
            ["referral.materials_sealed"],
        ),
        (
            "hubei",
            {"referral": {"initiator": "township"}},
            "undetermined",
            ["referral.letter_issued", "referral.materials_sealed"],
        ),
        ("tianjin", {"person": {"tekun": True}}, "available", []),
        ("tianjin", {"person": {"other_recognised_recipient": True}}, "available", []),
        ("tianjin", {"person": dict.fromkeys(RECOGNISED, False)}, "not_stipulated", []),
        (
            "tianjin",
            {"person": {"dibao_recipient": False}},
            "undetermined",
            ["person.tekun", "person.other_recognised_recipient"],
        ),
        ("jinhua", JINHUA, "available", []),
        ("jinhua", joined(JINHUA, {"referral": {"consent_given": False}}), "not_available", []),
        ("jinhua", joined(JINHUA, {"referral": WRONG_ORDER}), "not_available", []),
        ("jinhua", joined(JINHUA, {"referral": {"consent_given": None}}), "undetermined", ["referral.consent_given"]),
        ("jinhua", joined(JINHUA, {"referral": {"initiator": "township"}}), "not_stipulated", []),
        ("jinhua", joined(JINHUA, {"aid": {"meets_conditions": True, "received": False}}), "not_stipulated", []),
        ("shanghai", JINHUA, "not_stipulated", []),
        ("shanxi", JINHUA, "not_reported", []),
    ],
)
def test_simplification(region: str, case: Mapping[str, Any], status: str, missing: list[str]) -> None:
    found = simplified(region, case)
    assert (found.status, found.missing) == (status, missing)
    silent = region in ("shanghai", "shanxi")
    assert found.force == (None if silent else "may")


def test_a_letter_out_of_order_still_is_a_letter() -> None:
    found = forward("hubei", **WRONG_ORDER)
    assert found.status == "refused"
    assert found.simplification is not None
    assert found.simplification.status == "available"


# -- what others owe -------------------------------------------------------------------------------------------------


def owed(found: Referral) -> dict[str, str]:
    return {entry.duty: entry.status for entry in found.accompanying}


@pytest.mark.parametrize(
    ("alone", "guide", "assist"),
    [
        (True, "applies", "condition_not_met"),
        (False, "condition_not_met", "applies"),
        (None, "undetermined", "undetermined"),
    ],
)
def test_the_township_guides_or_assists_the_application(alone: bool | None, guide: str, assist: str) -> None:
    found = owed(forward("hubei", can_apply_independently=alone))
    assert found == {
        "township-helps": "applies",
        "guide-to-self-application": guide,
        "assist-application": assist,
        "charity-review-and-delivery": "applies",
    }


def test_the_reviewing_charity_owes_only_where_there_is_a_paper() -> None:
    bare = forward("hubei", letter_issued=False, letter_date=None, materials_sealed=False)
    assert owed(bare)["charity-review-and-delivery"] == "condition_not_met"
    assert owed(forward("tianjin")) == owed(forward("jinhua")) == {}


# -- the other directions --------------------------------------------------------------------------------------------

FOUND: dict[str, Any] = {
    "aid": {"received": False},
    "referral": {"direction": "reverse", "initiator": "charity", "possibly_meets_aid_conditions": True},
}


@pytest.mark.parametrize(
    ("region", "initiator", "force"),
    [("hubei", "charity", "may"), ("tianjin", "charity_member", "encouraged"), ("jinhua", "charity", "must_bare")],
)
def test_reverse_referral(region: str, initiator: str, force: str) -> None:
    def asked(**change: Mapping[str, Any]) -> Referral:
        return referral(joined(FOUND, {"referral": {"initiator": initiator}}, change), region)

    found = asked(referral={"consent_given": False})  # no region asks for consent on this route
    assert (found.status, found.force, found.next_step) == ("allowed", force, "notify_or_assist")
    assert (found.options, found.simplification) == (["notify", "assist_application"], None)
    assert (found.documents_any_of, found.document_required) == ([], "not_stipulated")
    assert asked(aid={"received": True}).status == "not_triggered"
    assert asked(referral={"possibly_meets_aid_conditions": False}).status == "not_triggered"
    open_ = asked(aid={"received": None})
    assert (open_.status, open_.missing) == ("undetermined", ["aid.received"])
    for other in {"charity", "charity_member", "civil_affairs"} - {initiator}:
        assert asked(referral={"initiator": other}).status == "not_stipulated"


@pytest.mark.parametrize(("region", "status"), [("shanghai", "not_stipulated"), ("shanxi", "not_reported")])
def test_reverse_referral_is_silent_elsewhere(region: str, status: str) -> None:
    found = referral(FOUND, region)
    assert (found.status, found.force, found.procedure, owed(found)) == (
        status,
        None,
        None,
        {"government_duty": status},
    )


@pytest.mark.parametrize(
    ("passed", "status"), [(True, "applies"), (False, "condition_not_met"), (None, "undetermined")]
)
def test_the_governments_duty_after_a_reverse_referral_is_hubeis_alone(passed: bool | None, status: str) -> None:
    case = joined(FOUND, {"referral": {"review_passed": passed}})
    assert owed(referral(case, "hubei")) == {"government_duty": status}
    (duty,) = referral(case, "hubei").accompanying
    assert (duty.force, duty.clause) == ("must_bare", "三(三)")
    for region in ("tianjin", "jinhua"):
        (silent,) = referral(case, region).accompanying
        assert (silent.duty, silent.status, silent.force) == ("government_duty", "not_stipulated", None)


def test_the_committees_report_is_shanghais_alone() -> None:
    report = {"referral": {"direction": "community_report", "initiator": "committee"}}
    found = referral(report, "shanghai")
    assert (found.status, found.force, found.next_step, found.clause) == (
        "allowed",
        "must",
        "report_to_township",
        "二(三)",
    )
    assert (found.accompanying, found.simplification) == ([], None)
    charity = referral(joined(report, {"referral": {"initiator": "charity"}}), "shanghai")
    assert charity.status == "not_stipulated"
    unknown = referral(joined(report, {"referral": {"initiator": None}}), "shanghai")
    assert (unknown.status, unknown.missing) == ("undetermined", ["referral.initiator"])
    for region, status in (("hubei", "not_stipulated"), ("jinhua", "not_stipulated"), ("shanxi", "not_reported")):
        assert referral(report, region).status == status


@pytest.mark.parametrize("region", ["hubei", "jinhua", "shanghai", "shanxi", "tianjin"])
def test_a_referral_without_direction_wants_that_first(region: str) -> None:
    found = referral({"referral": {"initiator": "civil_affairs"}}, region)
    assert (found.status, found.missing, found.direction) == ("undetermined", ["referral.direction"], None)
    assert (found.simplification, found.procedure, found.accompanying) == (None, None, [])


@pytest.mark.parametrize(
    ("region", "status", "force", "clause"),
    [("shanghai", "not_stipulated", "explore", "二(二)"), ("shanxi", "not_reported", "must", "任务二")],
)
def test_a_mechanism_without_steps_is_silent_on_them_and_cited(
    region: str, status: str, force: str, clause: str
) -> None:
    found = referral(HUBEI, region)
    assert (found.status, found.force, found.clause) == (status, force, clause)
    assert (found.missing, found.next_step, found.procedure, found.document_required) == ([], None, None, status)
    assert found.why.rule == found.rule is not None
    assert (found.channel is not None) is (region == "shanxi")


# -- as of the day ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("consent", "status"), [("2025-07-31", "allowed"), ("2025-08-01", "allowed"), ("2025-08-02", "refused")]
)
def test_a_consent_after_the_day_is_not_given_yet(consent: str, status: str) -> None:
    found = forward("jinhua", consent_given=True, consent_date=consent, letter_issued=None, letter_date=None)
    assert found.status == status
    if status == "refused":
        assert (found.missing_step, found.next_step) == ("consent", "consent")
        assert "2025-08-02 晚于判定日" in found.why.text


def test_a_letter_before_a_consent_to_come_is_told_as_the_order() -> None:
    found = forward(
        "hubei", consent_given=True, consent_date="2025-08-02", letter_issued=True, letter_date="2025-07-30"
    )
    assert (found.status, found.missing_step, found.next_step) == ("refused", "consent_before_letter", "reissue_letter")


LATE = {"consent_given": True, "consent_date": "2025-03-10", "letter_issued": True}


@pytest.mark.parametrize("letter", ["2025-03-01", "2025-03-02"])
def test_a_letter_before_the_consent_is_told_with_both_days_and_what_mends_it(letter: str) -> None:
    case = joined(FORWARD["hubei"], {"referral": {**LATE, "letter_date": letter}})
    found = referral(case, "hubei")
    assert f"函件日期 {letter} 早于同意日 2025-03-10；请另出一份日期不早于 2025-03-10 的转介函件" in found.why.text
    assert (found.status, found.next_step) == ("refused", "reissue_letter")


def test_a_letter_out_of_turn_is_told_with_both_days_beside_the_step() -> None:
    events = [{"event": "letter_issued", "on": "2025-07-04"}, {"event": "consented", "on": "2025-07-05"}]
    given = {key: value for key, value in FORWARD["hubei"]["referral"].items() if key in ("direction", "initiator")}
    found = referral({**FORWARD["hubei"], "referral": {**given, "events": events}}, "hubei")
    assert found.status == "refused"
    assert "第 1 步" in found.why.text
    assert "函件日期 2025-07-04 早于同意日 2025-07-05；请另出一份日期不早于 2025-07-05 的转介函件" in found.why.text


def test_the_days_of_one_case_are_not_told_of_the_next() -> None:
    for letter in ("2025-03-01", "2025-03-02", "2025-03-09"):
        data = joined(FORWARD["hubei"], {"referral": {**LATE, "letter_date": letter}})
        case, engine = read_case(data, installed_engine().vocabulary), installed_engine()
        line = engine.written(case, ["hubei"], DAY).line.decode()
        assert f"函件日期 {letter} 早于同意日" in line
        assert json.loads(line) == json.loads(json.dumps(engine.assess(case, ["hubei"], DAY)))


def test_a_step_out_of_turn_does_not_make_a_referral_arise() -> None:
    case = joined(
        FORWARD["tianjin"], {"aid": {"meets_conditions": True, "received": True, "still_in_difficulty": False}}
    )
    found = referral(joined(case, {"referral": {"events": [{"event": "delivered"}]}}), "tianjin")
    assert found.status == "not_triggered"
    assert found.procedure is not None
    assert found.procedure.refused is not None
