"""Name the fields of a policy file, and say how a plain one changed: a word, a text, a number, a list."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from xianjie.compare.bilingual import NOTHING, Both, listed, of_term, same, sentences
from xianjie.language.prose import number_text
from xianjie.revision.diff_change import About, Change, Kind, Weight
from xianjie.vocabulary import BASE
from xianjie.vocabulary.terms import (
    ADVICE,
    DIMENSIONS,
    DOCUMENTS,
    EVENTS,
    INSTRUMENTS,
    QUALIFIERS,
    SERVICES,
    STANDINGS,
    STEPS,
    VALIDITIES,
    Terms,
)
from xianjie.vocabulary.topics import TOPICS

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Field:
    """A field's name, the terms of its words if it has any, and how much a change of it weighs.

    A `long` text is not repeated in the sentence that says it changed.
    """

    zh: str
    en: str
    weight: Weight = "major"
    terms: Terms | None = None
    long: bool = False

    @property
    def label(self) -> Both:
        """Name the field."""
        return Both(self.zh, self.en)


def _table(**fields: Field) -> Mapping[str, Field]:
    return MappingProxyType(fields)


PARTS: Terms = MappingProxyType(
    {
        "group": ("对象", "group"),
        "advice": ("指引", "advice"),
        "service": ("帮扶服务", "service"),
        "ledger": ("台账", "ledger"),
        "count": ("次数或期限", "count"),
        "target": ("年度目标", "target"),
        "referral": ("转介", "referral"),
        "simplification": ("简化程序", "simplification"),
        "referral_duty": ("转介职责", "referral duty"),
        "incentive": ("激励", "incentive"),
        "provision": ("其他", "other"),
    }
)
REQUIREMENTS: Terms = MappingProxyType(
    {
        "hand_over": ("提供给乡镇(街道)", "hand-over to the townships"),
        "platform": ("录入平台", "entry on the platform"),
        "window": ("提供给服务窗口", "hand-over to the service window"),
        "push": ("推送同级民政部门", "push to civil affairs"),
        "filing": ("备案", "filing"),
    }
)
_OPTIONS: Terms = MappingProxyType(
    {
        "notify": ("告知民政部门或乡镇(街道)", "tell civil affairs or the township"),
        "assist_application": ("协助申请", "assist the application"),
    }
)
_COMPARATORS: Terms = MappingProxyType({"printed": ("原文写明", "printed"), "assumed": ("推定", "assumed")})
_TREATMENTS: Terms = MappingProxyType(
    {"rules": ("规则", "rules"), "background": ("背景", "background"), "supervision": ("监督", "supervision")}
)
_TEXTS: Terms = MappingProxyType({"full": ("全文", "full text"), "digest": ("摘要", "digest")})
_BECOMES: Terms = MappingProxyType(
    {
        "ambiguous": ("判为有歧义", "ambiguous"),
        "recommended": ("取推荐的读法", "the recommended reading"),
        "note": ("只作注", "a note"),
        "input": ("作为记录的事实", "a recorded fact"),
        "condition": ("写进条件", "a condition"),
    }
)
_DIFFER: Terms = MappingProxyType(
    {"ambiguous": ("判为有歧义", "ambiguous"), "recommended": ("取推荐的读法", "the recommended reading")}
)
_GIVES: Terms = MappingProxyType({"coverage": ("覆盖", "coverage"), "priority": ("优先", "priority")})
UNITS: Terms = MappingProxyType(
    {"years": ("年", "years"), "months": ("个月", "months"), "days": ("天", "days"), "persons": ("人", "persons")}
)
_NUMBERS: Terms = MappingProxyType({"money": ("金额", "money"), "number": ("数", "number")})
_LEVELS: Terms = BASE["ledger.level"].words
_TOPIC_TERMS: Terms = MappingProxyType({topic.id: (topic.zh, topic.en) for topic in TOPICS})

_ZH = Field("中文概要", "summary in Chinese", "minor", long=True)
_EN = Field("英文概要", "summary in English", "minor", long=True)
_NAME_ZH = Field("中文名称", "name in Chinese", "minor")
_NAME_EN = Field("英文名称", "name in English", "minor")
_ROWS = Field("清单行号", "rows of the inventory", "minor")
_NOTES = Field("所引疑点", "ambiguities cited")

HEADER = _table(
    id=Field("文件编号", "id of the policy", "minor"),
    version=Field("版本", "version", "minor"),
    schema=Field("格式版本", "format", "minor"),
    region=Field("地区", "region"),
)
DOCUMENT = _table(
    title=Field("标题", "title", "minor"),
    number=Field("文号", "number", "minor"),
    issuers=Field("发文机关", "issuers", "minor"),
    level=Field("层级", "level", terms=_LEVELS),
    gbt2260=Field("行政区划代码", "division code"),
    parent=Field("上一级地区", "region above"),
    adopted=Field("成文日", "day of adoption"),
    issued=Field("印发日", "day of issue"),
    effective=Field("施行日", "day of taking effect"),
    expires=Field("失效日", "day of expiry"),
    standing=Field("性质", "standing", terms=STANDINGS),
    validity=Field("效力", "validity", terms=VALIDITIES),
    text=Field("文本", "text", terms=_TEXTS),
    replaces=Field("所取代的文件", "documents replaced"),
    amends=Field("所修改的文件", "document amended"),
    addressees=Field("主送机关", "addressees", "minor"),
    cites=Field("引用的文件", "bases cited", "minor"),
    remarks=Field("来历与存疑", "remarks", "minor", long=True),
)
PARAMETER = _table(
    zh=_NAME_ZH,
    en=_NAME_EN,
    type=Field("类型", "type", terms=_NUMBERS),
    unit=Field("单位", "unit", terms=UNITS),
)
AMBIGUITY = _table(zh=_ZH, en=_EN, becomes=Field("疑点的处理", "treatment", terms=_BECOMES))
READING_SET = _table(
    ambiguity=Field("所属疑点", "ambiguity", "minor"),
    differ=Field("读法不一致时", "where readings differ", terms=_DIFFER),
)
OPTION = _table(zh=_ZH, en=_EN)
GROUP = _table(zh=_NAME_ZH, en=_NAME_EN, gives=Field("类别性质", "what it gives", terms=_GIVES))
CLAUSE = _table(
    title=Field("小标题", "heading", "minor"),
    treatment=Field("处理", "treatment", terms=_TREATMENTS),
    rows=_ROWS,
    zh=_ZH,
    en=_EN,
)
RULE = _table(
    part=Field("规则类型", "kind of rule", terms=PARTS),
    qualifier=Field("限定", "qualifier", terms=QUALIFIERS),
    actor=Field("责任主体", "who is bound"),
    service=Field("帮扶服务", "service", terms=SERVICES),
    advice=Field("指引", "advice", terms=ADVICE),
    duty=Field("职责", "duty", terms=BASE["duty.kind"].words),
    dimension=Field("方面", "dimension", terms=DIMENSIONS),
    instruments=Field("激励工具", "instruments", terms=INSTRUMENTS),
    ledgers=Field("台账", "ledgers", terms=BASE["ledger.kind"].words),
    levels=Field("层级", "levels", terms=_LEVELS),
    counting=Field("周期的读法组", "set of readings of the period"),
    interval=Field("周期", "period"),
    at_least=Field("次数", "number of times"),
    deadline=Field("期限", "deadline"),
    cadence=Field("更新或频次用词", "word for how often"),
    comparator=Field("“不少于”的来源", "origin of “at least”", terms=_COMPARATORS),
    first_year=Field("首个年度", "first year"),
    last_year=Field("末个年度", "last year"),
    parties=Field("参加方的读法组", "set of readings of the parties"),
    direction=Field("方向", "direction", terms=BASE["referral.direction"].words),
    mechanism_only=Field("只写机制、没有步骤", "a mechanism without steps"),
    initiators=Field("发起方", "who may start", terms=BASE["referral.initiator"].words),
    channel=Field("渠道", "channel"),
    options=Field("可选的做法", "options", terms=_OPTIONS),
    next_step=Field("下一步", "next step", terms=STEPS),
    government=Field("政府的职责", "the government's duty"),
    topics=Field("另外回答的议题", "further topics answered", terms=_TOPIC_TERMS),
    notes=_NOTES,
    rows=_ROWS,
    zh=_ZH,
    en=_EN,
)
TARGET = _table(
    zh=_NAME_ZH,
    en=_NAME_EN,
    unit=Field("计量单位", "unit"),
    category=Field("类别", "category", "minor"),
    printed=Field("表中印有比较号", "comparison sign printed"),
    cumulative=Field("累计数", "cumulative"),
    running=Field("累计的读法组", "set of readings of the running total"),
    notes=_NOTES,
    remark=Field("备注", "remark", "minor", long=True),
)
DOCUMENTS_FIELDS = _table(
    any_of=Field("材料（任一即可）", "papers (any one)", terms=DOCUMENTS),
    required=Field("材料是否必须", "papers are required"),
)
STEP = _table(
    missing_step=Field("拒绝时所缺的步骤", "step named by a refusal", terms=STEPS),
    on=Field("步骤", "step", terms=EVENTS),
)


def field_of(table: Mapping[str, Field], name: str) -> Field:
    """Find a field; one that the table does not know goes by its own name, and weighs."""
    return table.get(name) or Field(name, name)


def said(value: Any, field: Field) -> Both:
    """Say a plain value for a reader; empty where there is none."""
    match value:
        case None:
            return NOTHING
        case bool():
            return Both("是", "yes") if value else Both("否", "no")
        case list() | tuple():
            return listed(said(item, field) for item in value)
        case str():
            return of_term(field.terms, value) if field.terms is not None else same(value)
        case dict():
            return same(json.dumps(value, ensure_ascii=False))
        case _:
            return same(str(value))


def plain_change(about: About, path: str, field: Field, old: Any, new: Any) -> Change:
    """Say that a plain value became another one."""
    a, b = said(old, field), said(new, field)
    kind: Kind = "changed"
    if isinstance(old, list) and isinstance(new, list):
        words = list_words(field, old, new)
    elif old is None:
        kind, words = "added", came(field.label, b)
    elif new is None:
        kind, words = "dropped", went(field.label, a)
    elif field.long:
        words = Both(f"{field.zh}改写", f"{field.en} reworded")
    else:
        words = became(field.label, a, b)
    return about.change(path, words, kind=kind, weight=field.weight, old=old, new=new, old_words=a, new_words=b)


def became(label: Both, old: Both, new: Both) -> Both:
    """Say that something went from one value to another."""
    a, b = quoted(old), quoted(new)
    return Both(f"{label.zh}由{a.zh}改为{b.zh}", f"{label.en} from {a.en} to {b.en}")


def came(label: Both, new: Both) -> Both:
    """Say that something is given that was not."""
    return Both(f"写明{label.zh}：{new.zh}", f"{label.en} now given: {new.en}")


def went(label: Both, old: Both) -> Both:
    """Say that something is no longer given."""
    return Both(f"不再写明{label.zh}（原为：{old.zh}）", f"{label.en} no longer given (was: {old.en})")


def quoted(text: Both) -> Both:
    """Put quotation marks around a text; those inside become the inner ones, and a text in marks already stays."""
    return Both(_quoted(text.zh), _quoted(text.en))


def _quoted(text: str) -> str:
    inner = text.removeprefix("“").removesuffix("”")
    if len(inner) == len(text) - 2 and not set("“”") & set(inner):
        return text
    return f"“{text.replace('“', '‘').replace('”', '’')}”"


def list_words(field: Field, old: Sequence[Any], new: Sequence[Any]) -> Both:
    """Say what a list gained and lost, or that only its order changed."""
    come = [said(item, field) for item in new if item not in old]
    gone = [said(item, field) for item in old if item not in new]
    if not come and not gone:
        return Both(f"{field.zh}的次序或重复改变", f"order or repetition of the {field.en} changed")
    if field.long:
        return Both(
            f"{field.zh}改写（增 {len(come)} 条，去 {len(gone)} 条）",
            f"{field.en} reworded ({len(come)} more, {len(gone)} fewer)",
        )
    parts = []
    if come:
        some = listed(come)
        parts.append(Both(f"增加 {some.zh}", f"{some.en} added"))
    if gone:
        some = listed(gone)
        parts.append(Both(f"去掉 {some.zh}", f"{some.en} dropped"))
    whole = sentences(parts)
    return Both(f"{field.zh}：{whole.zh}", f"{field.en}: {whole.en}")


@dataclass(frozen=True, slots=True)
class Matched(Generic[T]):
    """Two lists laid side by side by key. `order` gives the keys that both hold, in each one's order, if it differs."""

    dropped: tuple[tuple[str, T], ...]
    added: tuple[tuple[str, T], ...]
    both: tuple[tuple[str, T, T], ...]
    order: tuple[tuple[str, ...], tuple[str, ...]] | None


def amount_words(number: Fraction | Decimal, unit: Both) -> Both:
    """Say a number with its unit, if it has one."""
    text = number_text(number)
    english = unit.en.removesuffix("s") if number == 1 else unit.en
    return Both(f"{text} {unit.zh}".strip(), f"{text} {english}".strip())


def matched(old: Iterable[T], new: Iterable[T], key: Callable[[T], Hashable]) -> Matched[T]:
    """Lay two lists side by side; where a key stands several times, the first goes with the first."""
    a, b = _keyed(old, key), _keyed(new, key)
    before = tuple(name for name in a if name in b)
    after = tuple(name for name in b if name in a)
    return Matched(
        tuple((name, item) for name, item in a.items() if name not in b),
        tuple((name, item) for name, item in b.items() if name not in a),
        tuple((name, a[name], b[name]) for name in after),
        None if before == after else (before, after),
    )


def _keyed(items: Iterable[T], key: Callable[[T], Hashable]) -> dict[str, T]:
    out: dict[str, T] = {}
    for item in items:
        name = first = str(key(item))
        number = 1
        while name in out:
            number += 1
            name = f"{first}#{number}"
        out[name] = item
    return out


def order_words(label: Both, order: tuple[tuple[str, ...], tuple[str, ...]]) -> Both:
    """Say that things stand in another order."""
    old, new = order
    return Both(
        f"{label.zh}的次序改变：{'、'.join(old)} → {'、'.join(new)}",
        f"order of the {label.en} changed: {', '.join(old)} → {', '.join(new)}",
    )
