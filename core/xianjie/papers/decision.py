"""The decision paper: what was known of a case, and what each region's document makes of it, with the reasons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from xianjie.cases import Case
from xianjie.engine.later import later_words
from xianjie.engine.overview import missing_facts
from xianjie.engine.wording import ORDER, SILENT, fact_term
from xianjie.papers.decision_facts import facts_table
from xianjie.papers.decision_region import MEANS, region_blocks
from xianjie.papers.decision_telling import Telling
from xianjie.papers.document import Block, Heading, Paper, Paragraph, Run, Table, Text, cell, row
from xianjie.papers.filling import fill
from xianjie.papers.phrasing import Entry, Voice, remark, standing_lines
from xianjie.policy.prepared import Policy
from xianjie.vocabulary.terms import DIMENSIONS, OPEN_LIST_NOTE, STATUSES, term


def decision_paper(
    answer: Mapping[str, Any],
    case: Case,
    policies: Mapping[str, Policy],
    names: Mapping[str, str],
    lang: str = "zh",
    home: Path | None = None,
    remarks: Sequence[str] = (),
) -> bytes:
    """Write the answer to a case as a Word document; the same input gives the same bytes.

    `answer` is the contract's, as JSON-shaped data in the same language; `policies` gives its documents by their
    fingerprints and `names` the regions' names by the references asked. `home` is where an office keeps its own
    templates; `remarks` are further lines for the notes, such as who settled a reading. InputError where the office's
    template is at fault.
    """
    return fill(_Decision(answer, case, policies, names, Voice(lang), remarks).paper(), home)


class _Decision:
    def __init__(
        self,
        answer: Entry,
        case: Case,
        policies: Mapping[str, Policy],
        names: Mapping[str, str],
        voice: Voice,
        remarks: Sequence[str],
    ) -> None:
        self.answer, self.case, self.policies, self.remarks = answer, case, policies, remarks
        self.voice, self.say = voice, voice.say
        self.names = {reference: names.get(reference, reference) for reference in answer["regions"]}
        self.vocabulary = next(iter(policies.values())).vocabulary
        self.day = dt.date.fromisoformat(answer["as_of"]).toordinal()

    def paper(self) -> Paper:
        """Put the paper together."""
        say, day = self.say, self.voice.day(self.answer["as_of"])
        label = self.answer["case"]
        head = say(f"判定日期：{day}", f"as of {day}")
        if label:
            head = say(f"个案编号：{label}　{head}", f"case {label}, {head}")
        number = self.answer["decision_id"]
        return Paper(
            "decision",
            self.voice.lang,
            say("个案核对结果", "Answers to a Case"),
            head,
            tuple(self._standing()),
            say(f"决定编号 {number}", f"decision {number}"),
            tuple(self._blocks()),
            {
                "clerk": say("经办人：", "worked on by:"),
                "reviewer": say("审核人：", "looked over by:"),
                "day": say("日期：", "day:"),
            },
        )

    def _standing(self) -> Iterator[str]:
        yield self.say(
            "本文件是按所列文件计算的核对结果，不是行政决定；是否给予救助或帮扶，由有权机关依法决定。",
            "This is a calculation by the documents named, and no administrative decision: whether aid or help is "
            "given is for those to decide who have authority.",
        )
        documents = []
        for reference, region in self.answer["regions"].items():
            policy = region["policy"]
            supposed = policy["overlay"] is not None
            documents.append((self.names[reference], policy["standing"], policy["validity"], policy["text"], supposed))
        yield from standing_lines(self.voice, documents)

    def _blocks(self) -> Iterator[Block]:
        say = self.say
        yield Heading(1, say("结论概览", "Answers at a glance"))
        yield self._overview()
        later = later_words(self.case, self.day, self.vocabulary, self.voice.lang)
        if later:
            yield Paragraph((Run(say("注意：", "note: "), bold=True), self.voice.dated(later)), "point")
        yield Paragraph(say(*OPEN_LIST_NOTE), "note")
        yield Heading(1, say("核对所依据的情况", "What was known"))
        yield Paragraph(
            say(
                "以下情况为核对时已知的，灰字是由谁、何时、依据什么，没有灰字的没有记录来源。没有填写的一律作“不清楚”，"
                "不当作“否”。",
                "This is what was known; in grey, who said so, when and on what, where that is recorded. "
                "What was not recorded is “not known”, and never taken for a no.",
            ),
            "note",
        )
        yield facts_table(self.case, self.answer, self.vocabulary, self.voice)
        yield Heading(1, say("各地核对结果", "Region by region"))
        for reference, region in self.answer["regions"].items():
            policy = self.policies[region["policy"]["sha256"]]
            yield from region_blocks(
                Telling(policy, self.names[reference], region, self.answer["provenance"], self.voice)
            )
        yield from self._unknown()
        yield from self._notes()

    def _overview(self) -> Table:
        asked = [key for key in DIMENSIONS if any(one.get(key) is not None for one in self.answer["regions"].values())]
        rows = []
        for reference, region in self.answer["regions"].items():
            marks = self.voice.standing(region["policy"]["standing"], region["policy"]["validity"])
            name: list[Text] = [(Run(self.names[reference], bold=True),)]
            if (region["policy"]["standing"], region["policy"]["validity"]) != ("issued", "in_force"):
                name.append((Run(marks, soft=True),))
            if region["policy"]["overlay"] is not None:
                name.append((Run(self.say("假设", "supposed"), soft=True),))
            rows.append((cell(*name), *(cell(*self._summed(region.get(key), key)) for key in asked)))
        heads = (self.say("地区", "region"), *(term(DIMENSIONS, key, self.voice.lang) for key in asked))
        widths = (3, *(5 if key in ("services", "incentives") else 4 for key in asked))
        return Table(widths, heads, tuple(rows))

    def _summed(self, part: Any, key: str) -> Iterator[Text]:
        """Sum a part up: its status, or the statuses of its entries with their numbers, what matters most first."""
        if part is None:
            yield self.say("没有记录", "no record")
            return
        if key in ("eligibility", "referral"):
            yield (Run(self.voice.status(part["status"]), bold=True),)
            if key == "eligibility" and part["priority"] not in (part["status"], "not_matched", *SILENT):
                yield self.say("优先：", "priority: ") + self.voice.word(part["priority"])
            if part["flagged"]:
                yield (Run(self.say("另有读法结论不同", "another reading says otherwise"), soft=True),)
            return
        counts: dict[str, int] = {}
        for one in part:
            counts[one["status"]] = counts.get(one["status"], 0) + 1
        for status in sorted(counts, key=ORDER.index):
            count = f" {counts[status]}" if len(part) > 1 else ""
            yield (Run(self.voice.status(status) + count, bold=status not in (*SILENT, "does_not_apply")),)

    def _unknown(self) -> Iterator[Block]:
        found = missing_facts(self.answer)
        if not found:
            return
        yield Heading(1, self.say("尚不清楚、补充后可能改变结论的情况", "What is not known and could change an answer"))
        order = {name: number for number, name in enumerate(self.vocabulary.names)}
        wanting: dict[str, list[str]] = {}
        for name in sorted(found, key=lambda name: (-len(found[name]), order.get(name, len(order)))):
            regions = self.voice.listed(self.names[one] for one in found[name])
            wanting.setdefault(regions, []).append(fact_term(name, self.vocabulary, self.voice.lang))
        rows = [row(self.voice.listed(facts), regions) for regions, facts in wanting.items()]
        yield Table((17, 5), (self.say("情况", "fact"), self.say("哪些地区要用", "wanted by")), tuple(rows))

    def _notes(self) -> Iterator[Block]:
        say, voice, answer = self.say, self.voice, self.answer
        yield Heading(1, say("说明", "Notes"))
        yield remark(say("决定编号", "decision id"), answer["decision_id"], voice)
        yield remark(say("判定日期", "as of"), voice.day(answer["as_of"]), voice)
        settings = answer["settings"]
        if any(region.get("duties") for region in answer["regions"].values()):
            days = settings["due_soon_days"]
            yield remark(say("“即将到期”", "“due soon”"), say(f"到期前 {days} 天起", f"{days} days ahead"), voice)
        if settings["readings"]:
            chosen = voice.listed(f"{axis} = {option}" for axis, option in settings["readings"].items())
            yield remark(say("本单位采用的读法", "readings chosen"), chosen, voice)
        heads = (
            say("地区", "region"),
            say("文件编号与版本", "id and version"),
            say("内容指纹（SHA-256）", "fingerprint"),
        )
        rows = []
        for reference, region in answer["regions"].items():
            policy = region["policy"]
            about = f"{policy['id']}\n{policy['version']}"
            if policy["overlay"] is not None:
                about += f"\n{say('假设 ', 'supposed ')}{policy['overlay']['id']}"
            rows.append(row(self.names[reference], about, policy["sha256"]))
        yield Table((4, 6, 12), heads, tuple(rows))
        used = self._statuses()
        means = [
            f"“{term(STATUSES, one, voice.lang)}”{say('：', ': ')}{say(*MEANS[one])}" for one in MEANS if one in used
        ]
        if means:
            yield Paragraph(say("", " ").join(means), "note")
        if used & set(SILENT):
            yield Paragraph(
                say(
                    "没有写到的事是否可以，须问有权机关。",
                    "Whether what is not written is allowed, ask those who have authority.",
                ),
                "note",
            )
        for text in (*self.remarks, voice.made_by()):
            yield Paragraph(text, "note")

    def _statuses(self) -> set[str]:
        found: set[str] = set()
        for region in self.answer["regions"].values():
            eligibility = region["eligibility"]
            found |= {eligibility["status"], eligibility["coverage"], eligibility["priority"]}
            for key in ("services", "duties", "incentives"):
                found |= {one["status"] for one in region.get(key) or ()}
            if region.get("referral"):
                found.add(region["referral"]["status"])
        return found
