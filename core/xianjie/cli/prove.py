"""`xianjie prove`: which cases two policies answer differently, each with its smallest example, or proof of none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from xianjie.cli.edge import UNDECIDED, given_day, guarded, stdout_console, today, write_json
from xianjie.cli.options import AsOfOption, JsonOption, Lang, LangOption, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console
    from rich.text import Text

    from xianjie.policy.prepared import Policy
    from xianjie.vocabulary import Vocabulary

DIFFERENT = 1
"""Exit status where two policies answer some case differently."""

_FOUND = {
    "none": ("证明没有结论不同的个案", "proved: no case is answered differently"),
    "some": ("有结论不同的个案", "some cases are answered differently"),
    "not_decided": ("未能判定（超时）", "not decided (time ran out)"),
}
_ABSENT = ("没有这一项", "no such part")


@guarded
def prove(
    left: Annotated[str, typer.Argument(metavar="LEFT", help="地区、地区@文件、政策文件或修订文件 / region or file")],
    right: Annotated[str, typer.Argument(metavar="RIGHT", help="同上 / the same")],
    dimension: Annotated[
        list[str] | None,
        typer.Option(
            "--dimension",
            "-d",
            metavar="DIMENSION",
            help="维度，可重复：eligibility services duties referral incentives / dimension, repeatable",
        ),
    ] = None,
    complete: Annotated[
        bool, typer.Option("--complete", help="只看各项都有记录的个案 / only cases with every fact recorded")
    ] = False,
    by_rule: Annotated[
        bool,
        typer.Option("--by-rule", help="按类别、规则、力度、条款细分 / tell classes apart by group, rule and force"),
    ] = False,
    timeout: Annotated[
        int, typer.Option("--timeout", min=1, max=3600, metavar="SECONDS", help="每一问的时限 / time for one question")
    ] = 10,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """逐类找出两份政策结论不同的个案，或证明没有 / Find the cases that two policies answer differently, or prove none.

    退出码：0 证明相同，1 有不同，4 未能判定。
    """
    from xianjie.cli.installed import chosen_dimensions
    from xianjie.plugins import discover
    from xianjie.proof.report import ALL_DIMENSIONS, difference
    from xianjie.reference import resolve

    day = given_day(as_of) or today().toordinal()
    regions = discover()
    policies = [resolve(name, regions, day) for name in (left, right)]
    dimensions = chosen_dimensions(dimension, ALL_DIMENSIONS)
    report = difference(
        policies[0], policies[1], day, dimensions, complete=complete, by_rule=by_rule, timeout_ms=timeout * 1000
    )
    if as_json:
        write_json(report)
    else:
        titles = [
            _title(policy, name, lang.value, regions.regions)
            for policy, name in zip(policies, (left, right), strict=True)
        ]
        _Screen(stdout_console(), regions.vocabulary, policies, titles, lang.value).show(report)
    verdict = report["equality"]["complete" if complete else "with_unknown"]
    if verdict != "none":
        raise typer.Exit(DIFFERENT if verdict == "some" else UNDECIDED)


def _title(policy: Policy, name: str, lang: str, regions: Mapping[str, Any]) -> str:
    region = regions.get(policy.region)
    shown = policy.region if region is None else region.zh if lang == "zh" else region.en
    return shown if name in (policy.region, shown) else f"{shown} {policy.id}"


class _Screen:
    def __init__(
        self, console: Console, vocabulary: Vocabulary, policies: Sequence[Policy], titles: Sequence[str], lang: str
    ) -> None:
        from xianjie.cli.typeset import WIDEST

        self.console, self.vocabulary, self.policies, self.lang = console, vocabulary, policies, lang
        self.titles = list(titles) if titles[0] != titles[1] else [say(lang, "左", "left"), say(lang, "右", "right")]
        self.width = min(console.width, WIDEST)

    def print(self, what: object = "") -> None:
        self.console.print(what, width=self.width)

    def show(self, report: Mapping[str, Any]) -> None:
        from xianjie.cli.typeset import Heading, Prose
        from xianjie.engine.wording import point_name

        lang = self.lang
        self.print(Heading(say(lang, " 与 ", " and ").join(self.titles) + f"  {report['as_of']}"))
        equality = report["equality"]
        for key, name in (
            ("complete", say(lang, "各项都有记录的个案：", "complete cases: ")),
            ("with_unknown", say(lang, "含未记录事实的个案：", "cases with unknown facts: ")),
        ):
            self.print(Prose(name + say(lang, *_FOUND[equality[key]]), "" if equality[key] == "none" else "bold"))
        alike: list[str] = []
        for point in report["points"]:
            if any(cell["differ"] for cell in point["cells"]) or point["not_decided"]:
                self.point(point)
            else:
                alike.append(point_name(point["key"], self.policies, lang))
        if alike:
            self.print()
            self.print(Prose(say(lang, "结论处处相同：", "the same everywhere: ") + "、".join(alike), "dim"))
        self.print()
        self.bounds(report["scope"])

    def point(self, point: Mapping[str, Any]) -> None:
        from xianjie.cli.typeset import Heading, indented
        from xianjie.engine.wording import point_name

        lang = self.lang
        self.print()
        self.print(Heading(point_name(point["key"], self.policies, lang)))
        apart = [cell for cell in point["cells"] if cell["differ"] or cell["found"] == "not_decided"]
        for number, cell in enumerate(apart, 1):
            self.cell(number, cell)
        same = sum(not cell["differ"] for cell in point["cells"])
        notes = [
            (say(lang, f"结论相同而有例案的组合 {same} 种", f"{same} pairs of equal answers have a case"), same),
            (
                say(lang, f"另有 {point['proved_empty']} 种组合，证明没有个案", f"{point['proved_empty']} pairs: none"),
                point["proved_empty"],
            ),
        ]
        told = [text for text, count in notes if count]
        if told:
            self.print(indented(say(lang, "；", "; ").join(told), 3, "dim"))

    def cell(self, number: int, cell: Mapping[str, Any]) -> None:
        from rich.text import Text

        from xianjie.cli.typeset import hanging

        lang = self.lang
        head = Text()
        for side, title in (("left", self.titles[0]), ("right", self.titles[1])):
            head.append(" " if side == "left" else say(lang, "  ／  ", "  /  "), "dim")
            head.append(f"{title} ").append_text(self.status(cell[side]))
        self.print(hanging(Text(f"{number}", "bold"), head, mark_width=2))
        if cell["found"] == "not_decided":
            self.print(hanging("", say(lang, "未能判定：时间不够", "not decided: time ran out"), mark_width=3))
            return
        witness = cell.get("witness")
        if witness is None:
            return
        label = say(lang, "例案", "case")
        self.print(hanging(Text(label, "dim"), self.case(witness["case"]), indent=3, mark_width=8))
        for title, ground in zip(self.titles, witness["clauses"], strict=True):
            self.print(hanging(Text(title[:6], "dim"), self.ground(ground), indent=3, mark_width=8))

    def status(self, side: Mapping[str, str]) -> Text:
        from rich.text import Text

        from xianjie.cli.symbols import status_text
        from xianjie.engine.wording import force_words
        from xianjie.language.calendar import parse_period
        from xianjie.language.prose import period_text

        if side["status"] in ("absent", "none"):
            return Text(f"- {say(self.lang, *_ABSENT)}", "dim")
        text = status_text(side["status"], self.lang)
        more = [side[name] for name in ("group", "rule", "missing_step") if name in side]
        if "period" in side:
            period = side["period"]
            more.append(period_text(period, self.lang) if parse_period(period) else period)
        if "force" in side:
            more.append(force_words(side, self.lang, short=True))
        return text.append(f"（{' '.join(more)}）" if more else "", "dim")

    def case(self, case: Mapping[str, Any]) -> str:
        from xianjie.proof.phrases import case_text

        return case_text(case, self.vocabulary, self.lang)

    def ground(self, ground: Mapping[str, Any]) -> Text:
        from rich.text import Text

        from xianjie.engine.wording import force_words

        text = Text(ground["clause"] or say(self.lang, "没有条款", "no clause"), "bold")
        words = force_words(ground, self.lang, short=True)
        text.append(f"（{words}）" if words else " ", "dim")
        return text.append(ground["text"] or "", "not bold")

    def bounds(self, scope: Mapping[str, Any]) -> None:
        from xianjie.cli.typeset import Prose
        from xianjie.engine.wording import fact_term

        lang = self.lang
        named = [
            f"{fact_term(name, self.vocabulary, lang)} {least}—{most}"
            for name, (least, most) in scope["bounds"].items()
        ]
        limits = say(lang, "；", "; ").join(named) or say(lang, "不涉及数量和日期", "no amounts or dates")
        text = say(
            lang,
            f"以上就该判定日、所选维度而言，事实的取值范围：{limits}。转介不含已记录的步骤；职责逐类穷举。"
            "每个例案都已由引擎复核。",
            f"This holds at that date, in the dimensions chosen, for facts within: {limits}. Referrals are without "
            "recorded steps; duties by going through every class. Each case was put to the engine.",
        )
        self.print(Prose(text, "dim"))
