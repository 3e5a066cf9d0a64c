"""Put one case to the policies of the regions named, on one date."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any

from xianjie.cases import Case
from xianjie.cases.steps import on_day
from xianjie.engine.answer import SCHEMA_VERSION
from xianjie.engine.deciders import EngineName, PolicyAt
from xianjie.engine.duties import duties
from xianjie.engine.eligibility import eligibility
from xianjie.engine.encode import encode
from xianjie.engine.entitlements import incentives, services
from xianjie.engine.inquiry import Entry, Inquiry, Settings
from xianjie.engine.procedures import Procedures
from xianjie.engine.referral import referral
from xianjie.errors import InputError, Place, Problem, nearest
from xianjie.language.calendar import iso
from xianjie.policy.prepared import Policy
from xianjie.version import __version__
from xianjie.vocabulary import Vocabulary

LANGUAGES = ("zh", "en")

KEPT = 256
"""How many policies at a date are kept compiled."""


class Engine:
    """Decide cases under a set of policies, one for each region. Safe to share between threads."""

    def __init__(self, policies: Sequence[Policy], vocabulary: Vocabulary, engine: EngineName = "generated") -> None:
        """Take checked policies over one vocabulary; `engine` chooses how conditions are decided, never the answer."""
        self.vocabulary = vocabulary
        self.policies: dict[str, Policy] = {
            policy.region: policy for policy in sorted(policies, key=lambda p: p.region)
        }
        self.engine = engine
        self._at: OrderedDict[tuple[str, int, str], PolicyAt] = OrderedDict()
        self._lock = Lock()
        self._procedures = Procedures()

    def at(self, region: str, as_of: int, lang: str) -> PolicyAt:
        """Give a region's policy on a date, compiled."""
        key = (region, as_of, lang)
        with self._lock:
            found = self._at.get(key)
            if found is None:
                found = self._at[key] = PolicyAt(self.policies[region], as_of, lang, self.engine)
                if len(self._at) > KEPT:
                    self._at.popitem(last=False)
            else:
                self._at.move_to_end(key)
            return found

    def assess(
        self,
        case: Case,
        regions: Sequence[str],
        as_of: int | None = None,
        settings: Settings | None = None,
        lang: str = "zh",
    ) -> Entry:
        """Answer a case for each region named, in that order; the answer is JSON-shaped.

        `as_of` is an ordinal; where it is None the case's own date is used. Raises InputError for a region that is not
        there, for no region at all, and where no date is given.
        """
        day = as_of if as_of is not None else case.as_of
        if day is None:
            raise InputError(
                Problem(
                    "as-of-missing",
                    "须给出判定日期（as_of）",
                    "the date of evaluation (as_of) is needed",
                    Place(path="as_of"),
                )
            )
        chosen = settings or Settings()
        self.check_regions(regions)
        self.check_settings(chosen)
        if lang not in LANGUAGES:
            raise InputError(
                Problem("language-unknown", "语言只有 zh 和 en", "the languages are zh and en", Place(path="lang"))
            )
        known = on_day(case, day)
        encoded = encode(known.facts, self.vocabulary, lang)
        answers = {
            region: self._answer(Inquiry(known, self.at(region, day, lang), encoded, chosen, chosen.chosen(region)))
            for region in dict.fromkeys(regions)
        }
        entry: Entry = {
            "schema_version": SCHEMA_VERSION,
            "engine": __version__,
            "as_of": iso(day),
            "decision_id": "",
            "settings": {
                "due_soon_days": chosen.due_soon_days,
                "readings": dict(chosen.readings),
                "overlay": None,
            },
            "case": case.label,
            "household_ref": case.household_ref,
            "provenance": {name: dict(entry) for name, entry in case.provenance.items()},
            "regions": answers,
        }
        entry["decision_id"] = self._decision_id(case, entry)
        return entry

    def check_regions(self, regions: Sequence[str]) -> None:
        """Refuse a region that is not there; InputError names the nearest."""
        known = tuple(self.policies)
        if not regions:
            raise InputError(
                Problem(
                    "region-missing",
                    f"须写明地区；可用：{'、'.join(known)}",
                    f"name the regions; known: {', '.join(known)}",
                    Place(path="regions"),
                )
            )
        problems = []
        for number, region in enumerate(regions):
            if region not in self.policies:
                near = nearest(region, known)
                problems.append(
                    Problem(
                        "region-unknown",
                        "没有这个地区" + (f"，是否为 {near}？" if near else f"；可用：{'、'.join(known)}"),
                        "no such region" + (f"; did you mean {near}?" if near else f"; known: {', '.join(known)}"),
                        Place(path=f"regions[{number}]"),
                    )
                )
        if problems:
            raise InputError(problems)

    def check_settings(self, settings: Settings) -> None:
        """Refuse settings out of range, and readings that no policy knows.

        Without its region a set of readings is meant wherever it stands, and the option must be known at each place.
        """
        if type(settings.due_soon_days) is not int or not 0 <= settings.due_soon_days <= 3660:
            raise InputError(
                Problem(
                    "setting-range",
                    "天数须在 0 到 3660 之间",
                    "a number of days from 0 to 3660",
                    Place(path="settings.due_soon_days"),
                )
            )
        for axis, option in settings.readings.items():
            region, colon, name = axis.rpartition(":")
            policies = [policy for policy in self.policies.values() if not colon or policy.region == region]
            sets = [policy.file.readings[name] for policy in policies if name in policy.file.readings]
            if not sets or not all(any(option == item.id for item in found.options) for found in sets):
                raise InputError(
                    Problem(
                        "reading-unknown",
                        "没有这组读法或这个选项",
                        "no such set of readings, or no such option",
                        Place(path="settings.readings"),
                    )
                )

    def _answer(self, inquiry: Inquiry) -> Entry:
        policy, records = inquiry.policy, inquiry.case.records
        document = policy.file.document
        entry: Entry = {
            "policy": {
                "id": policy.id,
                "version": policy.file.version,
                "sha256": policy.sha256,
                "title": document.title,
                "standing": document.standing,
                "validity": policy.validity_at(inquiry.at.as_of),
                "text": document.text,
            },
            "eligibility": eligibility(inquiry),
        }
        if records & {"person", "household"}:
            entry["services"] = services(inquiry)
        if records & {"ledger", "duty", "target"}:
            entry["duties"] = duties(inquiry)
        if "referral" in records:
            entry["referral"] = referral(inquiry, self._procedures)
        if "organisation" in records:
            entry["incentives"] = incentives(inquiry)
        return entry

    def _decision_id(self, case: Case, entry: Entry) -> str:
        """Digest the question: the same policies, case, date, settings and engine version give the same id."""
        question = {
            "policies": {region: answer["policy"]["sha256"] for region, answer in entry["regions"].items()},
            "case": canonical(case),
            "as_of": entry["as_of"],
            "settings": entry["settings"],
            "engine": entry["engine"],
        }
        text = json.dumps(question, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def close(self) -> None:
        """Free what the engine holds outside Python."""
        with self._lock:
            self._at.clear()
        self._procedures.close()


def canonical(case: Case) -> Mapping[str, object]:
    """Spell a case out in a form that is the same for the same records."""
    return {
        "case": case.label,
        "household_ref": case.household_ref,
        "facts": case.given,
        "records": sorted(case.records),
        "ledgers": [ledger.facts for ledger in case.ledgers],
        "duties": [[duty.facts, duty.meetings] for duty in case.duties],
        "targets": [
            [
                target.item,
                target.year,
                _figure(target.value),
                _figure(target.value_in_year),
                {str(year): _figure(value) for year, value in target.additions.items()},
            ]
            for target in case.targets
        ],
        "events": [[event.event, event.on, event.by] for event in case.events],
        "provenance": case.provenance,
    }


def _figure(value: Any) -> str | None:
    return None if value is None else format(value.normalize(), "f")


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)
