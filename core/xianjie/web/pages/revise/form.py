"""`/revise/edit`: the numbers, conditions, forces and days of one document, to be changed in a checked form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from xianjie.errors import InputError, PolicyError, Problem
from xianjie.language.parse import parse_condition
from xianjie.language.prose import condition_text, period_text
from xianjie.language.text import ExpressionError
from xianjie.policy.conditions import PARTS, Conditions, particulars
from xianjie.policy.model import AnyRule, Clause
from xianjie.policy.overlay import overlaid, parse_overlay
from xianjie.policy.prepared import Policy
from xianjie.revision.diff_sides import side_of
from xianjie.revision.editable import Slot
from xianjie.revision.edits import Draft, Edited, draft_of, drafted, edited
from xianjie.revision.typed import Fault
from xianjie.service.problems import parameter, refuse
from xianjie.service.state import service_of
from xianjie.service.working import in_thread
from xianjie.web.door.posted import AGAIN, MB, Posted, posted_form
from xianjie.web.jobs import Job
from xianjie.web.pages.downloads import download
from xianjie.web.pages.revise.subject import Choice, choice_of, described
from xianjie.web.pages.working import job_of
from xianjie.web.showing.rendering import page, workbench_of
from xianjie.web.showing.viewer import viewer_of

LARGEST = 12 * MB
"""Bytes of the form, the cases that come with it among them."""
SAMPLES = (500, 2000, 10000)
BESIDE = ("as_of", "generate", "cases", "approvals")
"""Fields that are no part of the draft: how it is to be tried."""


@dataclass(slots=True)
class Row:
    """A slot as it is shown: what is typed, what the base has, how it reads, and what is wrong."""

    slot: Slot
    text: str
    words: str = ""
    faults: list[Problem] = field(default_factory=list)
    changed: bool = False
    locked: bool = False

    @property
    def at(self) -> str:
        """Name the field in the page."""
        return "f-" + self.slot.id.replace("/", "-").replace(".", "-")


@dataclass(slots=True)
class RuleRows:
    """A rule with its rows."""

    rule: AnyRule
    rows: list[Row]
    told: Sequence[str]
    dropped: bool = False

    @property
    def touched(self) -> bool:
        """Tell whether it is shown open."""
        return self.dropped or any(row.changed or row.faults for row in self.rows)


@dataclass(slots=True)
class Sheet:
    """All that the form shows."""

    choice: Choice
    overlay: str
    parameters: list[tuple[str, list[Row], list[Row], str]]
    definitions: list[Row]
    clauses: list[tuple[Clause, list[RuleRows]]]
    head: Mapping[str, str]
    faults: list[tuple[str | None, str, Problem]]
    kept: Sequence[str]
    changed: int
    beside: Mapping[str, str] = field(default_factory=dict)

    def row(self, name: str) -> Row | None:
        """Find the row of a slot."""
        rows = [row for _, shown, more, _ in self.parameters for row in (*shown, *more)] + self.definitions
        rows += [row for _, rules in self.clauses for one in rules for row in one.rows]
        return next((row for row in rows if row.slot.id == name), None)


async def show_form(request: Request) -> Response:
    """Show the form of a document as it is, or as it was before something went wrong."""
    name = request.query_params.get("job")
    if name:
        job = job_of(request, name)
        return await _again(request, job)
    choice = choice_of(request, request.query_params.get("base", ""))
    return await _page(request, choice, draft_of(choice.policy), None, "")


async def open_text(request: Request, base: str, text: str, beside: Mapping[str, str] | None = None) -> Response:
    """Show the form with an overlay in it; PolicyError where it cannot be put on the document."""
    choice = choice_of(request, base)
    threads = service_of(request).threads
    overlay = await in_thread(threads, parse_overlay, text, "overlay.yaml")
    await in_thread(threads, overlaid, choice.policy, overlay)
    return await _page(request, choice, draft_of(choice.policy, overlay), None, text, beside or {})


async def _again(request: Request, job: Job) -> Response:
    left: Mapping[str, Any] = job.left or {}
    if not left.get("text"):
        return await _page(
            request, choice := choice_of(request, left.get("base", "")), draft_of(choice.policy), None, ""
        )
    return await open_text(request, left["base"], left["text"], left.get("beside"))


async def take_form(request: Request) -> Response:
    """Check what was typed; save it as a file, or begin to find out what it comes to."""
    from xianjie.web.pages.revise import comparing

    posted = await posted_form(request, LARGEST, 2)
    choice = choice_of(request, posted.text("base"))
    draft, made = await in_thread(service_of(request).threads, read_form, choice.policy, posted)
    beside = {key: posted.text(key) for key in BESIDE}
    do = posted.text("do")
    if made.policy is not None and do == "save":
        return _file(made)
    if made.policy is not None and do == "compare":
        problems = await in_thread(service_of(request).threads, comparing.asked_faults, request, posted)
        try:
            if not problems:
                return await comparing.begin_comparing(request, choice, made.policy, made.text, posted)
        except InputError as error:  # the cases are good by now
            problems = [("approvals", problem) for problem in error.problems]
        return await _page(request, choice, draft, made, made.text, beside, problems, 422, dict(posted.fields))
    status = 422 if made.faults and not posted.only_again else 200
    return await _page(request, choice, draft, made, made.text, beside, (), status, dict(posted.fields))


async def tell_reading(request: Request) -> Response:
    """Say of one field, while it is typed, how it reads and what is wrong with it: a part of the page."""
    posted = await posted_form(request, LARGEST, 2)
    choice, threads = choice_of(request, posted.text("base")), service_of(request).threads
    lang = viewer_of(request.headers, request.query_params).spoken
    day = service_of(request).settings.today().toordinal()

    def told() -> Row | None:
        draft, made = read_form(choice.policy, posted)
        sheet = _sheet(choice, draft, made, "", lang, day, dict(posted.fields))
        return sheet.row(posted.text("field"))

    row = await in_thread(threads, told)
    if row is None:
        raise refuse(404, "resource-unknown", "没有这个资源", "there is no such resource", parameter("field"))
    return page(request, "revise/reading.html.j2", private=True, row=row)


def read_form(base: Policy, posted: Posted) -> tuple[Draft, Edited]:
    """Read the draft that came with a form, and what was typed over it."""
    text = posted.fields.get("overlay", "").replace("\r\n", "\n")
    try:
        draft = draft_of(base, parse_overlay(text, "overlay.yaml")) if text.strip() else draft_of(base)
    except (PolicyError, InputError):
        raise refuse(
            400,
            "form-malformed",
            "随表单带来的改动读不出来，请重新打开这份文件",
            "the draft that came with the form cannot be read: open the document anew",
            parameter("overlay"),
        ) from None
    values = {**draft.texts, **{key: "" for key in draft.texts if key.startswith("drop/")}}
    values |= {key: value for key, value in posted.fields.items() if "/" in key}
    for key in list(posted.fields):  # a period is typed as a number and a unit
        if key.endswith("/n"):
            slot, number = key.removesuffix("/n"), posted.text(key)
            values[slot] = f"P{number}{posted.text(slot + '/u')}" if number else ""
    return draft, edited(base, draft.rest, values)


def _file(made: Edited) -> Response:
    policy = made.policy
    name = policy.overlays[-1].id if policy is not None and policy.overlays else "draft"
    return download(made.text, "application/yaml; charset=utf-8", f"{name}.overlay.yaml", f"{name}.overlay.yaml")


async def _page(
    request: Request,
    choice: Choice,
    draft: Draft,
    made: Edited | None,
    text: str,
    beside: Mapping[str, str] | None = None,
    more: Sequence[tuple[str, Problem]] = (),
    status: int = 200,
    typed: Mapping[str, str] | None = None,
) -> Response:
    service = service_of(request)
    lang, day = viewer_of(request.headers, request.query_params).spoken, service.settings.today()
    if made is None:
        made = await in_thread(service.threads, edited, choice.policy, draft.rest, draft.texts)
    sheet = await in_thread(service.threads, lambda: _sheet(choice, draft, made, text, lang, day.toordinal(), typed))
    sheet.faults += [(f"f-{at}", _BESIDE_WORDS[at][0 if lang == "zh" else 1], problem) for at, problem in more]
    sheet.beside = {"as_of": day.isoformat(), "generate": "2000", **{k: v for k, v in (beside or {}).items() if v}}
    engine = service.answering.engine
    facts = workbench_of(request).memory.of(engine, ("facts", lang), lambda: _facts(choice.policy, lang))
    return page(
        request,
        "revise/form.html.j2",
        "revise/form_part.html.j2",
        status=status,
        private=True,
        form=sheet,
        policy=choice.policy,
        described=described(request, choice.policy),
        facts=facts,
        samples=SAMPLES,
        unsent=bool((typed or {}).get(AGAIN)),
        parts=PARTS,
    )


_BESIDE_WORDS = {
    "as_of": ("判定日", "date"),
    "generate": ("样本", "sample"),
    "cases": ("个案文件", "file of cases"),
    "approvals": ("批准文件", "approvals file"),
}


def _facts(policy: Policy, lang: str) -> list[tuple[str, str]]:
    vocabulary = policy.vocabulary
    return [(name, vocabulary[name].zh if lang == "zh" else vocabulary[name].en) for name in vocabulary.names]


def _sheet(
    choice: Choice, draft: Draft, made: Edited, text: str, lang: str, day: int, typed: Mapping[str, str] | None
) -> Sheet:
    base = choice.policy
    texts = dict(draft.texts)
    if typed is not None:
        texts |= {key: value for key, value in typed.items() if "/" in key}
        for key, value in typed.items():
            if key.endswith("/n"):
                slot = key.removesuffix("/n")
                texts[slot] = f"P{value.strip()}{typed.get(slot + '/u', '')}" if value.strip() else ""
        texts |= {key: "" for key in texts if key.startswith("drop/") and key not in typed}
    speaking = _Speaking(made, base, lang, day)
    by_slot: dict[str, list[Problem]] = {}
    for fault in made.faults:
        if fault.at is not None:
            by_slot.setdefault(fault.at, []).append(fault.problem)
    rows = {slot.id: _row(slot, texts, made, draft, by_slot, speaking) for slot in _slots(draft, made, base)}
    users = side_of(base)
    clause_of = {rule.id: clause for clause, rule in base.rules()}
    parameters = []
    for name, model in base.file.parameters.items():
        using = dict.fromkeys(clause_of[rule] for rule in clause_of if rule in users.users(f"parameters/{name}"))
        mine = [row for row in rows.values() if row.slot.path[:2] == ("parameters", name)]
        given = {row.slot.path[3] for row in mine if row.text or row.faults or row.slot.path[3] == 0}
        shown = [row for row in mine if row.slot.path[3] in given]
        more = [row for row in mine if row.slot.path[3] not in given]
        named = model.zh if lang == "zh" else model.en
        parameters.append((named, shown, more, ("、" if lang == "zh" else ", ").join(using)))
    clauses = [
        (clause, [_rule(rule, rows.values(), base, texts, lang) for rule in clause.rules])
        for clause in base.file.clauses
        if clause.rules
    ]
    labels = {row.slot.id: (row.at, _label(row.slot, base, lang)) for row in rows.values()}
    return Sheet(
        choice,
        text if made.policy is None else made.text,
        parameters,
        [row for row in rows.values() if row.slot.path[0] == "definitions"],
        clauses,
        {key: value for key, value in texts.items() if key.startswith("head/")},
        [_fault(fault, labels, lang) for fault in made.faults],
        _kept(draft, lang),
        len(made.changed) + sum(1 for key, value in texts.items() if key.startswith("drop/") and value),
    )


def _slots(draft: Draft, made: Edited, base: Policy) -> Iterable[Slot]:
    """Give the slots that are shown: those of what was typed, where there is one value more of a parameter."""
    wanted: dict[str, int] = {}
    for name in made.changed | {fault.at for fault in made.faults if fault.at}:
        steps = name.split("/")
        if steps[0] == "parameters":
            beyond = int(steps[3]) + 1 - len(base.file.parameters[steps[1]].values)
            wanted[steps[1]] = max(wanted.get(steps[1], 0), beyond)
    return drafted(base, draft.rest, wanted).slots if wanted else draft.slots


def _rule(rule: AnyRule, rows: Iterable[Row], base: Policy, texts: Mapping[str, str], lang: str) -> RuleRows:
    mine = [row for row in rows if row.slot.path[:2] == ("rules", rule.id)]
    return RuleRows(rule, mine, particulars(rule, base, lang), bool(texts.get(f"drop/{rule.id}")))


def _row(
    slot: Slot,
    texts: Mapping[str, str],
    made: Edited,
    draft: Draft,
    faults: Mapping[str, list[Problem]],
    speaking: _Speaking,
) -> Row:
    text = texts.get(slot.id, slot.text)
    return Row(
        slot,
        text,
        speaking.words(slot, text),
        list(faults.get(slot.id, ())),
        slot.id in made.changed,
        slot.id in draft.locked,
    )


class _Speaking:
    """Say what is typed in words, with the definitions as they would be."""

    def __init__(self, made: Edited, base: Policy, lang: str, day: int) -> None:
        self.lang, self.scope = lang, made.scope
        self.conditions = Conditions(made.policy or base, lang, day)
        self.words_of: dict[str, str] = {}

    def words(self, slot: Slot, text: str) -> str:
        if slot.kind == "period" and text:
            return period_text(text, self.lang) if text[1:-1].isdigit() else ""
        if slot.kind != "condition" or not text.strip():
            return ""
        if text not in self.words_of:
            self.words_of[text] = self._said(text)
        return self.words_of[text]

    def _said(self, text: str) -> str:
        try:
            return self.conditions.words(text)
        except ExpressionError:
            pass
        try:  # a name that only the draft brings
            return condition_text(parse_condition(text, self.scope), self.conditions.speaker)
        except (ExpressionError, KeyError):
            return ""


def _label(slot: Slot, base: Policy, lang: str) -> str:
    label = slot.label.said(lang)
    if slot.path[0] != "rules":
        return label
    clause = next(clause for clause, rule in base.rules() if rule.id == slot.path[1])
    return f"{clause} · {slot.path[1]} · {label}"


_HEAD_WORDS = {
    "id": ("改动的编号", "the draft's id"),
    "zh": ("为什么改", "why"),
    "en": ("为什么改（英文）", "why, in English"),
    "title": ("修改文件的题名", "title"),
    "number": ("修改文件的文号", "number"),
    "issuers": ("发文机关", "issuers"),
    "adopted": ("成文日", "adopted"),
    "issued": ("印发日", "issued"),
    "effective": ("施行日", "effective"),
    "expires": ("失效日", "expires"),
}


def _fault(fault: Fault, labels: Mapping[str, tuple[str, str]], lang: str) -> tuple[str | None, str, Problem]:
    if fault.at is None:
        return None, "", fault.problem
    if fault.at.startswith("head/"):
        key = fault.at.removeprefix("head/")
        words = _HEAD_WORDS.get(key, ("改动的说明", "the draft's head"))
        return f"f-head-{key}" if key in _HEAD_WORDS else None, words[0 if lang == "zh" else 1], fault.problem
    at, label = labels.get(fault.at, (None, fault.at))
    return at, label, fault.problem


_PARTS = {
    "parameters": ("新增的数值", "parameters added"),
    "ambiguities": ("新增的疑点", "ambiguities added"),
    "readings": ("新增的读法", "readings added"),
    "groups": ("新增的对象类别", "groups added"),
    "add": ("新增的规则或条款", "rules or clauses added"),
    "drop": ("删去的规则", "rules dropped"),
    "silent": ("不再规定的议题", "topics declared silent"),
    "definitions": ("定义", "definitions"),
    "rules": ("规则的其他项", "other fields of rules"),
    "set": ("数值", "values"),
}


def _kept(draft: Draft, lang: str) -> list[str]:
    """Name what the draft holds and no field shows."""
    return [words[0 if lang == "zh" else 1] for key, words in _PARTS.items() if draft.rest.get(key)]
