"""What a case expects of its answer, part by part, and what a case is called."""

from __future__ import annotations

from tests.suite.setting import AS_OF, answer, everything

from xianjie.language.calendar import NEVER
from xianjie.suite.atoms import Mark
from xianjie.suite.expected import entry_of, expected
from xianjie.suite.naming import LONGEST, Naming

FAMILY = {
    "person": {"student": True, "elderly": True},
    "household": {"size": 3, "annual_income": 100},
    "aid": {"meets_conditions": False, "exit_date": "never", "special_programmes": ["教育"]},
    "organisation": {"charitable": True, "stage": "early", "field": "education"},
    "referral": {"direction": "forward", "initiator": "township", "consent_given": False},
}


def test_the_first_point_is_told_in_full_and_what_comes_beside_it_in_short() -> None:
    found = expected(answer(everything(), FAMILY, AS_OF), ["group.left", "group.first"])
    assert found == {
        "eligibility.status": "covered",
        "eligibility.groups[left].status": "covered",
        "eligibility.groups[left].why.rule": "linked",
        "eligibility.groups[left].force": "may",
        "eligibility.groups[left].clause": "一",
        "eligibility.groups[left].missing": [],
        "eligibility.groups[left].readings[both].status": "covered",
        "eligibility.groups[left].readings[both].recommended": True,
        "eligibility.groups[left].readings[aid-only].status": "covered",
        "eligibility.groups[left].flagged": False,
        "eligibility.groups[first].status": "priority_match",
        "eligibility.groups[first].why.rule": "old",
        "eligibility.groups[first].force": "priority",
        "eligibility.groups[first].clause": "一",
    }


def test_entitlements_advice_and_silence() -> None:
    found = answer(everything(), FAMILY, AS_OF)
    assert expected(found, ["service.education/study"]) == {
        "services[education].status": "applies",
        "services[education].rule": "study",
        "services[education].force": "may",
        "services[education].clause": "二",
        "services[education].missing": [],
    }
    assert expected(found, ["service.medical"]) == {
        "services[medical].status": "not_stipulated",
        "services[medical].rule": None,
    }
    assert expected(found, ["instrument.fee_reduction/start"])["incentives[fee_reduction].qualifier"] == "renvoi"
    assert expected(found, ["advice.apply"]) == {"eligibility.advice": []}
    assert expected(found, ["eligibility"]) == {
        "eligibility.status": "covered",
        "eligibility.coverage": "covered",
        "eligibility.priority": "priority_match",
        "eligibility.missing": [],
    }


def test_a_referral_with_the_step_that_it_lacks_and_its_procedure() -> None:
    found = answer(everything(), FAMILY, AS_OF)
    told = expected(found, ["referral.forward"])
    assert (told["referral.status"], told["referral.missing_step"], told["referral.next_step"]) == (
        "refused", "consent", "consent",
    )  # fmt: skip
    assert (told["referral.document_required"], told["referral.documents_any_of"]) == (True, ["referral_letter"])
    walked = expected(found, ["referral.forward/step:1"])
    assert walked["referral.procedure.state"] == "found"
    assert "referral.document_required" not in walked
    assert expected(found, ["accompanying.follow"])["referral.accompanying[follow].status"] == "undetermined"
    assert expected(found, ["simplification"])["referral.simplification.status"] == "undetermined"
    assert entry_of(found, "accompanying.follow")["force"] == "must"


def test_facts_are_named_with_their_value_and_where_it_lies() -> None:
    naming = Naming(everything())
    assert naming.fact("person.student", True, Mark("是", True)) == "在校学生：是"
    assert naming.fact("household.annual_income", 12_049, Mark("少一分", 12_049)) == "家庭年总收入 120.49 元（少一分）"
    assert naming.fact("household.annual_income", None, Mark("未记录")) == "家庭年总收入：未记录"
    assert naming.fact("aid.exit_date", NEVER, Mark("从未发生", NEVER)) == "退出救助范围日期：从未发生"
    assert naming.fact("aid.exit_date", AS_OF, Mark("判定当日", AS_OF)) == "退出救助范围日期 2025-08-01（判定当日）"
    assert naming.fact("household.size", 3, Mark("")) == "家庭人口：3"
    assert naming.fact("organisation.stage", "early", Mark("初期运行", "early")) == "发展阶段：初期运行"


def test_points_are_named_and_no_name_is_given_twice() -> None:
    naming = Naming(everything())
    assert naming.point("group.low") == "低收入"
    assert naming.point("service.education/study") == "教育扶持"
    assert naming.point("referral.forward/step:1") == "民政→慈善转介程序"
    assert naming.point("ledger.supply/requires.platform") == "配套要求（未录入平台）"
    assert naming.point("accompanying.follow") == "跟进"
    assert [naming.alone("甲") for _ in range(3)] == ["甲", "甲 · 2", "甲 · 3"]
    assert len(naming.alone("长" * 200)) == LONGEST
