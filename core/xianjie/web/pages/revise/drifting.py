"""`/revise/drift`: which sentences of a revised text are not as they were, and which rules hang on them.

The texts are used once, in memory; nothing of them is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from xianjie.errors import InputError, Problem
from xianjie.home import default_home
from xianjie.policy.prepared import Policy
from xianjie.service.drifting import MARKED, compared
from xianjie.service.extracting import extracted
from xianjie.service.problems import Refused
from xianjie.service.state import Service, service_of
from xianjie.service.working import in_thread
from xianjie.sources.drift import Drift, Entry
from xianjie.sources.extract import LARGEST, Extracted
from xianjie.sources.marking import Segments
from xianjie.sources.phrases import KINDS, SIGNS, STATES, clauses_text, modal_text, number_text
from xianjie.sources.shelf import kept
from xianjie.vocabulary.topics import TOPIC
from xianjie.web.door.posted import MB, Upload, posted_form
from xianjie.web.pages.revise.choosing import choosing
from xianjie.web.pages.revise.subject import choice_of, described
from xianjie.web.showing.rendering import page
from xianjie.web.showing.viewer import viewer_of

MOST_SHOWN = MARKED


@dataclass(frozen=True, slots=True)
class Shown:
    """A sentence as the page shows it: both texts in stretches, and what hangs on it."""

    kind: str
    where: str
    heading: bool
    old: Segments
    new: Segments
    modals: Sequence[str]
    numbers: Sequence[str]
    rules: Sequence[tuple[str, bool]]
    topics: Sequence[str]


async def show_drift(request: Request) -> Response:
    """Compare the text that came with the form."""
    try:
        posted = await posted_form(request, 2 * LARGEST + MB, 2)
    except Refused as refused:
        if refused.status != 413:
            raise
        most = LARGEST // MB
        problem = Problem("file-too-large", f"文件超过 {most} MB 上限", f"the file is larger than {most} MB")
        return await choosing(request, {}, [("text", problem)], 422)
    choice = choice_of(request, posted.text("base"))
    service = service_of(request)
    upload = posted.files.get("text")
    if upload is None or not upload.data:
        problem = Problem("file-wanted", "请选修订后的文本", "choose the revised text")
        return await choosing(request, {"base": choice.policy.id}, [("text", problem)], 422)
    given = posted.files.get("old")
    try:
        _check_size(upload)
        revised = await extracted(service, upload.data, upload.name or "text")
        before = await extracted(service, given.data, given.name or "text") if given and given.data else None
        text, old = await in_thread(service.threads, _before, service, choice.policy, before, given)
        told = await compared(service, choice.policy, text, revised.text)
    except (InputError, Refused) as error:
        faults = [("text", problem) for problem in error.problems]
        status = error.status if isinstance(error, Refused) else 422
        return await choosing(request, {"base": choice.policy.id}, faults, status)
    found = told.drift
    lang = viewer_of(request.headers, request.query_params).spoken
    sections = [
        (
            kind,
            KINDS[kind],
            SIGNS[kind],
            [
                _shown(one, lang, told.marks.get(place) if kind == "changed" else None)
                for place, one in enumerate(found.of(kind)[:MOST_SHOWN])
            ],
            len(found.of(kind)),
        )
        for kind in ("changed", "vanished", "appeared", "moved")
    ]
    return page(
        request,
        "revise/drift.html.j2",
        private=True,
        choice=choice,
        policy=choice.policy,
        described=described(request, choice.policy),
        drift=found,
        old=old,
        new=upload.name,
        remarks=[(one.zh, one.en) for one in revised.remarks],
        sections=[one for one in sections if one[4]],
        touched=_touched(found, choice.policy),
        states=STATES,
        kinds=KINDS,
        rules={rule.id: rule for _, rule in choice.policy.rules()},
    )


def _check_size(upload: Upload) -> None:
    if len(upload.data) > LARGEST:
        most = LARGEST // MB
        raise InputError(Problem("file-too-large", f"文件超过 {most} MB 上限", f"the file is larger than {most} MB"))


def _before(
    service: Service, policy: Policy, before: Extracted | None, given: Upload | None
) -> tuple[str | None, tuple[str, str]]:
    """Give the text to compare with, None where none is at hand, and say which it is."""
    if before is not None and given is not None:
        return before.text, (given.name, given.name)
    copy = kept(service.settings.home or default_home(), policy.id)
    if copy is None:
        return None, ("没有原文，只按规则的原文指纹核对", "no copy is kept: the rules' anchors alone")
    added = copy.manifest.added.isoformat()
    return copy.text(), (f"已添加的原文（{added}）", f"the copy kept here ({added})")


def _shown(entry: Entry, lang: str, marks: tuple[Segments, Segments] | None) -> Shown:
    old, new = entry.old, entry.new
    before: Segments = ((old.text, False),) if old is not None else ()
    after: Segments = ((new.text, False),) if new is not None else ()
    if marks is not None:
        before, after = marks
    sentence = new or old
    topics = [TOPIC[topic].zh if lang == "zh" else TOPIC[topic].en for topic in entry.topics]
    return Shown(
        entry.kind,
        clauses_text(entry),
        sentence is not None and sentence.heading,
        before if entry.kind in ("changed", "vanished") else (),
        after if entry.kind != "vanished" else (),
        [f"{modal_text(one, lang)} → {modal_text(other, lang)}" for one, other in entry.modals],
        [
            f"{number_text(one.old_text, one.old, lang)} → {number_text(one.new_text, one.new, lang)}"
            for one in entry.numbers
        ],
        [(rule.rule, rule.by == "clause") for rule in entry.rules],
        topics,
    )


def _touched(found: Drift, policy: Policy) -> list[dict[str, Any]]:
    """List the rules that hang on what drifted, in the document's order."""
    touched = found.touched()
    table = KINDS if found.compared == "text" else STATES
    return [
        {"rule": rule, "clause": clause, "happened": [table[kind] for kind in touched[rule.id]]}
        for clause, rule in policy.rules()
        if rule.id in touched
    ]
