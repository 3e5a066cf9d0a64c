"""`xianjie why-not`: the smallest changes of facts under which a region would answer otherwise, with the clauses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xianjie.cli.edge import UNDECIDED, given_day, guarded, refuse, stdout_console, today, write_json
from xianjie.cli.options import (
    AsOfOption,
    JsonOption,
    LabelOption,
    Lang,
    LangOption,
    OverlayOption,
    ReadingsOption,
    SetOption,
    TimeoutOption,
    region_names,
    say,
)

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from xianjie.cases import Case
    from xianjie.policy.prepared import Policy

Data = Mapping[str, Any]

_HINTS = {
    "best": ("要看别的结论，用 --want。", " Name another by --want."),
    "not_decided": ("可用 --timeout 放宽。", " --timeout gives more."),
}


@guarded
def why_not(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="个案文件 / case file")],
    region: Annotated[
        str,
        typer.Option("--region", "-r", metavar="REGION", help="地区，拼音或中文 / region", autocompletion=region_names),
    ],
    want: Annotated[
        str | None,
        typer.Option(metavar="STATUS", help="想看的结论，不写则取能达到的最好的 / the answer looked for"),
    ] = None,
    key: Annotated[
        str,
        typer.Option(
            metavar="POINT",
            help="结论的哪一处：eligibility priority referral simplification service.… instrument.… / which point",
        ),
    ] = "eligibility",
    label: LabelOption = None,
    as_of: AsOfOption = None,
    reading: ReadingsOption = None,
    overlay: OverlayOption = None,
    set_: SetOption = None,
    timeout: TimeoutOption = 10,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """事实怎样不同，结论才会不同 / Find the smallest changes of facts under which a region would answer otherwise.

    只是推算文件会怎样规定，不是建议改动记录 / what the document would say, not advice on what to record.

    退出码：0 有结果，4 时间不够或超出范围，2 输入有误 / exit status: 0 an answer, 4 out of time or bounds, 2 bad input.
    """
    from xianjie.cli.ask import case_of
    from xianjie.cli.assess import check_readings, settings_of
    from xianjie.cli.installed import chosen, regions_of, titles_of
    from xianjie.cli.supposing import supposed_engine
    from xianjie.engine.assess import Engine
    from xianjie.plugins import discover
    from xianjie.proof.plain import why_not_data
    from xianjie.proof.why_not import why_not as changes_for

    regions = discover()
    name = chosen(regions, [region])[0]
    settings = settings_of(30, reading or [])
    engine = Engine(regions.load(regions_of([name])), regions.vocabulary)
    try:
        engine.documents.check([name])
        engine = supposed_engine(engine, regions, overlay or [], set_ or [], [name])
        check_readings(engine, settings)
        record = case_of(case, label, regions.vocabulary)
        day = given_day(as_of) or record.as_of or today().toordinal()
        engine.documents.check_supposed([name], day)
        policy = engine.documents.answering(name, day)
    finally:
        engine.close()
    found = changes_for(
        record, policy, day, _point(key, record), _status(want), settings.chosen(policy.region), timeout * 1000
    )
    data = {"case": record.label, **why_not_data(found, name)}
    if as_json:
        write_json(data)
    else:
        title = titles_of(regions, [name], lang.value)[name]
        _Screen(stdout_console(), policy, title, lang.value).show(data)
    if data["outcome"] in ("not_decided", "out_of_bounds"):
        raise typer.Exit(UNDECIDED)


def _status(text: str | None) -> str | None:
    """Read a status by its id or its Chinese term; InputError names the nearest."""
    from xianjie.errors import nearest
    from xianjie.vocabulary.terms import STATUSES

    by_term = {zh: status for status, (zh, _) in STATUSES.items()}
    if text is None or text in STATUSES:
        return text
    if text not in by_term:
        near = nearest(text, (*STATUSES, *by_term))
        refuse(
            "status-unknown",
            "没有这种结论" + (f"，是否为 {near}？" if near else ""),
            "there is no such status" + (f"; did you mean {near}?" if near else ""),
            "--want",
        )
    return by_term[text]


def _point(key: str, case: Case) -> str:
    """Let `referral` mean the referral in the case's direction."""
    from xianjie.proof.ask import DIRECTION, points_meant

    return points_meant(key, {}, case.facts.get(DIRECTION))[0] if key == "referral" else key


class _Screen:
    def __init__(self, console: Console, policy: Policy, title: str, lang: str) -> None:
        from xianjie.cli.typeset import WIDEST

        self.console, self.policy, self.title, self.lang = console, policy, title, lang
        self.width = min(console.width, WIDEST)

    def say(self, zh: str, en: str) -> str:
        return say(self.lang, zh, en)

    def print(self, what: object = "") -> None:
        self.console.print(what, width=self.width)

    def show(self, data: Data) -> None:
        from rich.text import Text

        from xianjie.cli.symbols import status_text
        from xianjie.cli.typeset import Heading, Prose
        from xianjie.engine.wording import NO_ADVICE, NO_CHANGE, ONLY_FIXED, point_name

        point = point_name(data["point"], [self.policy], self.lang)
        case = self.say(f"个案 {data['case']}", f"case {data['case']}") if data["case"] else ""
        day = self.say(f"判定日 {data['as_of']}", f"as of {data['as_of']}")
        self.print(Heading(" · ".join(part for part in (self.title, point, case, day) if part)))
        self.print()
        self.print(Text(self.say("现在  ", "now  "), "dim").append_text(status_text(data["status"], self.lang)))
        outcome = data["outcome"]
        if outcome != "found":
            if data["want"] is None:
                outcome = {"already": "best", "impossible": "no_better"}.get(outcome, outcome)
            self.print()
            self.print(Prose(self.say(*NO_CHANGE[outcome]) + self.say(*_HINTS.get(outcome, ("", "")))))
            return
        if data["only_fixed"]:
            self.print()
            self.print(Prose(self.say(*ONLY_FIXED), "bold"))
        for number, change in enumerate(data["changes"], 1):
            self.print()
            self.change(number, change)
        self.print()
        self.print(Prose(self.say(*NO_ADVICE), "dim"))

    def change(self, number: int, change: Data) -> None:
        from rich.text import Text

        from xianjie.cli.symbols import cited, status_text
        from xianjie.cli.typeset import hanging

        head = Text(self.say("若以下属实，则 ", "if this is recorded as so: ")).append_text(
            status_text(change["status"], self.lang)
        )
        source = cited(change, self.lang)
        if source.plain:
            head.append("  ").append_text(source)
        self.print(hanging(Text(f"{number}", "bold"), head, mark_width=3))
        for fact in change["facts"]:
            self.print(hanging("◦", self.fact(fact), 3))
        rule = next((rule for _, rule in self.policy.rules() if rule.id == change["rule"]), None)
        if rule is not None:
            self.print(hanging("", Text(self.say(rule.zh, rule.en), "dim"), 3))

    def fact(self, fact: Data) -> Text:
        from rich.text import Text

        from xianjie.engine.wording import shown_value

        zh = self.lang == "zh"
        body = Text(fact["zh" if zh else "en"]).append(self.say("：", ": "))
        body.append(fact["text"][self.lang], "bold")
        was = shown_value(fact["fact"], fact["was"], self.policy.vocabulary, self.lang)
        recorded = self.say(f"现记：{was}", f"recorded: {was}") if fact["was"] is not None else was
        body.append(self.say(f"（{recorded}）", f" ({recorded})"), "dim")
        if fact["fixed"]:
            body.append(self.say("  不能改变", "  cannot be changed"), "yellow")
        return body
