"""The impact paper: what a revision changes, whom it moves and by which clause, witnesses, and who approved it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from xianjie.papers.document import Block, Cell, Heading, Paper, Paragraph, Run, Table, Text, Turn, cell, row
from xianjie.papers.filling import fill
from xianjie.papers.impact_drift import drift_blocks
from xianjie.papers.phrasing import Voice, remark, standing_lines
from xianjie.policy.prepared import Policy
from xianjie.revision.approvals import Approval, Judged
from xianjie.revision.diff import OTHER_REGION, diff, totals_words
from xianjie.revision.diff_change import SECTIONS, Change, Diff
from xianjie.revision.diff_text import cells, kind_words
from xianjie.revision.impact import Counted, Impact
from xianjie.revision.impact_classes import (
    CHANGE_MEANINGS,
    CHANGE_SIGNS,
    CHANGE_TERMS,
    CHANGES,
    PART_TERMS,
    change_told,
)
from xianjie.revision.impact_classes import Change as Kind
from xianjie.revision.impact_entries import Row
from xianjie.revision.impact_words import Words
from xianjie.sources.drift import Drift
from xianjie.vocabulary.terms import term

MOST_WITNESSES = 60
"""How many changes of single cases are listed."""


def impact_paper(
    found: Impact,
    judged: Judged,
    notes: Sequence[str] = (),
    lang: str = "zh",
    home: Path | None = None,
    changes: Diff | None = None,
    drift: Drift | None = None,
) -> bytes:
    """Write the impact of a revision as a Word document; the same input gives the same bytes.

    `notes` say where the cases came from and the like. `changes` is the structural diff, worked out here where it is
    None; `drift`, where given, how the text itself drifts. The single cases are those that the impact lists. `home` is
    where an office keeps its own templates. InputError where the office's template is at fault.
    """
    told = diff(found.old, found.new, found.as_of) if changes is None else changes
    return fill(_Impact(found, judged, notes, told, drift, Voice(lang)).paper(), home)


class _Impact:
    def __init__(
        self, found: Impact, judged: Judged, notes: Sequence[str], changes: Diff, drift: Drift | None, voice: Voice
    ) -> None:
        self.found, self.judged, self.notes, self.changes, self.drift = found, judged, notes, changes, drift
        self.voice, self.say = voice, voice.say
        self.words = Words(found, voice.lang)

    def paper(self) -> Paper:
        """Put the paper together."""
        title = self.found.new.file.document.title
        return Paper(
            "impact",
            self.voice.lang,
            self.say("政策修订影响报告", "Impact of a Policy Revision"),
            f"《{title}》",
            tuple(self._standing()),
            self.say(f"政策修订影响报告 · {self._dates()}", f"Impact of a policy revision · {self._dates()}"),
            tuple(self._blocks()),
        )

    def _dates(self) -> str:
        return self.voice.dated(self.words.dates())

    def _standing(self) -> Iterator[str]:
        yield self.say(
            "本报告按修订前后两份文件的结构化内容计算，供研究和审批参考，不是批准文件。",
            "This report is a calculation by the two documents as they are encoded, for study and approval; it "
            "approves nothing.",
        )
        day = self.found.as_of
        documents = []
        for label, policy in (
            (self.say("修订前", "before"), self.found.old),
            (self.say("修订后", "after"), self.found.new),
        ):
            document = policy.file.document
            validity = document.validity if day is None else policy.validity_at(day)
            documents.append((label, document.standing, validity, document.text, bool(policy.supposed)))
        yield from standing_lines(self.voice, documents)
        if self.judged.unapproved:
            number = self.judged.unapproved
            yield self.say(f"有 {number} 种变化没有批准。", f"{number} kinds of change are not approved.")

    def _blocks(self) -> Iterator[Block]:
        yield from self._summary()
        yield from self._changes()
        yield from self._moved()
        yield from self._witnesses()
        if self.drift is not None:
            yield Heading(1, self.say("原文的变动", "Drift of the text"))
            yield from drift_blocks(self.drift, self.voice)
        yield from self._approvals()
        yield from self._notes()

    # ------------------------------------------------------------------------------------------------------------

    def _summary(self) -> Iterator[Block]:
        say, found, kinds = self.say, self.found, len(self.judged.rows)
        yield Heading(1, say("概要", "Summary"))
        if not kinds:
            told = say(
                f"核对 {found.cases} 个个案，结论都没有变化。", f"{found.cases} cases were put: nothing changes."
            )
        else:
            left = self.judged.unapproved
            told = say(
                f"核对 {found.cases} 个个案，其中 {found.changed} 个有变化，共 {kinds} 种变化；",
                f"{found.changed} of {found.cases} cases change, in {kinds} ways; ",
            )
            told += (
                say(f"{left} 种没有批准。", f"{left} are not approved.") if left else say("都已批准。", "all approved.")
            )
        yield Paragraph(told)
        yield Paragraph(totals_words(self.changes).said(self.voice.lang))
        rows = [
            row(say("修订前", "before"), self._document(found.old)),
            row(say("修订后", "after"), self._document(found.new)),
            row(say("判定日期", "date"), self._dates()),
            row(say("个案", "cases"), f"{found.cases:,}"),
            row(say("有变化的个案", "changed"), f"{found.changed:,}"),
        ]
        yield Table((4, 16), (say("项目", "entry"), say("内容", "text")), tuple(rows))

    def _document(self, policy: Policy) -> str:
        return self.words.document(policy)

    def _changes(self) -> Iterator[Block]:
        """List the structural changes, section by section."""
        yield Heading(1, self.say("改了什么", "What changed"))
        if not self.changes.same_region:
            yield Paragraph(OTHER_REGION.said(self.voice.lang))
        if not self.changes.changes:
            yield Paragraph(self.say("两份文件的结构化内容没有差异。", "As encoded, the two documents do not differ."))
        heads = (
            self.say("条款", "clause"),
            self.say("改动", "change"),
            self.say("修订前", "before"),
            self.say("修订后", "after"),
        )
        for section, changes in groupby(self.changes.changes, key=lambda one: one.section):
            yield Heading(2, SECTIONS[section].said(self.voice.lang))
            yield Table((4, 10, 8, 8), heads, tuple(map(self._change, changes)))

    def _change(self, change: Change) -> tuple[Cell, ...]:
        lang = self.voice.lang
        clause, about, _, told, *written = cells(change, lang)
        old = change.old_words.said(lang) or written[0]
        new = change.new_words.said(lang) or written[1]
        kind = (Run(kind_words(change, lang), bold=change.weight == "major"), self.say("　", "  "), about)
        lines: list[Text] = [kind, *(self.voice.dated(line) for line in told.split("\n"))]
        return (
            cell(clause or "—"),
            cell(*lines),
            cell(*(self.voice.dated(old) or "—").split("\n")),
            cell(*(self.voice.dated(new) or "—").split("\n")),
        )

    # ------------------------------------------------------------------------------------------------------------

    def _moved(self) -> Iterator[Block]:
        say, lang = self.say, self.voice.lang
        wide = bool(self.judged.rows)
        if wide:
            yield Turn(True)
        yield Heading(1, say("影响了谁", "Whom it moves"))
        if not self.found.totals:
            yield Paragraph(say("所核对的个案没有相关记录。", "The cases hold no record that it bears on."))
        else:
            heads = (say("部分", "part"), say("条目", "entries"), *(self._kind(kind) for kind in CHANGES))
            rows = [
                (
                    cell(term(PART_TERMS, total.part, lang)),
                    *(
                        cell(f"{one:,}", right=True)
                        for one in (total.entries, *(total.counts[kind] for kind in CHANGES))
                    ),
                )
                for total in self.found.totals
            ]
            yield Table((4, 3, *([3] * len(CHANGES))), heads, tuple(rows))
        for part, found in groupby(self.judged.rows, key=lambda pair: pair[0].row.part):
            yield Heading(2, term(PART_TERMS, part, lang))
            heads = (
                say("变化", "change"),
                say("名称", "name"),
                say("修订前", "before"),
                say("修订后", "after"),
                say("条款、规则", "clause, rule"),
                say("案数", "cases"),
                say("例", "such as"),
                say("批准", "approval"),
            )
            rows = [self._row(counted, approval) for counted, approval in found]
            yield Table((4, 7, 6, 6, 7, 3, 6, 6), heads, tuple(rows))
        if wide:
            yield Turn(False)

    def _kind(self, kind: Kind) -> str:
        return f"{CHANGE_SIGNS[kind]} {term(CHANGE_TERMS, kind, self.voice.lang)}"

    def _row_kind(self, one: Row) -> str:
        return f"{CHANGE_SIGNS[one.change]} {change_told(one.change, one.part, self.voice.lang, one.after.status)}"

    def _row(self, counted: Counted, approval: Approval | None) -> tuple[Cell, ...]:
        one = counted.row
        before, after = self.words.sides(one)
        approved = "✗ " + self.say("未批准", "not approved") if approval is None else f"✓ {approval.document}"
        return (
            cell((Run(self._row_kind(one), bold=True),)),
            cell(self.words.name(one)),
            cell(self.voice.dated(before)),
            cell(self.voice.dated(after)),
            cell(
                self.voice.clause(one.clause or "") or self.say("无条款", "no clause"),
                (Run(one.rule or "", soft=True),),
            ),
            cell(f"{counted.cases:,}", right=True),
            cell(self.words.examples(counted.examples)),
            cell(approved),
        )

    def _witnesses(self) -> Iterator[Block]:
        """Give one case for each kind of change, in the order in which the changes were told."""
        say, lang = self.say, self.voice.lang
        first: dict[object, str] = {}
        for label, one in self.found.listed:
            first.setdefault(one, label)
        shown = [(first[counted.row], counted.row) for counted, _ in self.judged.rows if counted.row in first]
        if not shown:
            return
        yield Heading(1, say("例证个案", "Witness cases"))
        yield Paragraph(
            say("每种变化举一个个案为证，个案只有编号。", "One case for each kind of change, by its label alone.")
        )
        rows = []
        for label, one in shown[:MOST_WITNESSES]:
            before, after = self.words.sides(one)
            rows.append(
                (
                    cell(label),
                    cell((Run(self._row_kind(one), bold=True),)),
                    cell(f"{term(PART_TERMS, one.part, lang)} · {self.words.name(one)}"),
                    cell(self.voice.dated(f"{before} → {after}")),
                    cell(one.clause or "—"),
                )
            )
        heads = (
            say("个案", "case"),
            say("变化", "change"),
            say("名称", "name"),
            say("修订前 → 修订后", "before → after"),
        )
        yield Table((4, 4, 8, 10, 4), (*heads, say("条款", "clause")), tuple(rows))
        rest = len(shown) - MOST_WITNESSES
        if rest > 0:
            yield Paragraph(say(f"另有 {rest} 种变化未举例。", f"{rest} more kinds have no witness here."), "note")

    def _approvals(self) -> Iterator[Block]:
        say = self.say
        yield Heading(1, say("批准情况", "Approvals"))
        if not self.judged.rows:
            yield Paragraph(say("没有需要批准的变化。", "Nothing changes that would need approval."))
            return
        granted: dict[tuple[str, str, str, str], list[str]] = {}
        for counted, approval in self.judged.rows:
            if approval is not None:
                until = self.voice.day(approval.until) if approval.until else "—"
                about = f"{self._row_kind(counted.row)} {counted.row.clause or ''} {counted.row.rule or ''}".strip()
                granted.setdefault((approval.document, approval.who, approval.why, until), []).append(about)
        kinds, left = len(self.judged.rows), self.judged.unapproved
        yield Paragraph(
            say(
                f"{kinds} 种变化中，{kinds - left} 种已批准，{left} 种未批准。",
                f"Of {kinds} kinds of change {kinds - left} are approved, {left} are not.",
            )
        )
        if granted:
            rows = [
                (*map(cell, key), cell(*dict.fromkeys(about)), cell(str(len(about)), right=True))
                for key, about in granted.items()
            ]
            heads = (say("文号", "document"), say("批准人", "approved by"), say("理由", "why"), say("有效至", "until"))
            yield Table(
                (5, 4, 6, 4, 9, 3),
                (*heads, say("所批准的变化", "what was approved"), say("种数", "kinds")),
                tuple(rows),
            )
        for problem in self.judged.warnings:
            where = f"{Path(problem.place.file or '').name}:{problem.place.line}" if problem.place.file else ""
            yield Paragraph(say(problem.zh, problem.en) + self.voice.bracketed(where), "note")

    def _notes(self) -> Iterator[Block]:
        say, voice = self.say, self.voice
        yield Heading(1, say("说明", "Notes"))
        for text in self.notes:
            yield Paragraph(text, "note")
        heads = (
            say("文件", "document"),
            say("编号与版本", "id and version"),
            say("内容指纹（SHA-256）", "fingerprint"),
        )
        rows = [
            row(label, "\n".join([policy.id, policy.file.version, *(one.id for one in policy.overlays)]), policy.sha256)
            for label, policy in (
                (say("修订前", "before"), self.found.old),
                (say("修订后", "after"), self.found.new),
            )
        ]
        yield Table((4, 6, 12), heads, tuple(rows))
        shown = {counted.row.change for counted, _ in self.judged.rows}
        for kind in CHANGES:
            if kind in shown or kind == "unchanged":
                yield remark(self._kind(kind), term(CHANGE_MEANINGS, kind, voice.lang), voice)
        yield Paragraph(voice.made_by(), "note")
