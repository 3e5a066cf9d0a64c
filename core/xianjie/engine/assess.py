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
from xianjie.engine.choice import Documents
from xianjie.engine.deciders import EngineName, PolicyAt
from xianjie.engine.document import document_entry, overlay_id
from xianjie.engine.duties import duties
from xianjie.engine.eligibility import eligibility
from xianjie.engine.encode import encode
from xianjie.engine.entitlements import incentives, services
from xianjie.engine.inquiry import Entry, Inquiry, Settings
from xianjie.engine.procedures import Procedures
from xianjie.engine.referral import referral
from xianjie.errors import InputError, Place, Problem
from xianjie.language.calendar import iso
from xianjie.policy.prepared import Policy
from xianjie.policy.timeline import timelines
from xianjie.version import __version__
from xianjie.vocabulary import Vocabulary

LANGUAGES = ("zh", "en")

KEPT = 256
"""How many policies at a date are kept compiled."""


class Engine:
    """Decide cases under the documents of regions, on each day by the one that governs. Safe to share between threads.

    `policies` gives for each region the newest document, supposed changes included, whatever the day.
    """

    def __init__(
        self,
        policies: Sequence[Policy],
        vocabulary: Vocabulary,
        engine: EngineName = "generated",
        supposed: Mapping[str, Policy] | None = None,
    ) -> None:
        """Take checked policies over one vocabulary; `engine` chooses how conditions are decided, never the answer.

        `supposed` gives by a document's id the policy that stands in for it. Raises PolicyError where the documents of
        one region do not fit together in time.
        """
        self.vocabulary = vocabulary
        self.documents = Documents(timelines(policies), dict(supposed or {}))
        newest = {region: timeline.newest for region, timeline in self.documents.timelines.items()}
        self.policies: dict[str, Policy] = {
            region: self.documents.supposed.get(policy.id, policy) for region, policy in newest.items()
        }
        self.engine = engine
        self._at: OrderedDict[tuple[int, int, str], PolicyAt] = OrderedDict()
        self._lock = Lock()
        self._procedures = Procedures()

    def under(self, supposed: Mapping[str, Policy]) -> Engine:
        """Make an engine over the same documents in which some stand in for others; close it after use."""
        policies = [policy for timeline in self.documents.timelines.values() for policy in timeline.all]
        return Engine(policies, self.vocabulary, self.engine, supposed)

    def at(self, reference: str, as_of: int, lang: str) -> PolicyAt:
        """Give, compiled, the policy that answers for `region` or `region@policy-id` on a date."""
        policy = self.documents.answering(reference, as_of)
        key = (id(policy), as_of, lang)  # two documents may share every name; `documents` keeps the policy alive
        with self._lock:
            found = self._at.get(key)
            if found is None:
                found = self._at[key] = PolicyAt(policy, as_of, lang, self.engine)
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

        A region is named by its id, or by `region@policy-id` for that very document, and answers under the name given.
        `as_of` is an ordinal; where it is None the case's own date is used. Raises InputError for a region that is not
        there, for no region at all, where no date is given, and where a supposition would change no answer.
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
        self.documents.check(regions)
        self.check_settings(chosen)
        if lang not in LANGUAGES:
            raise InputError(
                Problem("language-unknown", "语言只有 zh 和 en", "the languages are zh and en", Place(path="lang"))
            )
        self.documents.check_supposed(regions, day)
        known = on_day(case, day)
        encoded = encode(known.facts, self.vocabulary, lang)
        inquiries = {
            name: Inquiry(known, self.at(name, day, lang), encoded, chosen, chosen.chosen(name.partition("@")[0]))
            for name in dict.fromkeys(regions)
        }
        answers = {name: self._answer(inquiry) for name, inquiry in inquiries.items()}
        overlays = {name: overlay_id(one.policy) for name, one in inquiries.items() if one.policy.supposed}
        entry: Entry = {
            "schema_version": SCHEMA_VERSION,
            "engine": __version__,
            "as_of": iso(day),
            "decision_id": "",
            "settings": {
                "due_soon_days": chosen.due_soon_days,
                "readings": dict(chosen.readings),
                "overlay": overlays or None,
            },
            "case": case.label,
            "household_ref": case.household_ref,
            "provenance": {name: dict(entry) for name, entry in case.provenance.items()},
            "regions": answers,
        }
        entry["decision_id"] = self._decision_id(case, entry)
        return entry

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
            policies = [policy for policy in self.documents.every() if not colon or policy.region == region]
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
        records = inquiry.case.records
        entry: Entry = {"policy": document_entry(inquiry), "eligibility": eligibility(inquiry)}
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
