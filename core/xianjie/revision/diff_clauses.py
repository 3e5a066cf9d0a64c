"""Say what changed in a document's clauses, in the order of its rules, and in what it is silent on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xianjie.compare.bilingual import Both, listed, of_term, same
from xianjie.policy.completeness import topics_of
from xianjie.policy.model import AnyRule, Clause, Silence
from xianjie.revision.diff_change import About, Change
from xianjie.revision.diff_fields import CLAUSE, became, field_of, matched, order_words, plain_change
from xianjie.revision.diff_rules import force_words
from xianjie.revision.diff_sides import Pair, Side
from xianjie.vocabulary.terms import STATUSES
from xianjie.vocabulary.topics import TOPIC


def clause_changes(pair: Pair, renamed: Mapping[str, str]) -> Iterator[Change]:
    """Say which clauses came, went, or changed beside their rules; `renamed` maps old ids of rules to new ones."""
    renumbered = _renumbered(pair, renamed)
    found = matched(
        pair.old.file.clauses, pair.new.file.clauses, lambda clause: renumbered.get(clause.path, clause.path)
    )
    for name, clause in found.dropped:
        words = _content(clause)
        said = Both(f"删除条款{words.zh}", f"clause dropped{words.en}")
        yield _about(name, name, None).change("", said, kind="dropped", old=_dump(clause), old_words=words)
    for name, clause in found.added:
        words = _content(clause)
        said = Both(f"新增条款{words.zh}", f"clause added{words.en}")
        yield _about(name, None, name).change("", said, kind="added", new=_dump(clause), new_words=words)
    for name, before, after in found.both:
        about = _about(name, before.path, name)
        if before.path != name:
            words = became(Both("条款号", "number"), same(before.path), same(name))
            yield about.change("", words, kind="renamed", weight="minor", old=before.path, new=name)
        a, b = _dump(before), _dump(after)
        for field in dict.fromkeys((*b, *a)):
            if a.get(field) != b.get(field) and field != "path":
                yield plain_change(about, field, field_of(CLAUSE, field), a.get(field), b.get(field))
        order = matched(
            (renamed.get(rule.id, rule.id) for rule in before.rules), (rule.id for rule in after.rules), str
        )
        if order.order:
            yield about.change("order", order_words(Both("规则", "rules"), order.order), kind="moved")
    if found.order:
        about = About("clauses", "", Both("条款", "clauses"))
        yield about.change("order", order_words(Both("条款", "clauses"), found.order), kind="moved")


def _renumbered(pair: Pair, renamed: Mapping[str, str]) -> dict[str, str]:
    """Match clauses that vanished with clauses that appeared: same rules, nothing but the number differs, one fits."""
    old, new = ({clause.path: clause for clause in side.file.clauses} for side in pair)
    out: dict[str, str] = {}
    for path in old.keys() - new.keys():
        sign = _sign(old[path], renamed)
        gone = [other for other in old.keys() - new.keys() if _sign(old[other], renamed) == sign]
        come = [other for other in new.keys() - old.keys() if _sign(new[other], {}) == sign]
        if len(gone) == len(come) == 1:
            out[path] = come[0]
    return out


def _sign(clause: Clause, renamed: Mapping[str, str]) -> tuple[object, ...]:
    kept = {key: value for key, value in _dump(clause).items() if key != "path"}
    return str(kept), tuple(renamed.get(rule.id, rule.id) for rule in clause.rules)


def _about(name: str, old: str | None, new: str | None) -> About:
    return About("clauses", name, Both(f"条款 {name}", f"clause {name}"), old, new)


def _content(clause: Clause) -> Both:
    zh, en = clause.title or clause.zh or "", clause.title or clause.en or clause.zh or ""
    return Both(f"“{zh}”", f" “{en}”") if zh else Both("", "")


def _dump(clause: Clause) -> dict[str, object]:
    return clause.model_dump(mode="json", exclude={"rules"})


# -- silence -------------------------------------------------------------------------------------------------------


def silence_changes(pair: Pair) -> Iterator[Change]:
    """Say on which topics a silence became a rule, or a rule a silence, and whether silence means something else."""
    old, new = pair
    for topic in TOPIC:
        if topic in old.policy.silent and topic not in new.policy.silent:
            yield _ruled(new, topic, of_term(STATUSES, old.policy.silence), old.policy.silence)
        elif topic in new.policy.silent and topic not in old.policy.silent:
            yield _silenced(old, topic, of_term(STATUSES, new.policy.silence), new.policy.silence)
    shared = tuple(topic for topic in TOPIC if topic in old.policy.silent and topic in new.policy.silent)
    if shared and old.policy.silence != new.policy.silence:
        a, b = of_term(STATUSES, old.policy.silence), of_term(STATUSES, new.policy.silence)
        words = became(Both("沉默的含义", "what silence means"), a, b)
        whole = Both(f"{words.zh}（{len(shared)} 个议题）", f"{words.en} ({len(shared)} topics)")
        about = About("silence", "", Both("沉默", "silence"), topics=shared)
        yield about.change("kind", whole, old=old.policy.silence, new=new.policy.silence, old_words=a, new_words=b)
    yield from _entries(pair, frozenset(shared))


def _topic(topic: str, old: str | None, new: str | None) -> About:
    known = TOPIC[topic]
    subject = Both(f"议题“{known.zh}”", f"topic “{known.en}”")
    return About("silence", topic, subject, old, new, (topic,))


def _ruling(side: Side, topic: str) -> list[tuple[str, AnyRule]]:
    return [(clause, rule) for clause, rule in side.policy.rules() if topic in topics_of(rule, side.file)]


def _rules_words(ruling: list[tuple[str, AnyRule]]) -> Both:
    return listed(
        Both(f"{clause} 的规则 {rule.id}（{force.zh}）", f"rule {rule.id} of {clause} ({force.en})")
        for clause, rule in ruling
        for force in [force_words(rule)]
    )


def _ruled(new: Side, topic: str, silence: Both, word: str) -> Change:
    ruling = _ruling(new, topic)
    rules = _rules_words(ruling)
    words = Both(f"原“{silence.zh}”，现由 {rules.zh} 规定", f"was “{silence.en}”, now ruled by {rules.en}")
    about = _topic(topic, None, ruling[0][0] if ruling else None)
    ids = [rule.id for _, rule in ruling]
    return about.change("", words, kind="ruled", old=word, new=ids, old_words=silence, new_words=rules)


def _silenced(old: Side, topic: str, silence: Both, word: str) -> Change:
    ruling = _ruling(old, topic)
    rules = _rules_words(ruling)
    words = Both(f"原由 {rules.zh} 规定，现“{silence.zh}”", f"was ruled by {rules.en}, now “{silence.en}”")
    about = _topic(topic, ruling[0][0] if ruling else None, None)
    ids = [rule.id for _, rule in ruling]
    return about.change("", words, kind="silenced", old=ids, new=word, old_words=rules, new_words=silence)


def _entries(pair: Pair, shared: frozenset[str]) -> Iterator[Change]:
    """Say how the notes on the silences that stayed changed: their rows, their words, and how they are grouped."""
    old, new = (
        {topic: entry for entry in side.file.silent for topic in entry.topics if topic in shared} for side in pair
    )
    told: set[tuple[str, str]] = set()
    for topic in (topic for topic in TOPIC if topic in shared):
        a, b = _note(old[topic]), _note(new[topic])
        if a != b and (str(a), str(b)) not in told:
            told.add((str(a), str(b)))
            words = Both("未规定的说明或清单行号有改动", "the note or the rows of the silence changed")
            x, y = (same(" ".join((*entry.rows, entry.zh or ""))) for entry in (old[topic], new[topic]))
            yield _topic(topic, None, None).change(
                "note", words, weight="minor", old=a, new=b, old_words=x, new_words=y
            )
    grouped = [
        [kept for entry in side.file.silent for kept in [[topic for topic in entry.topics if topic in shared]] if kept]
        for side in pair
    ]
    if grouped[0] != grouped[1]:
        about = About("silence", "", Both("沉默", "silence"))
        words = Both("未规定的议题换了分组或次序", "the topics of silence are grouped or ordered otherwise")
        yield about.change("order", words, kind="moved", weight="minor", old=grouped[0], new=grouped[1])


def _note(entry: Silence) -> dict[str, list[str] | str | None]:
    return {"rows": list(entry.rows), "zh": entry.zh, "en": entry.en}
