"""API keys as records: where they belong, who issues and revokes them, and what the audit chain tells."""

from __future__ import annotations

import pytest

from xianjie.access import AccessError, Division, Grant, Principal, Role, division, loopback
from xianjie.errors import InputError
from xianjie.records import organisations
from xianjie.records.api_keys import Wanted, around, issue_key, key, keys, revoke_key
from xianjie.records.desk import Keeping
from xianjie.records.pages import Asked
from xianjie.records.refusals import Denied, Missing


@pytest.mark.parametrize(
    ("codes", "place"),
    [
        (["8801"], "8801"),
        (["8801", "8801"], "8801"),
        (["880102", "880103"], "8801"),
        (["880102001", "880102002"], "880102"),
        (["880102001", "880103001"], "8801"),
        (["880102001001", "880102001002"], "880102001"),
        (["8801", "8802"], "88"),
        (["88", "880102"], "88"),
        (["88", "87"], ""),
        (["", "88"], ""),
        ([""], ""),
    ],
)
def test_a_key_belongs_to_the_smallest_division_around_its_roles(codes: list[str], place: str) -> None:
    assert around(Division(code) for code in codes) == Division(place)


def admin(*places: str, holder: str = "admin") -> Principal:
    return Principal("key:a", holder, frozenset(Grant(Role.ADMINISTRATOR, division(place)) for place in places))


def wanted(*grants: tuple[str, str], holder: str = "other", organisation: str | None = None) -> Wanted:
    return Wanted("a test", holder, frozenset(Grant(Role(r), division(d)) for r, d in grants), organisation, 30)


def issued(keeping: Keeping, principal: Principal, what: Wanted) -> str:
    with keeping.change(principal) as change:
        record, text = issue_key(change, what)
    assert text.text not in str(record)
    return record.id


def test_a_key_is_kept_and_its_grants_are_in_the_audit_chain(keeping: Keeping) -> None:
    id = issued(keeping, admin("88"), wanted(("auditor", "8801"), ("case_worker", "880102")))
    with keeping.look(admin("8801")) as desk:
        record = key(desk, id)
        tip = desk.view.tip("audit")
    assert tip is not None
    assert record.body["division"] == "8801"
    assert tip.body == {
        "event": "api_key_issued",
        "by": "key:a",
        "holder": "admin",
        "collection": "api_keys",
        "id": id,
        "grants": [["auditor", "8801"], ["case_worker", "880102"]],
        "organisation": None,
        "expires": record.body["expires"],
    }


@pytest.mark.parametrize(
    ("places", "grants"),
    [
        (["8801"], [("reader", "8802")]),
        (["8801"], [("reader", "88")]),
        (["8801"], [("reader", "8801"), ("reader", "national")]),
        # both are the issuer's, but what is around them is not
        (["8801", "8802"], [("reader", "8801"), ("reader", "8802")]),
    ],
)
def test_nobody_issues_beyond_their_own(keeping: Keeping, places: list[str], grants: list[tuple[str, str]]) -> None:
    with pytest.raises(Denied):
        issued(keeping, admin(*places), wanted(*grants))
    with keeping.look(loopback()) as desk:
        assert not keys(desk, Asked({})).records


def test_nobody_issues_to_themselves_nor_without_the_role(keeping: Keeping) -> None:
    with pytest.raises(InputError) as own:
        issued(keeping, admin("88"), wanted(("reader", "88"), holder="admin"))
    assert [problem.code for problem in own.value.problems] == ["access-own-hand"]
    worker = Principal("key:w", "w", frozenset({Grant(Role.CASE_WORKER, division("88"))}))
    with pytest.raises(Denied) as refused:
        issued(keeping, worker, wanted(("reader", "88")))
    assert refused.value.code == "access-role"


def test_a_charity_s_key_names_an_organisation_that_is_there(keeping: Keeping) -> None:
    with pytest.raises(Missing):
        issued(keeping, admin("88"), wanted(("charity_user", "88"), organisation="nowhere"))
    with pytest.raises(AccessError):
        issued(keeping, admin("88"), wanted(("charity_user", "88")))
    with keeping.change(loopback()) as change:
        body = organisations.Organisation("示例慈善会", None, division("88"), {})
        made = organisations.record_organisation(change, body)
    assert issued(keeping, admin("88"), wanted(("charity_user", "88"), organisation=made.id))


@pytest.mark.parametrize("holder", ["", "张三", "1a", "a b", "a" * 81, "a\n"])
def test_a_holder_is_a_label_and_no_name(keeping: Keeping, holder: str) -> None:
    with pytest.raises(InputError) as refused:
        issued(keeping, admin("88"), wanted(("reader", "88"), holder=holder))
    assert [problem.code for problem in refused.value.problems] == ["holder-form"]


def test_a_revoked_key_keeps_its_time_and_each_revocation_is_noted(keeping: Keeping) -> None:
    id = issued(keeping, admin("88"), wanted(("reader", "8801")))
    times = []
    for _ in range(2):
        with keeping.change(admin("8801")) as change:
            times.append((revoke_key(change, id).body["revoked"], change.noted))
    assert times[0][0] is not None
    assert times[0] == times[1] == (times[0][0], ["api_key_revoked"])
    for stranger in (admin("8802"), admin("880101")):
        with pytest.raises(Missing), keeping.change(stranger) as change:
            revoke_key(change, id)
