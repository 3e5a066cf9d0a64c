"""The shapes of what is answered beside an assessment, as OpenAPI tells them and tests hold them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from xianjie.engine.answer import Answer, ChangeEntry


class Shown(BaseModel):
    """What every part shares: exactly these names."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Fault(Shown):
    """一处错误 one fault: its code, where it lies, and a sentence."""

    code: str
    detail: str
    pointer: str | None = Field(default=None, description="JSON Pointer (RFC 6901)")
    parameter: str | None = Field(default=None, description="参数 of the query or the path")
    line: int | None = None
    column: int | None = None


class MissingStep(Shown):
    """缺少的步骤 the step that comes first."""

    id: str
    zh: str
    en: str


class Problem(Shown):
    """错误 what is wrong with a request (RFC 9457). `type` is `urn:xianjie:problem:` and the code."""

    type: str = Field(pattern="^urn:xianjie:problem:[a-z-]+$")
    title: str
    status: int
    detail: str
    code: str
    errors: list[Fault]
    instance: str | None = None
    line: int | None = Field(default=None, description="批量中的第几个个案，从 1 起 which case of a batch, from 1")
    missing_step: MissingStep | None = Field(default=None, description="转介缺少的步骤 what a referral lacks")
    missing: list[str] | None = Field(default=None, description="没有记录的事实 facts that are not recorded")
    state: str | None = Field(default=None, description="转介的状态 where a referral stands")
    open_events: list[str] | None = Field(default=None, description="现在可以记录的步骤 steps that are open now")


class BatchLine(RootModel[Answer | Problem]):
    """批量答案的一行 one line of a batch: an answer, or the problem of that case."""


class Document(Shown):
    """一份文件 a document as it stands on a day."""

    policy: str
    title: str
    number: str | None
    standing: Literal["issued", "draft", "press_report"]
    validity: Literal["in_force", "unverified", "not_in_force", "lapsed"]
    text: Literal["full", "digest"]
    version: str
    sha256: str
    start: str | None
    until: str | None
    replaces: list[str]
    replaced_by: str | None
    amends: str | None
    rules: int
    silent: int


class RegionShown(Document):
    """一个地区和当日适用的文件 a region with the document that governs on the day, and all its documents."""

    id: str
    zh: str
    en: str
    code: str
    level: str
    parent: str | None
    parent_installed: bool
    documents: list[Document]


class Regions(RootModel[list[RegionShown]]):
    """全部地区 all regions."""


class ListedDocument(Document):
    """列表中的一份文件 a document in the list of all."""

    region: str
    href: str


class Documents(RootModel[list[ListedDocument]]):
    """全部文件 all documents."""


class AmendmentShown(Shown):
    """修改文件 an amendment that is part of the document."""

    id: str
    sha256: str
    zh: str
    en: str
    changes: list[ChangeEntry]


class WrittenPolicy(Shown):
    """一份文件的全部 a document whole; `policy` is the canonical form, whose hash is `sha256`."""

    schema_version: Literal[1]
    id: str
    region: str
    version: str
    sha256: str
    amendments: list[AmendmentShown]
    policy: dict[str, Any]


class Term(Shown):
    """一个词 a word with its Chinese and English term."""

    id: str
    zh: str
    en: str


class RecordTerm(Term):
    """个案的一部分 a record of a case, and the key that it has there."""

    key: str
    list: bool


class TopicTerm(Term):
    """一个议题 a topic on which documents are compared."""

    dimension: str


class Fact(Shown):
    """一项事实 a fact that a case can hold."""

    name: str
    record: str
    type: str
    zh: str
    en: str
    words: list[Term]
    least: int | None = Field(description="整数的下限 the least whole number; null: none")
    most: int | None = Field(description="整数的上限 the greatest whole number; null: none")


class Vocabulary(Shown):
    """用语 facts, records, terms and topics."""

    records: list[RecordTerm]
    facts: list[Fact]
    terms: dict[str, list[Term]]
    topics: list[TopicTerm]


class TopicRow(Shown):
    """一个议题的一行 a topic: what each document says, whether they differ, and how, in one sentence."""

    topic: str
    name: str
    verdict: str
    verdict_text: str
    sentence: str
    cells: list[dict[str, Any]]


class DimensionRows(Shown):
    """一个维度 the topics of a dimension."""

    id: str
    name: str
    rows: list[TopicRow]


class Comparison(Shown):
    """比较 documents side by side; the cells of a row stand in the order of the columns."""

    schema_version: Literal[1]
    as_of: str
    lang: Literal["zh", "en"]
    columns: list[dict[str, Any]]
    dimensions: list[DimensionRows]
    left_out: list[str]
    case: dict[str, Any] | None = None


class DifferenceReport(Shown):
    """两份文件的差别 how two documents differ over all cases: equality, then each class with its smallest case."""

    as_of: str
    left: dict[str, Any]
    right: dict[str, Any]
    scope: dict[str, Any]
    equality: dict[str, Any]
    points: list[dict[str, Any]]


class QuestionsReport(Shown):
    """还要问什么 the smallest set of questions that decides the case, the best first."""

    case: str | None
    dimensions: list[str]
    passed_over: list[str]
    state: Literal["decided", "found", "not_decidable", "not_decided", "out_of_bounds"]
    as_of: str
    policies: dict[str, str]
    points: dict[str, dict[str, Any]]
    questions: list[dict[str, Any]]
    checked: dict[str, bool]
    left_out: dict[str, list[str]]
    bounds: dict[str, list[Any]]


class Alive(Shown):
    """活着 the process answers."""

    status: Literal["alive"]


class Ready(Shown):
    """就绪 whether the service can answer, and for which regions."""

    status: Literal["ready", "not_ready"]
    regions: list[str]
    version: str


MODELS: tuple[type[BaseModel], ...] = (
    Problem,
    BatchLine,
    Regions,
    Documents,
    WrittenPolicy,
    Vocabulary,
    Comparison,
    DifferenceReport,
    QuestionsReport,
    Alive,
    Ready,
)
