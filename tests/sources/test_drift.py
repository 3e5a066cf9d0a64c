"""The invented revision: every change is told, with the rules that hang on it; nothing drifts from itself."""

from __future__ import annotations

import json
import random

import pytest
from tests.engine.asking import small_policy
from tests.sources.documents import pdf, word
from tests.sources.invented import NEW, OLD, yunlu

from xianjie.policy.anchors import anchor
from xianjie.sources.as_json import drift_json
from xianjie.sources.drift import Drift, Entry, drift
from xianjie.sources.extract import extract

FOUND = drift(yunlu(), OLD, NEW)


def entry(found: Drift, words: str) -> Entry:
    """Find the entry of the sentence that holds some words, in the new text where it is there."""
    for one in found.entries:
        sentence = one.new or one.old
        if sentence is not None and words in sentence.text:
            return one
    raise AssertionError(words)


def rules(one: Entry) -> list[str]:
    return [rule.rule for rule in one.rules]


def test_a_document_does_not_drift_from_itself() -> None:
    found = drift(yunlu(), OLD, OLD)
    assert not found.drifted
    assert found.counts == {"unchanged": 28, "moved": 0, "changed": 0, "vanished": 0, "appeared": 0}
    assert found.touched() == {}
    alone = drift(yunlu(), None, OLD)
    assert not alone.drifted
    assert (alone.compared, alone.entries, alone.counts["same"], alone.counts["unanchored"]) == ("anchors", (), 10, 1)


def test_the_whole_of_the_revision_is_counted() -> None:
    assert FOUND.drifted
    assert FOUND.counts == {"unchanged": 6, "moved": 15, "changed": 5, "vanished": 2, "appeared": 3}
    assert FOUND.adrift == ()
    assert (FOUND.old_sentences, FOUND.new_sentences) == (28, 29)


def test_a_changed_number_is_told_as_a_number_with_its_rule() -> None:
    one = entry(FOUND, "每季度更新")
    assert (one.kind, one.old and one.old.clause, one.new and one.new.clause) == ("changed", "二(一)", "三(一)")
    (change,) = one.numbers
    assert change.old is not None
    assert change.new is not None
    assert (change.old_text, change.old.value, change.new_text, change.new.value) == ("每半年", "P6M", "每季度", "P3M")
    assert one.modals == ()
    assert rules(one) == ["county-resource-list"]
    assert one.topics == ("ledger.supply", "supply_interval", "ledger_keeper", "filing_platform")


def test_a_changed_force_is_told() -> None:
    one = entry(FOUND, "应当把困难家庭转介")
    ((old, new),) = one.modals
    assert old is not None
    assert new is not None
    assert ((old.word, old.force), (new.word, new.force)) == (("可以", "may"), ("应当", "must"))
    assert rules(one) == ["forward-referral"]


def test_a_changed_amount_is_told() -> None:
    one = entry(FOUND, "10万元")
    assert [(change.old_text, change.new_text) for change in one.numbers] == [("8万元", "10万元")]
    assert rules(one) == ["low-income-family"]


def test_numbers_written_otherwise_are_no_drift() -> None:
    assert entry(FOUND, "未满12个月").kind == "unchanged"
    assert entry(FOUND, "十五日内").kind == "moved"
    assert entry(FOUND, "不少于2次").kind == "moved"


def test_what_moved_is_told_with_both_clauses() -> None:
    one = entry(FOUND, "免费办公场所")
    assert (one.kind, one.old and one.old.clause, one.new and one.new.clause) == ("moved", "三(一)", "四(二)")
    assert rules(one) == ["free-premises"]


def test_what_vanished_and_what_appeared() -> None:
    vanished = {one.old.text: rules(one) for one in FOUND.of("vanished") if one.old}
    assert vanished == {"云民发〔2024〕8号": [], "转介情况由街道登记造册，留存三年备查。": ["referral-register"]}
    appeared = {one.new.text: one.new.clause for one in FOUND.of("appeared") if one.new}
    assert appeared == {
        "部门分工": "二",
        "市民政局统筹全市对接工作，县级民政部门负责本地实施。": "二",
        "慈善组织应当在10个工作日内书面答复街道。": "三(二)",
    }


def test_a_rule_without_an_anchor_hangs_by_its_clause() -> None:
    one = entry(FOUND, "市民政局每年通报表扬")
    assert [(rule.rule, rule.by) for rule in one.rules] == [("yearly-commendation", "clause")]
    assert entry(FOUND, "每季度更新").rules[0].by == "anchor"


def test_the_rules_touched_are_listed_with_what_happened() -> None:
    assert FOUND.touched() == {
        "low-income-family": ("changed",),
        "county-resource-list": ("changed",),
        "contents-of-the-list": ("moved",),
        "forward-referral": ("changed",),
        "simplified-for-referred": ("moved",),
        "county-consultations": ("moved",),
        "yearly-commendation": ("moved",),
        "free-premises": ("moved",),
        "referral-register": ("vanished",),
    }


def test_with_anchors_alone_the_same_rules_are_in_question() -> None:
    found = drift(yunlu(), None, NEW)
    assert found.drifted
    assert found.counts == {"same": 1, "numbers": 1, "moved": 4, "nearest": 3, "gone": 1, "unanchored": 1}
    assert set(found.touched()) == set(FOUND.touched()) - {"yearly-commendation"}
    assert found.touched()["referral-register"] == ("gone",)


def test_a_rule_that_the_old_text_does_not_hold_is_adrift_and_hangs_by_its_clause() -> None:
    other = OLD.replace("县级民政部门每半年更新", "县级民政部门每半年集中更新")
    found = drift(yunlu(), other, other.replace("集中更新", "分批更新"))
    assert found.adrift == ("county-resource-list",)
    assert ("county-resource-list", "clause") in [(rule.rule, rule.by) for rule in entry(found, "分批更新").rules]


def test_a_clause_that_the_policy_does_not_divide_belongs_to_the_one_above() -> None:
    body = """
        clauses:
          - path: 一
            treatment: rules
            rules:
              - {part: provision, id: whole, dimension: duties, force: must, zh: 总则。, en: e}
    """
    policy = small_policy(body)
    found = drift(
        policy, "一、总则\n（一）甲事。街道核实情况。\n1.乙。", "一、总则\n（一）甲事。街道及时核实情况。\n1.乙。"
    )
    (one,) = found.of("changed")
    assert rules(one) == ["whole"]


def test_the_format_of_the_copy_does_not_matter() -> None:
    lines = [line for line in OLD.splitlines() if line]
    wrapped = [line[at : at + 20] for line in lines for at in range(0, len(line), 20)]
    pages = [["云麓市文件", *wrapped[at : at + 12], f"— {at // 12 + 1} —"] for at in range(0, len(wrapped), 12)]
    html = (
        "<html><head><meta charset=gb2312></head><body>"
        + "".join(f"<p>{line}</p>" for line in lines)
        + "</body></html>"
    )
    for data, name in (
        (word(lines), "a.docx"),
        (pdf(pages), "a.pdf"),
        (html.encode("gb18030"), "a.html"),
        (OLD.encode("gb18030"), "a.txt"),
        (OLD.replace("（", "(").replace("）", ")").replace("，", ",").replace("8万", "８万").encode(), "a.txt"),
    ):
        text = extract(data, name).text
        assert drift(yunlu(), OLD, text).counts["unchanged"] == len(drift(yunlu(), OLD, text).entries), name
        assert not drift(yunlu(), None, text).drifted, name
        assert set(drift(yunlu(), text, NEW).touched()) == set(FOUND.touched()), name


def test_json_holds_all_of_it_but_what_is_as_it_was() -> None:
    made = json.loads(json.dumps(drift_json(FOUND, None), ensure_ascii=False))
    assert len(made["entries"]) == 25
    assert made["cases"] is None
    changed = next(one for one in made["entries"] if one["numbers"] and one["numbers"][0]["old"]["text"] == "每半年")
    assert changed["numbers"] == [
        {
            "old": {"text": "每半年", "kind": "period", "value": "P6M"},
            "new": {"text": "每季度", "kind": "period", "value": "P3M"},
        }
    ]
    assert {"text": "每季度", "differs": True} in changed["marked"]["new"]
    assert changed["new"]["anchor"] == anchor(changed["new"]["text"])
    assert made["touched"]["referral-register"] == ["vanished"]


@pytest.mark.parametrize("seed", range(6))
def test_one_small_change_anywhere_is_found_and_nothing_else(seed: int) -> None:
    draw = random.Random(seed)
    places = [
        place
        for place, char in enumerate(OLD)
        if "\u4e00" <= char <= "\u9fff" and char not in "一二三四五六七八九十年月日百千万两半每第附件条章云麓市民政局"
    ]
    place = draw.choice(places)
    found = drift(yunlu(), OLD, OLD[:place] + "某" + OLD[place + 1 :])
    assert found.drifted
    assert sum(found.counts[kind] for kind in ("changed", "vanished", "appeared", "moved")) in (1, 2)


def test_an_empty_side_is_told_and_not_an_error() -> None:
    found = drift(yunlu(), OLD, "只有一句话。")
    assert found.counts["vanished"] == 28
    assert found.counts["appeared"] == 1
