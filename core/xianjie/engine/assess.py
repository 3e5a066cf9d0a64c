"""Put one case to the policies of the regions named, on one date."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from threading import Lock

from xianjie.cases import Case
from xianjie.cases.steps import on_day
from xianjie.engine.answer import SCHEMA_VERSION, parts_for
from xianjie.engine.choice import Documents
from xianjie.engine.deciders import EngineName, PolicyAt
from xianjie.engine.document import document_entry, overlay_id
from xianjie.engine.duties import duties
from xianjie.engine.eligibility import eligibility
from xianjie.engine.encode import encode, lay_out
from xianjie.engine.entitlements import incentives, services
from xianjie.engine.inquiry import Entry, Inquiry, Settings
from xianjie.engine.memory import Kept, Memory
from xianjie.engine.procedures import Procedures
from xianjie.engine.question import decision_id
from xianjie.engine.referral import referral
from xianjie.engine.scribe import Scribe, Written, sheet_of
from xianjie.errors import InputError, Place, Problem
from xianjie.language.calendar import iso
from xianjie.language.narrow import narrow_json, widened
from xianjie.policy.prepared import Policy
from xianjie.policy.timeline import timelines
from xianjie.version import __version__
from xianjie.vocabulary import Vocabulary

LANGUAGES = ("zh", "en")

KEPT = 256
"""How many policies at a date are kept compiled."""

MOST_WRITTEN = 64 * 1024 * 1024
"""How many bytes of what was written are kept in all, by a rough estimate."""


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
        self._scribes: OrderedDict[Hashable, Scribe] = OrderedDict()
        self._memory = Memory(MOST_WRITTEN)
        self._shown = Kept[tuple[str, str]](self._memory)

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
        chosen = settings or Settings()
        day = self._day(case, regions, as_of, chosen, lang)
        known = on_day(case, day)
        encoded = encode(known.facts, self.vocabulary, lang)
        inquiries = {
            name: Inquiry(known, self.at(name, day, lang), encoded, chosen, chosen.chosen(name.partition("@")[0]))
            for name in dict.fromkeys(regions)
        }
        entry = self._opening(case, day, chosen, {name: inquiry.policy for name, inquiry in inquiries.items()})
        entry["regions"] = {name: self._answer(inquiry) for name, inquiry in inquiries.items()}
        return entry

    def written(
        self,
        case: Case,
        regions: Sequence[str],
        as_of: int | None = None,
        settings: Settings | None = None,
        lang: str = "zh",
        keyed: Callable[[str], str] = str,
    ) -> Written:
        """Answer as `assess` does, and write the answer down: a line of JSON in UTF-8.

        `keyed` makes of the question's digest the id that the answer is to have.
        """
        if self.engine != "generated":
            entry = self.assess(case, regions, as_of, settings, lang)
            entry["decision_id"] = keyed(entry["decision_id"])
            fingerprints = {name: answer["policy"]["sha256"] for name, answer in entry["regions"].items()}
            return Written(entry["decision_id"], fingerprints, widened(narrow_json(entry) + "\n"))
        chosen = settings or Settings()
        day = self._day(case, regions, as_of, chosen, lang)
        known = on_day(case, day)
        sheet = sheet_of(known, day, lay_out(known.facts, self.vocabulary, lang, self._shown), chosen)
        parts = parts_for(known.records)
        scribes = {name: self.scribe(name, day, lang, chosen) for name in dict.fromkeys(regions)}
        policies = {name: scribe.policy for name, scribe in scribes.items()}
        entry = self._opening(case, day, chosen, policies)
        entry["decision_id"] = keyed(entry["decision_id"])
        pieces = [narrow_json(entry)[:-1]]
        before = ',"regions":{'
        for name, scribe in scribes.items():
            pieces += (before, narrow_json(name), ":", *scribe.answer(sheet, parts))
            before = ","
        pieces.append("}}\n")
        fingerprints = {name: policy.sha256 for name, policy in policies.items()}
        return Written(entry["decision_id"], fingerprints, widened("".join(pieces)))

    def _day(self, case: Case, regions: Sequence[str], as_of: int | None, settings: Settings, lang: str) -> int:
        """Check a question, and give its date."""
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
        self.documents.check(regions)
        self.check_settings(settings)
        if lang not in LANGUAGES:
            raise InputError(
                Problem("language-unknown", "语言只有 zh 和 en", "the languages are zh and en", Place(path="lang"))
            )
        self.documents.check_supposed(regions, day)
        return day

    def _opening(self, case: Case, day: int, settings: Settings, policies: Mapping[str, Policy]) -> Entry:
        """Give all of an answer that stands before the regions'."""
        overlays = {name: overlay_id(policy) for name, policy in policies.items() if policy.supposed}
        told: Entry = {
            "due_soon_days": settings.due_soon_days,
            "readings": dict(settings.readings),
            "overlay": overlays or None,
        }
        as_of = iso(day)
        fingerprints = {name: policy.sha256 for name, policy in policies.items()}
        return {
            "schema_version": SCHEMA_VERSION,
            "engine": __version__,
            "as_of": as_of,
            "decision_id": decision_id(case, fingerprints, as_of, told, __version__),
            "settings": told,
            "case": case.label,
            "household_ref": case.household_ref,
            "provenance": {name: dict(entry) for name, entry in case.provenance.items()},
        }

    def scribe(self, name: str, day: int, lang: str, settings: Settings) -> Scribe:
        """Give the scribe of a policy; the one that wrote nothing for the longest time is let go first."""
        chosen: Mapping[str, str] = {}
        if settings.readings:
            known = self.documents.answering(name, day).file.readings
            chosen = {axis: o for axis, o in settings.chosen(name.partition("@")[0]).items() if axis in known}
        key = (name, day, lang, frozenset(chosen.items()))
        with self._lock:
            found = self._scribes.get(key)
            if found is not None:
                self._scribes.move_to_end(key)
                return found
        made = Scribe(self.at(name, day, lang), chosen, self._procedures, self._memory)
        with self._lock:
            while len(self._scribes) >= KEPT:
                self._scribes.popitem(last=False)
            return self._scribes.setdefault(key, made)

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
        entry: Entry = {"policy": document_entry(inquiry)}
        for part in parts_for(inquiry.case.records):
            match part:
                case "eligibility":
                    entry[part] = eligibility(inquiry)
                case "services":
                    entry[part] = services(inquiry)
                case "duties":
                    entry[part] = duties(inquiry)
                case "referral":
                    entry[part] = referral(inquiry, self._procedures)
                case "incentives":
                    entry[part] = incentives(inquiry)
        return entry

    def retire(self) -> None:
        """Free what the engine holds outside Python, as soon as nobody works with it any more."""
        weakref.finalize(self, self._procedures.close).atexit = False

    def close(self) -> None:
        """Free what the engine holds outside Python."""
        with self._lock:
            self._at.clear()
            self._scribes.clear()
        self._memory.forget()
        self._procedures.close()
