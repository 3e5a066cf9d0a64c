"""The shape of a policy file: the document, its clauses in their own order, and what it is silent on."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

SCHEMA = 1
MOST = 10**15

Force = Literal["must", "must_bare", "may", "encouraged", "explore", "priority", "definition", "target", "principle"]
Qualifier = Literal["commitment", "renvoi"]
Direction = Literal["forward", "reverse", "community_report"]
Initiator = Literal["civil_affairs", "township", "charity", "charity_member", "committee"]
Level = Literal["province", "city", "county", "township"]
LedgerKind = Literal[
    "supply",
    "demand",
    "assistance_information",
    "resource_project_list",
    "needs_list",
    "wish_list",
    "service_list",
]
DutyKind = Literal[
    "consultation",
    "brand_project",
    "brand_selection",
    "charity_training",
    "task_analysis",
    "festival_visits",
    "performance_evaluation",
    "platform_building",
    "model_case_collection",
]
Instrument = Literal[
    "venture_philanthropy",
    "subsidy_reward",
    "premises",
    "fee_reduction",
    "tax_preference",
    "government_purchase",
    "commendation",
    "charity_award",
    "advanced_collective_individual",
    "priority_recommendation",
    "media_publicity",
    "grade_assessment_tilt",
    "named_fund",
    "special_fund",
    "lottery_welfare_fund",
    "community_welfare_grant",
    "public_welfare_passport",
    "credit_record",
    "convenience",
    "registration_help",
    "incubation",
    "capacity_building",
    "model_cases",
    "brand_selection",
    "funding_increase",
    "social_work_support",
    "charitable_trust",
    "donation_sponsorship",
]
ServiceKind = Literal[
    "living_support",
    "education",
    "medical",
    "housing",
    "employment",
    "care_visits",
    "micro_wish",
    "service_type_assistance",
]
Event = Literal[
    "identified",
    "informed",
    "consented",
    "letter_issued",
    "materials_sealed",
    "referred",
    "accepted",
    "reviewed",
    "delivered",
    "fed_back",
    "withdrawn",
    "notified",
    "application_assisted",
    "aid_reviewed",
    "aid_given",
    "closed",
]
Step = Literal["inform", "consent", "consent_before_letter", "match_project", "acceptance"]
NextStep = Literal[
    "inform",
    "consent",
    "reissue_letter",
    "match_project",
    "acceptance",
    "letter_or_seal",
    "refer",
    "notify_or_assist",
    "report_to_township",
]
Unmet = Literal["hand_over", "platform", "window", "push", "filing"]

RuleId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=80)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=600)]
RowId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,3}-[A-Z]+-[A-Z]?[0-9]{1,2}$")]
AmbiguityId = Annotated[str, StringConstraints(pattern=r"^[A-Z]+-[0-9]{2}$")]
Anchor = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
Period = Annotated[str, StringConstraints(pattern=r"^P([1-9][0-9]{0,2}Y|[1-9][0-9]{0,3}M|[1-9][0-9]{0,4}D)$")]
Expression = Annotated[str, StringConstraints(min_length=1, max_length=4000)]


def _number(value: object) -> object:
    """Take a YAML number by its shortest decimal form, so that 3.5 is exactly 3.5, and within bounds."""
    if isinstance(value, float):
        value = Decimal(repr(value))
    elif isinstance(value, int) and not isinstance(value, bool):
        value = Decimal(value)
    if isinstance(value, Decimal) and value.is_finite():
        if value.copy_abs() > MOST:
            raise PydanticCustomError("number_too_large", "too large")
        if value != round(value, 9):
            raise PydanticCustomError("number_too_fine", "too fine")
    return value


Exact = Annotated[Decimal, BeforeValidator(_number), Field(allow_inf_nan=False)]


class Part(BaseModel):
    """The strictness that every part of a policy file shares: no unknown keys, no silent conversion."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Document(Part):
    """What the document says of itself. A date that it does not give stays empty.

    `replaces`: the policies that it takes the place of as a whole. `amends`: the policy that it changes in part.
    """

    title: Text
    number: Text | None = None
    issuers: list[Text] = Field(min_length=1)
    level: Literal["province", "city"]
    gbt2260: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{5}$")]
    parent: Name | None = None
    adopted: dt.date | None = None
    issued: dt.date | None = None
    effective: dt.date | None = None
    expires: dt.date | None = None
    standing: Literal["issued", "draft", "press_report"]
    validity: Literal["in_force", "unverified", "not_in_force", "lapsed"]
    text: Literal["full", "digest"]
    replaces: list[RuleId] = []
    amends: RuleId | None = None
    addressees: Text | None = None
    cites: list[Text] = []
    remarks: list[Text] = []


class AmendmentDocument(Part):
    """What a document that changes another in part says of itself; region and level are those of the other."""

    title: Text
    number: Text | None = None
    issuers: list[Text] = Field(min_length=1)
    adopted: dt.date | None = None
    issued: dt.date | None = None
    effective: dt.date | None = None
    expires: dt.date | None = None
    standing: Literal["issued", "draft", "press_report"]
    validity: Literal["in_force", "unverified", "not_in_force", "lapsed"]
    cites: list[Text] = []
    remarks: list[Text] = []


class DatedValue(Part):
    """A parameter's value from one day on; the first of a parameter has no such day."""

    value: Exact
    since: dt.date | None = None


class ParameterModel(Part):
    """A named number of the document, with the dates from which its values hold. Money is in yuan."""

    zh: Text
    en: Text
    type: Literal["money", "number"]
    unit: Literal["years", "months", "days", "persons"] | None = None
    values: list[DatedValue] = Field(min_length=1)


class ReadingOption(Part):
    """One way to read the text."""

    id: RuleId
    zh: Text
    en: Text
    recommended: bool = False


class ReadingSet(Part):
    """The ways in which one place of the text can be read, and what follows where they differ."""

    ambiguity: AmbiguityId | None = None
    differ: Literal["ambiguous", "recommended"]
    options: list[ReadingOption] = Field(min_length=2, max_length=4)


class ByReading(Part):
    """A condition that differs from reading to reading."""

    by: RuleId
    readings: dict[RuleId, Expression]


ConditionModel = Expression | ByReading


class AmbiguityModel(Part):
    """An open question of the text, and what the engine makes of it."""

    id: AmbiguityId
    zh: Text
    en: Text
    becomes: Literal["ambiguous", "recommended", "note", "input", "condition"]


class GroupModel(Part):
    """A class of people named by the document, in its own order."""

    id: Name
    gives: Literal["coverage", "priority"]
    zh: Text
    en: Text


class Rule(Part):
    """What every rule carries: an id, the rows of the inventory, force, and a summary in our own words."""

    id: RuleId
    rows: list[RowId] = []
    force: Force
    qualifier: Qualifier | None = None
    actor: Text | None = None
    zh: Text
    en: Text
    anchor: Anchor | None = None
    topics: list[str] = []
    notes: list[AmbiguityId] = []


class GroupRule(Rule):
    """Who belongs to a group. Several rules of one group are alternatives."""

    part: Literal["group"]
    group: Name
    when: ConditionModel


class ServiceRule(Rule):
    """Who gets one kind of help: its class of people, then the circumstances."""

    part: Literal["service"]
    service: ServiceKind
    beneficiary: ConditionModel
    when: ConditionModel = "True"


class LedgerRule(Rule):
    """How often ledgers are updated, at which levels, and what else a full update takes.

    `interval` is the printed period; `cadence` is a word such as 及时 that yields no date. Without either, silence.
    """

    part: Literal["ledger"]
    ledgers: list[LedgerKind] = Field(min_length=1)
    levels: list[Level] | None = None
    interval: Period | None = None
    counting: RuleId | None = None
    cadence: Text | None = None
    trigger: Expression | None = None
    requires: dict[Unmet, Expression] = {}


class LeastByReading(Part):
    """A least count that differs from reading to reading."""

    by: RuleId
    readings: dict[RuleId, Annotated[int, Field(ge=1)]]


class CountRule(Rule):
    """How many times a year something is done, or by which day once."""

    part: Literal["count"]
    duty: DutyKind
    levels: list[Level] | None = None
    at_least: Annotated[int, Field(ge=1)] | LeastByReading | None = None
    comparator: Literal["printed", "assumed"] = "printed"
    first_year: int | None = None
    last_year: int | None = None
    deadline: dt.date | None = None
    parties: RuleId | None = None
    cadence: Text | None = None


class TargetItem(Part):
    """One line of a table of yearly targets. `printed` tells whether the table prints the comparison sign."""

    item: Annotated[int, Field(ge=1)]
    zh: Text
    en: Text
    unit: Text
    category: Text | None = None
    printed: bool = False
    cumulative: bool = False
    running: RuleId | None = None
    values: dict[int, Exact] = Field(min_length=1)
    notes: list[AmbiguityId] = []
    remark: Text | None = None


class TargetRule(Rule):
    """A table of yearly targets."""

    part: Literal["target"]
    items: list[TargetItem] = Field(min_length=1)


class Gate(Part):
    """A step without which a referral is refused."""

    step: Step
    when: Expression


class Documents(Part):
    """The papers of a referral, any one of which will do."""

    any_of: list[Literal["referral_letter", "sealed_materials"]] = Field(min_length=1)
    required: bool


class TransitionModel(Part):
    """A step of a procedure: in these states, this event, where `when` is certainly true, leads to that state.

    `missing_step` is what a refusal names.
    """

    on: Event
    leaves: list[Name] = Field(min_length=1)
    to: Name
    when: Expression | None = None
    missing_step: Step | None = None


class Procedure(Part):
    """A referral's states and steps; the first state listed is where it starts."""

    states: dict[Name, Text] = Field(min_length=2)
    steps: list[TransitionModel] = Field(min_length=1)


class ReferralRule(Rule):
    """One direction of referral: who may start it, when it arises, what it takes, and how it runs.

    `mechanism_only`: the text names a mechanism and no steps.
    """

    part: Literal["referral"]
    direction: Direction
    mechanism_only: bool = False
    initiators: list[Initiator] = []
    trigger: ConditionModel | None = None
    gates: list[Gate] = []
    documents: Documents | None = None
    channel: Text | None = None
    options: list[Literal["notify", "assist_application"]] = []
    next_step: NextStep | None = None
    procedure: Procedure | None = None


class SimplificationRule(Rule):
    """When a charity may simplify its procedure. Outside `scope` the document says nothing."""

    part: Literal["simplification"]
    scope: ConditionModel | None = None
    when: ConditionModel


class ReferralDutyRule(Rule):
    """What somebody owes, or is encouraged to do, around a referral of one direction."""

    part: Literal["referral_duty"]
    direction: Direction
    government: bool = False
    when: ConditionModel = "True"


class IncentiveRule(Rule):
    """Which organisations, projects or individuals an instrument is for, and under which circumstances."""

    part: Literal["incentive"]
    instruments: list[Instrument] = Field(min_length=1)
    beneficiary: ConditionModel
    when: ConditionModel = "True"


class AdviceRule(Rule):
    """A next action that the document points a person to."""

    part: Literal["advice"]
    advice: Literal["apply_for_government_aid"]
    when: ConditionModel


class Provision(Rule):
    """A rule that decides nothing on a case, but binds or encourages somebody."""

    part: Literal["provision"]
    dimension: Literal["eligibility", "services", "duties", "referral", "incentives"]


AnyRule = Annotated[
    GroupRule
    | ServiceRule
    | LedgerRule
    | CountRule
    | TargetRule
    | ReferralRule
    | SimplificationRule
    | ReferralDutyRule
    | IncentiveRule
    | AdviceRule
    | Provision,
    Field(discriminator="part"),
]


class Clause(Part):
    """One clause of the document: rules, or background, or supervision, so that nothing is skipped unseen."""

    path: Text
    title: Text | None = None
    treatment: Literal["rules", "background", "supervision"]
    rows: list[RowId] = []
    zh: Text | None = None
    en: Text | None = None
    rules: list[AnyRule] = []


class Silence(Part):
    """Topics on which the document says nothing, with the rows that say so."""

    topics: list[str] = Field(min_length=1)
    rows: list[RowId] = []
    zh: Text | None = None
    en: Text | None = None


class PolicyFile(Part):
    """A whole policy file."""

    schema_version: Literal[1] = Field(alias="schema")
    id: RuleId
    region: Name
    version: Text
    document: Document
    parameters: dict[Name, ParameterModel] = {}
    ambiguities: list[AmbiguityModel] = []
    readings: dict[RuleId, ReadingSet] = {}
    definitions: dict[Name, ConditionModel] = {}
    groups: list[GroupModel] = []
    clauses: list[Clause] = Field(min_length=1)
    silent: list[Silence] = []
