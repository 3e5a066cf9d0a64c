"""Whose a credential is: alike for all that somebody holds, and never alike for two."""

from __future__ import annotations

from xianjie.access import NATIONAL, Grant, Principal, Role, loopback

OFFICE = frozenset({Grant(Role.READER, NATIONAL)})
CHARITY = frozenset({Grant(Role.CHARITY_USER, NATIONAL)})


def test_keys_and_logins_of_one_holder_are_one_persons() -> None:
    key, login = Principal("key:a", "desk07", OFFICE), Principal("session:b", "Desk07", OFFICE)
    assert key.person == login.person
    assert key.person != Principal("key:a", "desk08", OFFICE).person


def test_a_charitys_user_is_nobody_of_an_office_nor_of_another_charity() -> None:
    named = {
        Principal("key:a", "desk07", OFFICE).person,
        *(Principal("key:a", "desk07", CHARITY, one).person for one in ("o1", "o2")),
        Principal("key:a", "desk07@o1", OFFICE).person,
        loopback().person,
    }
    assert len(named) == 5
