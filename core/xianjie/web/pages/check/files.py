"""`/check/file`, `/check/load`: take the case away as a file, and open one, as the command line has it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request
from starlette.responses import Response

from xianjie.cases import Case
from xianjie.cases.json_tree import JsonTree
from xianjie.cases.read import Locate, read_case
from xianjie.errors import InputError, Place, Problem
from xianjie.language.calendar import iso
from xianjie.policy.yaml_tree import YamlTree
from xianjie.service.state import service_of
from xianjie.service.wire import JSON
from xianjie.service.working import in_thread
from xianjie.source import decoded
from xianjie.vocabulary import Vocabulary
from xianjie.vocabulary.facts import LISTS
from xianjie.web.door.posted import MB, Upload, posted_form
from xianjie.web.pages.check.filled import MOST_MEMBERS, Fault
from xianjie.web.pages.check.page import edited, fresh, shown, take
from xianjie.web.pages.check.questions import SHARED
from xianjie.web.pages.check.written import typed_of, unlike
from xianjie.web.pages.downloads import download

LARGEST = MB
_BODY = 8 * MB
"""What comes with a file that is too large is still taken in, so that the form can be given back as it was."""
_DIMENSIONS: Mapping[str, str] = {
    "referral": "referral",
    "organisation": "incentives",
    "ledgers": "duties",
    "duties": "duties",
    "targets": "duties",
}
_MOST_TOLD = 20


async def give_file(request: Request) -> Response:
    """Give the cases as JSON; where a field cannot be read the form comes back, so that nothing is lost."""
    posted = await posted_form(request)
    typed = edited(posted.fields)
    taken = await take(request, posted.fields, typed)
    if taken.faults:
        zh, en = (
            "没有下载：先改好标出的地方，否则文件里会缺这几项",
            "not downloaded: mend what is marked, or the file would lack it",
        )
        return await shown(request, posted.fields, typed, [(zh, en)], 422)
    day = iso(taken.asked.day)
    cases = [_dated(data, day) for data in taken.filled.data]
    body = json.dumps(cases[0] if len(cases) == 1 else cases, ensure_ascii=False, indent=2) + "\n"
    return download(body, JSON, f"case-{day}.json", f"{'个案' if taken.lang == 'zh' else 'case'}-{day}.json")


def _dated(data: Mapping[str, Any], day: str) -> dict[str, Any]:
    """Put the day into the case, and leave out records that hold nothing: they only stand for what was asked."""
    return {**{name: value for name, value in data.items() if value != {}}, "as_of": day}


async def load_file(request: Request) -> Response:
    """Open the cases of a file in the form; what is wrong with it is told at the file, beside what was typed before."""
    posted = await posted_form(request, _BODY, files=1)
    service = service_of(request)
    upload = posted.files.get("file")
    try:
        if upload is None or not upload.data:
            raise InputError(Problem("file-wanted", "请选一个文件", "choose a file"))
        loaded = await in_thread(service.threads, cases_in_file, upload, service.answering.engine.vocabulary)
    except InputError as error:
        faults = [
            Fault("file", one.code, _placed(one, "zh"), _placed(one, "en")) for one in error.problems[:_MOST_TOLD]
        ]
        typed = edited(posted.fields) or fresh(request)
        return await shown(request, posted.fields, typed, status=422, more=faults)
    return await show_cases(request, [data for data, _ in loaded], [case for _, case in loaded])


def _placed(problem: Problem, lang: str) -> str:
    where, zh = str(problem.place), lang == "zh"
    sentence = problem.zh if zh else problem.en
    if problem.place.line is not None:
        at = (
            f"第 {problem.place.line} 行第 {problem.place.column} 列"
            if zh
            else f"line {problem.place.line}, column {problem.place.column}"
        )
        where = f"{at}{'，' if zh and problem.place.path else ' '}{problem.place.path or ''}".strip()
    return f"{where}{'：' if zh else ': '}{sentence}" if where else sentence


def cases_in_file(upload: Upload, vocabulary: Vocabulary) -> list[tuple[dict[str, Any], Case]]:
    """Read the cases of a JSON or YAML file of one household; InputError with the place of each fault."""
    if len(upload.data) > LARGEST:
        raise InputError(Problem("file-too-large", "文件超过 1 MB", "the file is larger than 1 MB"))
    suffix = upload.name.lower().rpartition(".")[2]
    if suffix not in ("json", "yaml", "yml"):
        zh, en = (
            "这里只打开 .json、.yaml 的个案；表格请用“批量核对”",
            "only .json and .yaml are opened here; for tables there is /batch",
        )
        raise InputError(Problem("file-suffix", zh, en))
    text = decoded(upload.data, "")
    value: Any
    place: Locate
    if suffix == "json":
        json_tree = JsonTree(text, "")
        value, place = json_tree.value, json_tree.place
    else:
        yaml_tree = YamlTree(text, "", InputError, dates=False)
        value, place = yaml_tree.value, yaml_tree.place
    several = value if isinstance(value, list) else [value]
    if not several:
        raise InputError(Problem("cases-none", "文件里没有个案", "the file holds no case"))
    if len(several) > MOST_MEMBERS:
        zh = f"文件里的个案超过 {MOST_MEMBERS} 个，请用“批量核对”"
        raise InputError(Problem("members-many", zh, f"more than {MOST_MEMBERS} cases: use /batch"))
    problems: list[Problem] = []
    out = []
    for number, item in enumerate(several):
        locate = _inside(place, number) if isinstance(value, list) else place
        try:
            out.append((item, read_case(item, vocabulary, locate)))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    if not of_one_household([item for item, _ in out]):
        zh = "文件里的个案不是同一户（家庭编号、家庭情况等不同），请分开打开，或用“批量核对”"
        en = "the cases are not of one household: open them one by one, or use /batch"
        raise InputError(Problem("cases-of-several", zh, en))
    return out


def of_one_household(cases: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether cases agree in all that the members of a household share."""
    shared = (*SHARED, *LISTS.values(), "household_ref")
    return all((one.get(name) or None) == (cases[0].get(name) or None) for one in cases for name in shared)


def _inside(place: Locate, number: int) -> Callable[[Sequence[str | int]], Place]:
    return lambda path: place((number, *path))


async def show_cases(
    request: Request,
    data: Sequence[Mapping[str, Any]],
    cases: Sequence[Case],
    regions: Sequence[str] = (),
    day: int | None = None,
    notes: Sequence[tuple[str, str]] = (),
    more: Mapping[str, str] | None = None,
) -> Response:
    """Show cases in the form; what the form cannot hold is named, never passed over."""
    vocabulary = service_of(request).answering.engine.vocabulary
    typed = typed_of(data, vocabulary) | dict(more or {})
    found = list(notes)
    for number, case in enumerate(cases):
        parts = unlike(case, typed, number, vocabulary)
        if parts:
            listed = "、".join(parts)
            found.append(
                (f"有内容表单写不全，请核对：{listed}", f"the form cannot hold all of it, please check: {listed}")
            )
    as_of = day or next((case.as_of for case in cases if case.as_of is not None), None)
    chosen = [("regions", name) for name in regions] + [("dimension", name) for name in _asked_of(data)]
    fields = ImmutableMultiDict([*chosen, *([] if as_of is None else [("as_of", iso(as_of))])])
    return await shown(request, fields, typed, found)


def _asked_of(data: Sequence[Mapping[str, Any]]) -> list[str]:
    """Name the dimensions that a case has records for."""
    held = {
        _DIMENSIONS[name] for one in data for name, value in one.items() if value is not None and name in _DIMENSIONS
    }
    return ["eligibility", *sorted(held)]
