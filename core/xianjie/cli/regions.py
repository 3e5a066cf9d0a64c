"""`xianjie regions`: the installed regions, a city under its province, each with its documents in time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from xianjie.cli.edge import guarded, stdout_console, today, write_json
from xianjie.cli.options import JsonOption, Lang, LangOption, say

if TYPE_CHECKING:
    from rich.text import Text

Described = Mapping[str, Any]

_TEXTS = {"full": ("全文", "full text"), "digest": ("摘要", "digest")}
_LEVELS = {"province": ("省级", "province"), "city": ("地市级", "city")}


@guarded
def regions(as_json: JsonOption = False, lang: LangOption = Lang.ZH) -> None:
    """列出已安装的地区和各自的文件 / List the installed regions and their documents.

    有几份文件的，先列今天适用的，其余写成 @文件编号；任何一份都可以用 地区@文件编号 指名。
    The document that governs today comes first; any can be named as region@document.
    """
    from xianjie.plugins import discover
    from xianjie.service.describing import described_region

    found = discover()
    timelines, day = found.timelines(), today().toordinal()
    described = [
        described_region(found.regions[name], timeline, timelines, day) for name, timeline in timelines.items()
    ]
    if as_json:
        write_json(described)
        return
    _show(described, lang.value)


def _show(described: Sequence[Described], lang: str) -> None:
    from rich.cells import cell_len
    from rich.text import Text

    from xianjie.cli.sheet import ROOMY, Sheet
    from xianjie.cli.typeset import WIDEST

    titles = [
        say(lang, "地区", "region"),
        say(lang, "文件", "document"),
        say(lang, "性质与效力", "standing"),
        say(lang, "文本与版本", "text"),
        say(lang, "规则", "rules"),
        say(lang, "未规定", "silent"),
    ]
    rows: list[list[Text]] = []
    for depth, one in _by_place(described):
        indent = "  " * depth
        if "policy" not in one:
            name = Text(f"{indent}{one['id']}", "bold")
            name.append(f"\n{indent}{one['code']}", "not bold dim")
            rows.append([name, Text(say(lang, "未安装", "not installed"), "dim"), *(Text("") for _ in range(4))])
            continue
        name = Text(indent + say(lang, one["zh"], one["en"]), "bold")
        for words in (one["id"], one["code"], say(lang, *_LEVELS[one["level"]])):
            name.append(f"\n{indent}{words}", "not bold dim")
        rows.append([name, *_cells(one, lang, f"@{one['policy']}")])
        rows += [
            [Text(f"{indent}  @{document['policy']}", "dim"), *_cells(document, lang)]
            for document in one["documents"]
            if document["policy"] != one["policy"]
        ]
    columns = list(zip(*rows, strict=True))
    least = [max(cell_len(line) for cell in columns[0] for line in cell.plain.split("\n")), ROOMY]
    least += [_least(column) for column in columns[2:]]
    console = stdout_console()
    console.print(Sheet(titles, rows, least, spaced=True), width=min(console.width, WIDEST))


def _least(column: Sequence[Text]) -> int:
    """Measure how narrow a column may be: its longest word, and room for two short ones."""
    from rich.cells import cell_len

    from xianjie.cli.sheet import ROOMY
    from xianjie.cli.typeset import longest_word

    lines = [line for cell in column for line in cell.plain.split("\n")]
    return min(max(cell_len(line) for line in lines), max(ROOMY, *(longest_word(line) for line in lines)))


def _by_place(described: Sequence[Described]) -> Iterator[tuple[int, Described]]:
    """Give the regions with their depth, each below the region above it, which may not be installed."""
    above = {one["parent"]: f"{one['code'][:2]}0000" for one in described if one["parent"]}
    here = {one["id"]: one for one in described}
    roots = {one["id"] for one in described if not one["parent"]} | {name for name in above if name not in here}
    for root in sorted(roots):
        yield from _below(root, here.get(root) or {"id": root, "code": above[root]}, described, 0)


def _below(name: str, one: Described, described: Sequence[Described], depth: int) -> Iterator[tuple[int, Described]]:
    yield depth, one
    for child in described:
        if child["parent"] == name:
            yield from _below(child["id"], child, described, depth + 1)


def _cells(one: Described, lang: str, reference: str = "") -> list[Text]:
    from rich.text import Text

    from xianjie.vocabulary.terms import STANDINGS, VALIDITIES, term

    document = Text(one["title"])
    for line in _particulars(one, lang, reference):
        document.append(f"\n{line}", "dim")
    plain = (one["standing"], one["validity"]) == ("issued", "in_force")
    words = f"{term(STANDINGS, one['standing'], lang)}\n{term(VALIDITIES, one['validity'], lang)}"
    version = Text(say(lang, *_TEXTS[one["text"]])).append(f"\n{one['version']}", "dim")
    return [
        document,
        Text(words, "" if plain else "yellow"),
        version,
        Text(str(one["rules"])),
        Text(str(one["silent"])),
    ]


def _particulars(one: Described, lang: str, reference: str) -> Iterator[str]:
    """Say number, id, first and last day, and what the document took the place of or gave its place to."""
    yield one["number"] or say(lang, "无文号", "no number")
    start, until = one["start"], one["until"]
    if not start:
        dates = say(lang, "日期不明", "no date")
    elif until:
        dates = say(lang, f"{start} 至 {until}", f"{start} to {until}")
    else:
        dates = say(lang, f"{start} 起", f"from {start}")
    yield say(lang, "，", ", ").join(([reference] if reference else []) + [dates])
    relations = []
    if one["replaces"]:
        listed = say(lang, "、", ", ").join(one["replaces"])
        relations.append(say(lang, f"取代 {listed}", f"replaces {listed}"))
    if one["amends"]:
        relations.append(say(lang, f"修改 {one['amends']}", f"amends {one['amends']}"))
    if one["replaced_by"]:
        relations.append(say(lang, f"由 {one['replaced_by']} 接替", f"followed by {one['replaced_by']}"))
    if relations:
        yield say(lang, "；", "; ").join(relations)
