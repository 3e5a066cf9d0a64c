"""Say what stands in an answer in words: facts and values, force, standing, parts of a condition, readings, duties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from xianjie.language.prose import period_text
from xianjie.policy.prepared import Policy, Readings
from xianjie.vocabulary import FactType, Vocabulary
from xianjie.vocabulary.terms import CHANGES, FORCES, QUALIFIERS, STANDINGS, STEPS, VALIDITIES, term
from xianjie.vocabulary.topics import TOPIC

Entry = Mapping[str, Any]

OPEN = ("undetermined", "ambiguous")
SILENT = ("not_stipulated", "not_reported")

ORDER = (
    "refused", "overdue", "not_met", "due_today", "due_soon", "ambiguous", "undetermined", "priority_match", "covered",
    "allowed", "fresh", "met", "available", "applies", "in_progress", "no_fixed_interval", "condition_not_met",
    "not_triggered", "not_matched", "not_available", "does_not_apply", "not_stipulated", "not_reported",
)  # fmt: skip
"""Statuses in the order in which a reader wants to see them."""

KINDS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("covered", "priority_match", "fresh", "met", "allowed", "applies", "available"), "good"),
        **dict.fromkeys(("overdue", "not_met", "refused"), "bad"),
        **dict.fromkeys(("due_soon", "due_today"), "care"),
        **dict.fromkeys(SILENT, "silent"),
        "undetermined": "open",
        "ambiguous": "ambiguous",
    }
)
"""What a status is to a reader, by which it has its sign and its colour; those that are not here are plain."""

ENTITLED = ("applies", *(status for status in ORDER if status != "applies"))
"""The same for services and incentives: what there is comes first."""

JOINTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "all": ("须全部成立", "all of"),
        "any": ("任一成立即可", "any of"),
        "not": ("须不成立", "not"),
    }
)
PARTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "trigger": ("适用情形", "situation"),
        "beneficiary": ("主体", "for whom"),
        "circumstance": ("条件", "circumstance"),
        "initiator": ("发起方", "initiator"),
    }
)
VALUES: Mapping[bool | None, tuple[str, str]] = MappingProxyType(
    {True: ("成立", "holds"), False: ("不成立", "does not hold"), None: ("不清楚", "unknown")}
)
OPTIONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "notify": ("告知民政部门或乡镇(街道)", "tell civil affairs or the township"),
        "assist_application": ("协助申请", "assist the application"),
    }
)
NO_CHANGE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "already": ("已经是这个结论，不用改变什么。", "It is answered so already."),
        "best": ("这已经是最好的结论。", "This is the best answer there is."),
        "no_better": (
            "证明：不论事实怎样，都不会有更好的结论。",
            "Proved: whatever the facts, there is no better answer.",
        ),
        "impossible": (
            "证明：不论事实怎样，都不会有这种结论。",
            "Proved: whatever the facts, it is not answered so.",
        ),
        "not_decided": ("时间不够，没有算出。", "Out of time."),
        "out_of_bounds": (
            "个案的记录超出了推算的范围（如金额、人口过大，日期过早），没有推算。",
            "The case's records lie out of the bounds of the proof (a sum or a household too large, a day too early).",
        ),
    }
)
"""What is said where no change of facts is found that would change an answer."""

ONLY_FIXED = (
    "没有可以改变的事实能使结论改变：以下各种，都要求已成事实的记录并非如此。",
    "No fact that anybody could change would change the answer: each of these is about a settled fact.",
)
NO_ADVICE = (
    "这是推算文件会怎样规定，不是建议改动记录：事实以查实的为准。每一种都由引擎复核过。",
    "This is what the document would say, and no advice on what to record. The engine confirmed each.",
)
"""What goes with changes of facts that would change an answer."""

SAYS_NOTHING = ("无附加条件", "no further condition")
"""Reasons that only say that nothing further is asked for."""

_EXTRA_TERMS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "duty.meetings": ("会议记录", "record of the meetings"),
        "target.additions": ("各年新增", "what each year added"),
    }
)
_SHORT_FORCES: Mapping[str, tuple[str, str]] = MappingProxyType({"must_bare": ("应当(无情态)", "must (bare)")})
_MOST_CHANGES = 4


def say(lang: str, zh: str, en: str) -> str:
    """Choose a sentence by language."""
    return zh if lang == "zh" else en


def listed(items: Sequence[str], lang: str) -> str:
    """Join items as a list."""
    return say(lang, "、", ", ").join(items)


def force_words(entry: Entry, lang: str, short: bool = False) -> str:
    """Say a rule's force, with what qualifies it."""
    force = entry.get("force")
    if not force:
        return ""
    words = term(_SHORT_FORCES, force, lang) if short and force in _SHORT_FORCES else term(FORCES, force, lang)
    qualifier = entry.get("qualifier")
    if short or not qualifier:
        return words
    return f"{words}{say(lang, '，', ', ')}{term(QUALIFIERS, qualifier, lang)}"


def standing_words(policy: Entry, lang: str) -> list[str]:
    """Say what a reader must know of a document before relying on it; nothing where it is issued and in force."""
    out = []
    if policy["standing"] != "issued":
        out.append(term(STANDINGS, policy["standing"], lang))
    if policy["validity"] != "in_force" and not (
        policy["standing"] == "draft" and policy["validity"] == "not_in_force"
    ):
        out.append(term(VALIDITIES, policy["validity"], lang))
    return out


def supposed_words(policy: Entry, lang: str) -> str:
    """Say that an answer holds only if a change is supposed, and which; empty where nothing is."""
    overlay = policy["overlay"]
    if overlay is None:
        return ""
    changes = _changes_named(overlay["changes"], lang)
    return say(lang, f"假设：{overlay['text']}（{changes}）", f"supposition: {overlay['text']} ({changes})")


def history_words(policy: Entry, lang: str) -> list[str]:
    """Say which documents changed the one that answers, and which one follows it."""
    out = []
    for amendment in policy["amendments"]:
        title = f"《{amendment['title']}》" + (f"{amendment['number']}" if amendment["number"] else "")
        start = amendment["start"] or say(lang, "日期不明", "no date")
        changes = _changes_named(amendment["changes"], lang)
        out.append(say(lang, f"经{title}修改（{start} 起）：{changes}", f"amended by {title} from {start}: {changes}"))
    following, until = policy["replaced_by"], policy["until"]
    if following and until:
        out.append(say(lang, f"至 {until}，其后由 {following} 接替", f"until {until}, then followed by {following}"))
    elif following:
        out.append(say(lang, f"由 {following} 接替", f"followed by {following}"))
    return out


def _changes_named(changes: Sequence[Entry], lang: str) -> str:
    words = [f"{term(CHANGES, one['kind'], lang)} {_topic(one, lang)}" for one in changes]
    if not words:
        return say(lang, "没有改动", "no changes")
    more = len(words) - _MOST_CHANGES
    shown = listed(words[:_MOST_CHANGES], lang)
    return shown + say(lang, f" 等 {len(words)} 处", f" and {more} more") if more > 0 else shown


def _topic(change: Entry, lang: str) -> str:
    if change["name"] in TOPIC and change["kind"].startswith("topic"):
        return say(lang, TOPIC[change["name"]].zh, TOPIC[change["name"]].en)
    return str(change["name"])


def fact_term(name: str, vocabulary: Vocabulary, lang: str) -> str:
    """Name a fact by its term."""
    if name in vocabulary:
        spec = vocabulary[name]
        return say(lang, spec.zh, spec.en)
    return term(_EXTRA_TERMS, name, lang)


def shown_value(name: str, value: object, vocabulary: Vocabulary, lang: str) -> str:
    """Say a fact's value as it stands in an answer."""
    if value is None:
        return say(lang, "未记录", "not recorded")
    if isinstance(value, bool):
        return say(lang, "是", "yes") if value else say(lang, "否", "no")
    if isinstance(value, list | tuple | set | frozenset):
        return say(lang, "、", ", ").join(str(item) for item in value) or say(lang, "无", "none")
    if value == "never":
        return say(lang, "从未发生", "never")
    spec = vocabulary.by_name.get(name)
    if spec is not None and spec.type is FactType.MONEY:
        return f"{value} {say(lang, '元', 'yuan')}"
    if spec is not None and isinstance(value, str) and value in spec.words:
        return spec.words[value][0 if lang == "zh" else 1]
    return str(value)


def word_of(name: str, key: str | None, vocabulary: Vocabulary, lang: str) -> str:
    """Say a word of an enum fact; empty where there is none."""
    if key is None:
        return ""
    pair = vocabulary[name].words.get(key) if name in vocabulary else None
    return key if pair is None else say(lang, *pair)


def parameter_text(name: str, value: object, policy: Policy, lang: str) -> tuple[str, str]:
    """Name a figure of a document, and say its value."""
    model = policy.file.parameters.get(name)
    unit = say(lang, " 元", " yuan") if model is not None and model.type == "money" else ""
    return (name if model is None else say(lang, model.zh, model.en)), f"{value}{unit}"


def part_name(part: str, lang: str) -> str:
    """Name a part of an explanation; a rule by its id."""
    if part.startswith("gate:"):
        return say(lang, "步骤“", "step “") + term(STEPS, part.removeprefix("gate:"), lang) + "”"
    return say(lang, *PARTS[part]) if part in PARTS else part


def only_unrecorded(text: str) -> bool:
    """Tell whether a reason says no more than that facts are missing."""
    return all("未记录" in part or "not recorded" in part for part in text.replace("; ", "；").split("；"))


def duty_name(entry: Entry, vocabulary: Vocabulary, lang: str) -> str:
    """Name a duty by its kind and level, or a target by its line."""
    if entry["kind"] == "target":
        number = say(lang, f"年度目标 {entry['item'] or '?'}", f"target {entry['item'] or '?'}")
        parts = [number, entry.get("name") or "", str(entry.get("year") or "")]
        return " · ".join(part for part in parts if part)
    ledger = entry["kind"] in vocabulary["ledger.kind"].words
    kind = word_of("ledger.kind" if ledger else "duty.kind", entry["kind"], vocabulary, lang)
    level = word_of("ledger.level" if ledger else "duty.level", entry["level"], vocabulary, lang)
    parts = [kind or say(lang, "类别未记录", "kind not recorded"), level, str(entry.get("year") or "")]
    return " · ".join(part for part in parts if part)


def once_referred(referral: Entry, lang: str) -> str:
    """Say that a simplified procedure waits for its referral; empty where nothing bars the referral, or simplifies."""
    simplified = referral["simplification"]
    barred = referral["status"] in ("refused", "not_triggered")
    if simplified is None or simplified["status"] != "available" or not barred:
        return ""
    return say(lang, "须先可以转介", "once the referral may go ahead")


def due_text(entry: Entry, lang: str) -> str:
    """Say when a duty is due, how far off that is, and how often it comes."""
    due, left, over = entry["next_due"], entry["days_left"], entry["days_overdue"]
    if over:
        when = say(lang, f"{due}，已逾期 {over} 天", f"{due}, {over} days overdue")
    elif left == 0:
        when = say(lang, f"{due}，就是今日", f"{due}, today")
    else:
        when = say(lang, f"{due}，还有 {left} 天", f"{due}, {left} days left")
    return f"{when}{say(lang, '（', ' (')}{period_text(entry['interval'], lang)}{say(lang, '）', ')')}"


def reading_name(policy: Policy, rule: str, reading: str, lang: str) -> str:
    """Name a reading by its options' words; the id itself where the policy does not know it."""
    sets = policy.file.readings
    wanted = reading.split("+")
    names = []
    for axis in axes_of(policy, rule) or tuple(sets):
        for option in sets[axis].options:
            if option.id in wanted:
                names.append(say(lang, option.zh, option.en))
                wanted.remove(option.id)
    return say(lang, "；", "; ").join(names) or reading


def axes_of(policy: Policy, rule: str) -> tuple[str, ...]:
    """List the sets of readings that a rule or a group depends on."""
    found = readings_of(policy, rule)
    return () if found is None else tuple(found.differ)


def readings_of(policy: Policy, rule: str) -> Readings | None:
    """Find the readings of a rule or a group, in the order of an answer; None where the policy has no such rule."""
    lines = (
        *policy.services, *policy.incentives, *policy.simplifications, *policy.referral_duties, *policy.ledgers,
        *(line.trigger for line in policy.referrals.values() if line.trigger),
    )  # fmt: skip
    found = [line.readings for line in lines if line.rule.id == rule]
    found += [group.readings for group in policy.groups if group.group.id == rule]
    found += [readings for counted, _, readings in policy.counts if counted.id == rule]
    return found[0] if found else None


def point_name(key: str, policies: Sequence[Policy], lang: str) -> str:
    """Name a point of an answer by the term of its topic, group or rule."""
    kind, _, name = key.partition(".")
    name, _, rule = name.partition("/")
    if key == "eligibility":
        return say(lang, "覆盖与优先对象", "coverage and priority")
    if kind == "group":
        groups = [group for policy in policies for group in policy.file.groups if group.id == name]
        return say(lang, f"类别：{groups[0].zh}", f"group: {groups[0].en}") if groups else name
    if kind in ("advice", "accompanying"):
        return say(lang, f"规则 {name}", f"rule {name}")
    if kind == "target":
        return say(lang, f"年度目标 {name}", f"yearly target {name}")
    topic = TOPIC.get(name if kind == "referral" else key.partition("/")[0])
    shown = key if topic is None else say(lang, topic.zh, topic.en)
    return f"{shown} · {rule}" if rule else shown


def once(grounds: Sequence[Entry]) -> Iterator[Entry]:
    """Pass each fact and figure on once: a condition may name the same one several times."""
    seen: set[str] = set()
    for ground in grounds:
        name = ground.get("fact") or ground.get("parameter")
        if name is None or name not in seen:
            yield ground
        if name is not None:
            seen.add(name)
