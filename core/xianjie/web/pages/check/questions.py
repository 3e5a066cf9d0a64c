"""The questions of the form: every fact of the vocabulary, in groups, each with its hint, its unit and its choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from xianjie.vocabulary import FactSpec, FactType, Vocabulary
from xianjie.vocabulary.facts import LISTS, RECORDS
from xianjie.web.pages.check.hints import HINTS

OF_MEMBER = ("person", "aid", "referral")
"""The records that each member of a household has for themselves; the others are told once for all."""
SHARED = ("household", "area", "organisation")
LISTED = tuple(LISTS)

Both = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """One fact to ask for. `unit` stands beside its field; `choices` are those of an enum."""

    spec: FactSpec
    hint: Both | None
    unit: Both | None

    @property
    def name(self) -> str:
        """Name the fact."""
        return self.spec.name

    @property
    def kind(self) -> str:
        """Say how it is asked: `bool`, `enum`, `day`, `words`, or a `number` to type."""
        match self.spec.type:
            case FactType.BOOL:
                return "bool"
            case FactType.ENUM:
                return "enum"
            case FactType.EVENT:
                return "day"
            case FactType.SET:
                return "words"
            case FactType.INT | FactType.MONEY | FactType.NUMBER:
                return "number"

    @property
    def choices(self) -> Sequence[tuple[str, Both]]:
        """List the words of an enum."""
        return tuple(self.spec.words.items())


@dataclass(frozen=True, slots=True)
class Group:
    """Questions about one thing, within one record."""

    id: str
    title: Both
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """All questions of one record, in groups."""

    record: str
    title: Both
    groups: tuple[Group, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """List them all."""
        return tuple(question for group in self.groups for question in group.questions)


_UNITS: Mapping[str, Both] = MappingProxyType(
    {
        "household.size": ("人", "people"),
        "household.annual_income": ("元/年", "yuan a year"),
        "duty.count": ("次", "times"),
    }
)

_ABOUT: Mapping[str, tuple[tuple[str, Both, tuple[str, ...]], ...]] = MappingProxyType(
    {
        "person": (
            (
                "wellbeing",
                ("年龄、健康、自理", "age, health, self-care"),
                ("elderly", "elderly_alone", "minor", "disabled", "seriously_ill", "cannot_self_care"),
            ),
            (
                "prospects",
                ("就学、就业、心愿", "study, work, wishes"),
                ("student", "good_conduct_and_study", "able_to_work", "willing_to_work", "has_micro_wish"),
            ),
            ("recognised", ("认定的身份", "recognised as"), ()),
        ),
        "household": (
            (
                "means",
                ("人口、收入、财产", "people, income, property"),
                ("size", "annual_income", "property_within_limits"),
            ),
            ("hardship", ("困难情形", "hardship"), ()),
        ),
        "aid": (
            (
                "exit",
                ("退出救助", "leaving assistance"),
                ("exit_date", "exit_programme", "exit_by_procedure"),
            ),
            (
                "application",
                ("申请与临时救助", "applications and temporary aid"),
                ("application_is_new", "application_submitted", "application_refused", "temporary_aid_date"),
            ),
            ("aid", ("现有的政府救助", "government aid as it stands"), ()),
        ),
        "referral": (
            ("begun", ("方向与发起", "direction and initiator"), ("direction", "initiator")),
            ("consent", ("知情与同意", "information and consent"), ("informed", "consent_given", "consent_date")),
            ("papers", ("函件与材料", "letter and materials"), ("letter_issued", "letter_date", "materials_sealed")),
            ("circumstances", ("情形", "circumstances"), ()),
        ),
        "organisation": (
            (
                "what",
                ("是什么样的组织", "what it is"),
                ("charitable", "individual", "community_social_organisation", "volunteer", "social_work_agency"),
            ),
            (
                "work",
                ("领域、阶段、活动", "field, stage, activity"),
                ("field", "stage", "activity", "requested_from"),
            ),
            (
                "merit",
                ("表现", "merit"),
                (
                    "outstanding_contribution",
                    "good_social_influence",
                    "active_participation",
                    "significant_results",
                    "good_credit",
                ),
            ),
            ("projects", ("参与与项目", "taking part and projects"), ()),
        ),
    }
)
"""What questions of a record are about; the last group of a record takes whatever stands in no other."""

_FIRST: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "person": ("recognised", "wellbeing", "prospects"),
        "aid": ("aid", "application", "exit"),
    }
)
"""The order in which the groups are asked, where it is not that of `_ABOUT`."""


@lru_cache(maxsize=16)
def sections(vocabulary: Vocabulary) -> Mapping[str, Section]:
    """Give the questions of each record, so that every fact of the vocabulary stands in one group."""
    return MappingProxyType({record: _section(record, vocabulary) for record in RECORDS})


def _section(record: str, vocabulary: Vocabulary) -> Section:
    about = _ABOUT.get(record, (("all", RECORDS[record], ()),))
    placed = {short: id for id, _, shorts in about for short in shorts}
    last = about[-1][0]
    groups: dict[str, list[Question]] = {id: [] for id in _FIRST.get(record, tuple(id for id, _, _ in about))}
    for spec in vocabulary.of_record(record):
        groups[placed.get(spec.short, last)].append(_question(spec))
    titles = {id: title for id, title, _ in about}
    return Section(
        record,
        RECORDS[record],
        tuple(Group(f"{record}-{id}", titles[id], tuple(questions)) for id, questions in groups.items() if questions),
    )


def _question(spec: FactSpec) -> Question:
    unit = _UNITS.get(spec.name) or (("元", "yuan") if spec.type is FactType.MONEY else None)
    return Question(spec, HINTS.get(spec.name), unit)
