"""What the matrix of access is made of: who asks, the records that are asked for, and what the table says of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.testclient import TestClient
from tests.access.oracle import OFFICE, allowed
from tests.service.let_in import key_of

from xianjie.records.desk import Keeping
from xianjie.service.app import RECORDS, RESOURCES
from xianjie.service.schema import ACCESS

HOME = "420502"
"""Where all records of the matrix belong."""
PLACES = {"national": True, "4205": True, HOME: True, "420502001": False, "4206": False}
"""Divisions of those who ask: the country, the prefecture around, the county itself, a township in it, a sibling."""
NOBODY = "a" * 24
FACTS = {"person": {"dibao_recipient": True}, "aid": {"received": True, "still_in_difficulty": True}}


@dataclass(frozen=True)
class Operation:
    """One guarded route, with what it needs."""

    name: str
    method: str
    path: str
    action: str
    resource: str

    def __str__(self) -> str:
        return self.name


def operations() -> list[Operation]:
    """List the application's guarded routes: they say themselves what they need."""
    found = []
    for module in (*RESOURCES, *RECORDS):
        for route in module.routes().routes:
            needs = (route.openapi_extra or {}).get(ACCESS)
            if needs is not None:
                (method,) = route.methods
                found.append(Operation(route.operation_id, method, route.path, needs["action"], needs["resource"]))
    return found


@dataclass(frozen=True)
class Asker:
    """Somebody with one role for one division, and the key that lets them in. `own`: of the charity in question."""

    role: str
    place: str
    own: bool
    key: str = field(repr=False)

    def __str__(self) -> str:
        return f"{self.role}@{self.place}{'' if self.role in OFFICE else ' own' if self.own else ' other'}"


def askers(keeping: Keeping, own: str, other: str) -> list[Asker]:
    """Issue a key for every role in every place, and for the users of both charities."""
    found = [Asker(role, place, False, key_of(keeping, (role, place))) for role in OFFICE for place in PLACES]
    for organisation in (own, other):
        for place in PLACES:
            key = key_of(keeping, ("charity_user", place), organisation=organisation)
            found.append(Asker("charity_user", place, organisation == own, key))
    return found


@dataclass(frozen=True)
class Target:
    """What an operation is asked for. The record belongs to HOME, and to the charity that is `own`.

    `ids` fill the path. `anywhere`: there is no one record. `lists`: the id that a list holds for who may see it.
    `refused`: what is asked for is wrong. `also`: what it takes besides, in the order in which it is asked for; for
    some roles alone where they are named.
    """

    ids: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    anywhere: bool = False
    lists: str | None = None
    also: tuple[tuple[str, str, tuple[str, ...] | None], ...] = ()
    refused: bool = False


def expected(operation: Operation, target: Target, asker: Asker) -> int:
    """Say what the table has in store: 200 (let through), 403 (no role for it), 404 (not to be known of)."""
    needs = [(operation.action, operation.resource)]
    here = PLACES[asker.place]

    def may(action: str, resource: str, covers: bool, own: bool) -> bool:
        return allowed(asker.role, covers, asker.place == "national", action, resource, own, own, True)

    if not may(operation.action, operation.resource, True, True):
        return 403  # at the door
    if target.anywhere or target.lists is not None:
        return 200
    for action, resource, roles in target.also:
        if roles is None or asker.role in roles:
            needs.append((action, resource))
    needs = needs[1:] + needs[:1]
    for action, resource in needs:
        if not may(action, resource, here, asker.own):
            # who writes the place themselves is told that it is not theirs: nothing is hidden by it
            written = not target.ids and isinstance(target.body, dict) and target.body.keys() & {"division", "grants"}
            own_need = (action, resource) == (operation.action, operation.resource)
            return 404 if may(action, resource, True, True) and not (written and own_need) else 403
    return 200


def is_shown(operation: Operation, asker: Asker) -> bool:
    """Say whether a list holds the record for somebody."""
    national = asker.place == "national"
    return allowed(
        asker.role, PLACES[asker.place], national, operation.action, operation.resource, asker.own, asker.own, True
    )


# -- the records -------------------------------------------------------------------------------------------------------


def _made(client: TestClient, path: str, body: Any) -> str:
    answer = client.post(path, json=body)
    assert answer.status_code == 201, f"{path}: {answer.text}"
    return str(answer.json()["id"])


def seeded(client: TestClient) -> tuple[dict[str, Target], str, str]:
    """Make the records as this machine's user; give the target of each operation, and the two charities."""
    organisation = {"name": "示例慈善会", "division": HOME}
    own, other = (_made(client, "/v1/organisations", organisation) for _ in range(2))
    person = {"name": "东方无名", "division": HOME}
    somebody, leaving = (_made(client, "/v1/persons", person) for _ in range(2))
    case = {"division": HOME, "person": somebody, "regions": ["hubei"], "case": FACTS}
    pending, closing = (_made(client, "/v1/cases", case) for _ in range(2))
    referral = {"region": "hubei", "direction": "reverse", "division": HOME, "organisation": own, "facts": {}}
    referred = _made(client, "/v1/referrals", {**referral, "person": somebody})
    consent = {
        "person": somebody,
        "recipient": own,
        "purpose": "aid_referral",
        "categories": ["identity"],
        "form": "written",
        "on": "2025-07-01",
    }
    standing, withdrawn = (_made(client, "/v1/consents", consent) for _ in range(2))
    disclosure = {"consent": standing, "categories": ["identity"], "referral": referred}
    disclosed = _made(client, "/v1/disclosures", disclosure)
    ledger = {
        "name": "西区供给台账",
        "region": "hubei",
        "division": HOME,
        "facts": {"kind": "supply", "level": "county"},
    }
    duty = {
        "region": "hubei",
        "division": HOME,
        "facts": {"kind": "consultation", "level": "county", "year": 2025, "count": 1},
    }
    kept, done = _made(client, "/v1/ledgers", ledger), _made(client, "/v1/duties", duty)
    choice = {
        "region": "hubei",
        "axis": "year",
        "option": "calendar",
        "reason": "经研究，统一按自然年办理",
        "authority": "会议纪要〔2025〕3号",
        "division": HOME,
    }
    chosen = _made(client, "/v1/reading-choices", choice)
    key = {"label": "a test", "holder": "another", "grants": [{"role": "reader", "division": HOME}]}
    issued, revoked = (_made(client, "/v1/api-keys", key) for _ in range(2))
    assessment = {"case": FACTS, "regions": ["hubei"]}
    # a question that nobody else asks: whoever does has it on record for their own office
    answer = client.post("/v1/assessments", json={**assessment, "office": HOME, "as_of": "2025-07-31"})
    assert answer.status_code == 200, answer.text
    decided = answer.json()["decision_id"]

    anywhere = Target(anywhere=True)
    refused = Target(anywhere=True, body={}, refused=True)  # let through, but the solver need not be asked
    matter = {"person": somebody, "organisation": own, "facts": {}}
    seen_first = (("read", "referral", None),)
    not_by_charities = ("advance", "referral", ("charity_user",))  # what it was shown is not its to alter
    reported = ("report", "referral", None)  # which step it is says what it takes; the door asks for the least
    targets = {
        # the documents, and what is worked out for the asker alone
        "assess": Target(anywhere=True, body=assessment),
        "assess_batch": Target(anywhere=True, body=[assessment]),
        "find_next_questions": refused,
        "find_differences": refused,
        "compare_documents": Target(anywhere=True, body={}),
        "list_regions": anywhere,
        "list_policies": anywhere,
        "get_policy": Target({"policy_id": "hubei-2024"}, anywhere=True),
        "get_policy_version": Target({"policy_id": "hubei-2024", "version": "2024-09-03"}, anywhere=True),
        "get_vocabulary": anywhere,
        "list_publications": anywhere,
        # nothing has changed, so that nobody's documents are published
        "publish_policies": anywhere,
        "list_sources": anywhere,
        "list_source_clauses": Target({"policy_id": "hubei-2024"}, anywhere=True),
        "give_metrics": anywhere,
        "get_identity": anywhere,
        # who may do what, and who did
        "issue_api_key": Target(body=key),
        "list_api_keys": Target(lists=issued),
        "get_api_key": Target({"id": issued}),
        "revoke_api_key": Target({"id": revoked}),
        "list_audit_entries": Target(lists=somebody),
        "verify_audit": anywhere,
        # records
        "list_decisions": Target(lists=decided),
        "get_decision": Target({"id": decided}),
        "record_organisation": Target(body=organisation),
        "list_organisations": Target(lists=own),
        "get_organisation": Target({"id": own}),
        "change_organisation": Target({"id": own}, organisation),
        "record_person": Target(body=person),
        "search_persons": Target(body={"name": "东方无名"}, lists=somebody),
        "open_person": Target({"id": somebody}),
        "change_person": Target({"id": somebody}, person),
        "erase_person": Target({"id": leaving}),
        "record_case": Target(body=case),
        "list_cases": Target(lists=pending),
        "open_case": Target({"id": pending}),
        "change_case": Target({"id": pending}, case),
        "close_case": Target({"id": closing}, {"reason": "withdrawn"}),
        "assess_case": Target({"id": pending}, {}),
        "record_consent": Target(body=consent),
        "list_consents": Target(lists=standing),
        "get_consent": Target({"id": standing}),
        "withdraw_consent": Target({"id": withdrawn}, {"channel": "office"}),
        "disclose": Target(body=disclosure),
        "list_disclosures": Target(lists=disclosed),
        "get_disclosure": Target({"id": disclosed}),
        "open_disclosure": Target({"id": disclosed}),
        "open_referral": Target(body=referral),
        "list_referrals": Target(lists=referred),
        "get_referral": Target({"id": referred}),
        "change_referral": Target({"id": referred}, matter, also=(*seen_first, not_by_charities)),
        "record_step": Target(
            {"id": referred}, {"event": "accepted", "on": "2025-08-01"}, also=(*seen_first, reported)
        ),
        "settle_reading": Target(body=choice),
        "list_reading_choices": Target(lists=chosen),
        "get_reading_choice": Target({"id": chosen}),
        "record_ledger": Target(body=ledger),
        "list_ledgers": Target(lists=kept),
        "get_ledger": Target({"id": kept}),
        "change_ledger": Target({"id": kept}, ledger),
        "update_ledger": Target({"id": kept}, {"what": "updated", "on": "2025-07-30"}),
        "list_updates": Target({"id": kept}),
        "record_duty": Target(body=duty),
        "list_duties": Target(lists=done),
        "get_duty": Target({"id": done}),
        "change_duty": Target({"id": done}, duty),
        "record_duty_event": Target({"id": done}, {"on": "2025-03-01"}),
        "list_duty_events": Target({"id": done}),
        "get_calendar": anywhere,
        "get_calendar_feed": anywhere,
    }
    return targets, own, other
