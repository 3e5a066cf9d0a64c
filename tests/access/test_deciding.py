"""The whole matrix: role, action, resource, division, organisation and consent, against a plainly written oracle."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.access.oracle import ALL, OFFICE, allowed

from xianjie.access import NATIONAL, RULES, AccessError, Action, Decision, Division, Grant, Principal, Reach, Resource

from xianjie.access import Role, Scope, Target, loopback, may, may_issue, reach, visible  # isort: skip
from xianjie.access.deciding import REASONS

CITY, DISTRICT, PROVINCE, BESIDE = Division("8801"), Division("880102"), Division("88"), Division("8802")
MINE, THEIRS = "org-mine", "org-theirs"
PREFIXES = (NATIONAL, PROVINCE, CITY, DISTRICT, BESIDE)
RECORDS = (None, NATIONAL, PROVINCE, CITY, DISTRICT, Division("880102001"), Division("880103"), BESIDE)
CONSENTS = (
    (frozenset[str](), frozenset[str]()),
    (frozenset({"name"}), frozenset[str]()),
    (frozenset({"name"}), frozenset({"name"})),
    (frozenset({"name"}), frozenset({"name", "health"})),
    (frozenset({"name", "health"}), frozenset({"health"})),
    (frozenset[str](), frozenset({"name"})),
)


def principal(*grants: tuple[str, Division], organisation: str | None = None) -> Principal:
    roles = frozenset(Grant(Role(role), place) for role, place in grants)
    charity = any(grant.role is Role.CHARITY_USER for grant in roles)
    return Principal("key:a", "holder-a", roles, organisation or (MINE if charity else None))


def inside(prefix: Division, record: Division | None) -> bool:
    """Said with strings alone."""
    return prefix.code == "" if record is None else record.code[: len(prefix.code)] == prefix.code


def expected(role: str, prefix: Division, action: Action, target: Target) -> bool:
    return allowed(
        role,
        covers=inside(prefix, target.division),
        national=prefix.code == "",
        action=action.value,
        resource=target.resource.value,
        own=target.organisation == MINE,
        consented=len(target.consented) > 0,
        within_categories=all(category in target.consented for category in target.categories),
    )


def targets(resource: Resource) -> Iterator[Target]:
    for division, organisation, (consented, categories) in itertools.product(RECORDS, (None, MINE, THEIRS), CONSENTS):
        yield Target(resource, division, organisation, consented, categories)


@pytest.mark.parametrize("role", ALL)
def test_every_cell_of_the_matrix_agrees_with_the_oracle(role: str) -> None:
    cells = granted = 0
    for prefix in PREFIXES:
        who = principal((role, prefix))
        for resource, action in itertools.product(Resource, Action):
            for target in targets(resource):
                decision = may(who, action, target)
                assert decision.allowed == expected(role, prefix, action, target), (prefix, action, target)
                cells += 1
                granted += decision.allowed
    assert cells == len(PREFIXES) * len(Resource) * len(Action) * len(RECORDS) * 3 * len(CONSENTS)
    assert 0 < granted < cells / 4


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(OFFICE), st.sampled_from(PREFIXES)), min_size=1, max_size=4),
    st.sampled_from(list(Action)),
    st.sampled_from(list(Resource)).flatmap(lambda resource: st.sampled_from(list(targets(resource)))),
)
def test_several_roles_give_what_one_of_them_gives_each_in_its_own_division(
    grants: list[tuple[str, Division]], action: Action, target: Target
) -> None:
    assert may(principal(*grants), action, target).allowed == any(
        expected(role, prefix, action, target) for role, prefix in grants
    )


def test_nobody_in_particular_may_nothing() -> None:
    for resource, action in itertools.product(Resource, Action):
        assert may(None, action, Target(resource, DISTRICT)).code == "access-anonymous"
        assert reach(None, action, resource) == ()
        assert visible(None, action, Target(resource, DISTRICT, categories=frozenset({"name"}))) == frozenset()


def test_the_table_has_no_place_twice_and_every_resource_and_action() -> None:
    places = [(rule.resource, rule.action) for rule in RULES]
    assert len(set(places)) == len(places)
    assert {resource for resource, _ in places} == set(Resource)
    assert {action for _, action in places} == set(Action)
    for rule in RULES:
        assert rule.roles, "a rule for nobody is no rule"
        assert (Scope.OWN in rule.roles.values() or Scope.DISCLOSED in rule.roles.values()) == (
            Role.CHARITY_USER in rule.roles and Scope.ANYWHERE not in rule.roles.values()
        )


DENIALS: list[tuple[str, Division, Action, Target, str, bool]] = [
    ("reader", NATIONAL, Action.READ, Target(Resource.PERSON, DISTRICT), "access-role", False),
    ("case_worker", CITY, Action.READ, Target(Resource.PERSON, PROVINCE), "access-division", True),
    ("case_worker", CITY, Action.READ, Target(Resource.PERSON, BESIDE), "access-division", True),
    ("case_worker", CITY, Action.READ, Target(Resource.PERSON, None), "access-division", True),
    ("administrator", CITY, Action.MAINTAIN, Target(Resource.OPERATION), "access-national", False),
    ("charity_user", CITY, Action.OPEN, Target(Resource.DISCLOSURE, DISTRICT, THEIRS), "access-organisation", True),
    ("charity_user", CITY, Action.OPEN, Target(Resource.DISCLOSURE, DISTRICT, None), "access-organisation", True),
    ("charity_user", CITY, Action.OPEN, Target(Resource.DISCLOSURE, DISTRICT, MINE), "access-consent", True),
    ("charity_user", CITY, Action.OPEN, Target(Resource.DISCLOSURE, BESIDE, MINE), "access-division", True),
    (
        "charity_user",
        CITY,
        Action.OPEN,
        Target(Resource.DISCLOSURE, DISTRICT, MINE, frozenset({"name"}), frozenset({"health"})),
        "access-category",
        False,
    ),
]


@pytest.mark.parametrize(("role", "prefix", "action", "target", "code", "hides"), DENIALS)
def test_a_denial_says_why_and_whether_the_record_is_to_be_known(
    role: str, prefix: Division, action: Action, target: Target, code: str, hides: bool
) -> None:
    decision = may(principal((role, prefix)), action, target)
    assert (decision.allowed, decision.code, decision.hides) == (False, code, hides)
    assert decision.zh
    assert decision.en


def test_of_several_reasons_the_nearest_is_told() -> None:
    who = principal(("reader", NATIONAL), ("case_worker", BESIDE))
    assert may(who, Action.READ, Target(Resource.PERSON, DISTRICT)).code == "access-division"
    assert len({reason.code for reason in REASONS}) == len(REASONS)


# --- attempts on what is not one's own


def stranger(record: Target) -> Iterator[Principal]:
    """Everybody who has the right role, and not for this record."""
    assert record.division is not None
    beside = [one for one in PREFIXES if not inside(one, record.division)]
    for role, prefix in itertools.product(ALL, beside):
        yield principal((role, prefix))
    for prefix in PREFIXES:
        yield principal(("charity_user", prefix), organisation=THEIRS)


@pytest.mark.parametrize(
    "resource", [one for one in Resource if one not in (Resource.POLICY, Resource.ORGANISATION, Resource.SOURCE)]
)
def test_no_stranger_touches_a_record_whatever_its_kind(resource: Resource) -> None:
    everything = frozenset({"name", "number", "health"})
    record = Target(resource, CITY, MINE, everything, everything)
    anywhere = {(rule.resource, rule.action) for rule in RULES if Scope.ANYWHERE in rule.roles.values()}
    national = {(rule.resource, rule.action) for rule in RULES if Scope.NATIONAL in rule.roles.values()}
    for who, action in itertools.product(stranger(record), Action):
        if (resource, action) not in anywhere | national:
            assert not may(who, action, record).allowed, (who, action)


def test_a_charity_sees_nothing_by_asking_for_it_otherwise() -> None:
    everything = frozenset({"name", "number", "health"})
    for prefix in PREFIXES:
        who = principal(("charity_user", prefix))
        for resource in (Resource.PERSON, Resource.CASE, Resource.DECISION, Resource.LEDGER, Resource.AUDIT):
            for action in Action:
                assert may(who, action, Target(resource, DISTRICT, MINE, everything, everything)).code == "access-role"


def test_a_withdrawn_consent_closes_what_was_open() -> None:
    who = principal(("charity_user", CITY))
    before = Target(Resource.DISCLOSURE, DISTRICT, MINE, frozenset({"name"}), frozenset({"name"}))
    after = Target(Resource.DISCLOSURE, DISTRICT, MINE, frozenset(), frozenset({"name"}))
    assert may(who, Action.OPEN, before).allowed
    assert may(who, Action.OPEN, after).code == "access-consent"
    assert visible(who, Action.OPEN, after) == frozenset()
    assert may(who, Action.REPORT, Target(Resource.REFERRAL, DISTRICT, MINE)).allowed, "it can still report the end"


def test_what_is_visible_is_cut_to_the_consented_categories() -> None:
    asked = frozenset({"name", "health", "income"})
    target = Target(Resource.DISCLOSURE, DISTRICT, MINE, frozenset({"name", "income"}), asked)
    assert visible(principal(("charity_user", CITY)), Action.OPEN, target) == {"name", "income"}
    assert visible(principal(("charity_user", CITY), organisation=THEIRS), Action.OPEN, target) == frozenset()
    assert visible(principal(("referral_officer", CITY)), Action.OPEN, target) == asked
    assert visible(principal(("reader", CITY)), Action.OPEN, target) == frozenset()


@pytest.mark.parametrize("role", [role for role in ALL if role not in ("auditor", "administrator")])
def test_only_auditors_and_administrators_read_the_audit_log(role: str) -> None:
    for action in Action:
        assert not may(principal((role, NATIONAL)), action, Target(Resource.AUDIT, DISTRICT)).allowed


@pytest.mark.parametrize("role", ["administrator", "auditor", "policy_editor", "reader"])
def test_personal_fields_are_for_those_who_work_with_people(role: str) -> None:
    for action in (Action.READ, Action.LOOK_UP, Action.WRITE):
        assert not may(principal((role, NATIONAL)), action, Target(Resource.PERSON, DISTRICT)).allowed
    both = principal((role, NATIONAL), ("case_worker", DISTRICT))
    assert may(both, Action.READ, Target(Resource.PERSON, DISTRICT)).allowed
    assert not may(both, Action.READ, Target(Resource.PERSON, Division("880103"))).allowed


# --- lists


@pytest.mark.parametrize("role", ALL)
def test_a_list_shows_what_one_by_one_may_be_read(role: str) -> None:
    for prefix, resource, action in itertools.product(PREFIXES, Resource, Action):
        who = principal((role, prefix))
        found = reach(who, action, resource)
        for target in targets(resource):
            if target.categories - target.consented:
                continue
            listed = any(
                inside(one.division, target.division)
                and one.organisation in (None, target.organisation)
                and (bool(target.consented) or not one.disclosed)
                for one in found
            )
            if Resource.OPERATION is resource or (resource, action) == (Resource.AUDIT, Action.VERIFY):
                continue  # no lists
            assert listed == may(who, action, target).allowed, (prefix, action, target, found)


def test_reaches_are_in_order_and_not_twice() -> None:
    who = principal(("case_worker", DISTRICT), ("referral_officer", DISTRICT), ("case_worker", BESIDE))
    assert reach(who, Action.READ, Resource.PERSON) == (Reach(DISTRICT), Reach(BESIDE))
    assert reach(who, Action.READ, Resource.AUDIT) == ()


# --- issuing keys


def grants(*pairs: tuple[str, Division]) -> list[Grant]:
    return [Grant(Role(role), place) for role, place in pairs]


@pytest.mark.parametrize(
    ("issuer", "asked", "code"),
    [
        ([("administrator", CITY)], [("case_worker", DISTRICT)], "granted"),
        ([("administrator", CITY)], [("case_worker", CITY), ("auditor", DISTRICT)], "granted"),
        ([("administrator", CITY)], [("case_worker", PROVINCE)], "access-division"),
        ([("administrator", CITY)], [("case_worker", CITY), ("reader", BESIDE)], "access-division"),
        ([("administrator", CITY)], [("reader", NATIONAL)], "access-division"),
        ([("administrator", NATIONAL)], [("administrator", NATIONAL)], "granted"),
        ([("case_worker", NATIONAL)], [("reader", DISTRICT)], "access-role"),
        ([("auditor", NATIONAL)], [("reader", DISTRICT)], "access-role"),
        ([("administrator", CITY), ("administrator", BESIDE)], [("reader", DISTRICT), ("reader", BESIDE)], "granted"),
        ([("administrator", CITY)], [], "access-division"),
    ],
)
def test_a_key_is_issued_within_the_issuers_divisions(
    issuer: list[tuple[str, Division]], asked: list[tuple[str, Division]], code: str
) -> None:
    assert may_issue(principal(*issuer), "holder-b", grants(*asked)).code == code


def test_nobody_issues_a_key_to_themselves_or_to_nobody() -> None:
    admin = principal(("administrator", NATIONAL))
    for holder in (admin.holder, admin.id):
        assert may_issue(admin, holder, grants(("case_worker", CITY))).code == "access-own-hand"
    assert may_issue(None, "holder-b", grants(("reader", CITY))).code == "access-anonymous"


# --- principals


@pytest.mark.parametrize("role", OFFICE)
def test_a_charitys_user_has_no_role_of_an_office(role: str) -> None:
    with pytest.raises(AccessError) as raised:
        principal(("charity_user", CITY), (role, CITY))
    assert raised.value.code == "roles-mixed"


def test_a_principal_has_roles_and_an_organisation_where_it_needs_one() -> None:
    for roles, organisation, code in (
        (frozenset[Grant](), None, "grants-none"),
        (frozenset(grants(("charity_user", CITY))), None, "organisation-needed"),
        (frozenset(grants(("charity_user", CITY))), "", "organisation-needed"),
        (frozenset(grants(("reader", CITY))), MINE, "organisation-needed"),
    ):
        with pytest.raises(AccessError) as raised:
            Principal("a", "a", roles, organisation)
        assert raised.value.code == code


def test_a_service_for_its_own_machine_alone_has_every_office_role() -> None:
    who = loopback()
    assert {grant.role.value for grant in who.grants} == set(OFFICE)
    assert may(who, Action.READ, Target(Resource.PERSON, None)).allowed
    assert not may(who, Action.ERASE, Target(Resource.CASE, CITY)).allowed


def test_a_decision_is_a_value() -> None:
    assert may(loopback(), Action.READ, Target(Resource.POLICY)) == Decision(True, "granted", "允许", "granted")
