"""Write the table of instruments as a workbook: notes on the documents, and one sheet grouped by force."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping, Sequence
from io import BytesIO

import xlsxwriter

from xianjie.compare.instruments import Instruments, Offer, Place
from xianjie.compare.workbook import A3, A4, LINE, LONGEST, TALLEST
from xianjie.language.calendar import iso
from xianjie.policy.prepared import Policy
from xianjie.vocabulary.terms import FORCES, INSTRUMENTS, QUALIFIERS, STANDINGS, STATUSES, VALIDITIES, term

Names = Mapping[str, tuple[str, str]]


def instruments_workbook(table: Instruments, names: Names, lang: str = "zh", described: Sequence[str] = ()) -> bytes:
    """Make the workbook in `zh` or `en`; the same table gives the same bytes.

    `names` gives the regions by id; `described` are lines on the organisation that it is for. Every text is written as
    text, so that one that begins as a formula does is none.
    """

    def say(zh: str, en: str) -> str:
        return zh if lang == "zh" else en

    buffer = BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    day = dt.date.fromordinal(table.as_of)
    title = say("激励措施按力度", "Instruments by force")
    book.set_properties({"title": title, "created": dt.datetime(day.year, day.month, day.day)})
    plain = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#BFBFBF", "font_size": 10}
    cell = book.add_format(plain)
    head = book.add_format({**plain, "bold": True, "bg_color": "#D9E2F3", "valign": "vcenter"})
    bold = book.add_format({"bold": True, "font_size": 14})
    group = book.add_format({**plain, "bold": True, "bg_color": "#EDEDED"})
    columns = [_column(policy, names, table.as_of, lang) for policy in table.policies]

    notes = book.add_worksheet(say("说明", "notes"))
    widths: list[float] = [16, 60, 24, 16]
    for number, width in enumerate(widths):
        notes.set_column(number, number, width)
    notes.set_landscape()
    notes.set_paper(A4)
    notes.fit_to_pages(1, 0)
    notes.write_string(0, 0, f"{title} · {say('判定日', 'as of')} {iso(table.as_of)}", bold)
    at = 2
    for line in described:
        notes.write_string(at, 0, line[:LONGEST])
        at += 1
    at += 1 if described else 0
    titles = [say("地区", "region"), say("文件", "document"), say("文号", "number"), say("性质与效力", "standing")]
    for number, text in enumerate(titles):
        notes.write_string(at, number, text, head)
    for policy, name in zip(table.policies, columns, strict=True):
        at += 1
        document = policy.file.document
        told = [name.split("\n")[0], document.title, document.number or "", "\n".join(name.split("\n")[1:])]
        for number, text in enumerate(told):
            notes.write_string(at, number, text[:LONGEST], cell)
    for label, listed in (
        (say("各文件都没有写的", "ruled by no document"), table.silent),
        (say("没有差异、没有列出的", "not shown, as they do not differ"), table.alike),
    ):
        if listed:
            at += 2
            words = say("、", ", ").join(term(INSTRUMENTS, one, lang) for one in listed)
            notes.write_string(at, 0, f"{label}{say('：', ': ')}{words}"[:LONGEST])
    notes.print_area(0, 0, at, len(widths) - 1)

    sheet = book.add_worksheet(say("激励", "instruments"))
    widths = [20, *([38 if len(columns) < 4 else 30] * len(columns))]
    for number, width in enumerate(widths):
        sheet.set_column(number, number, width)
    sheet.set_landscape()
    sheet.set_paper(A3 if len(widths) > 4 else A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&R&P / &N")
    for number, text in enumerate([say("激励措施", "instrument"), *columns]):
        sheet.write_string(0, number, text, head)
    sheet.set_row(0, LINE * max(text.count("\n") + 1 for text in ["", *columns]) + 3)
    at = 0
    for force, rows in table.groups.items():
        at += 1
        for number in range(len(widths)):
            sheet.write_string(at, number, term(FORCES, force, lang) if number == 0 else "", group)
        for row in rows:
            at += 1
            texts = [term(INSTRUMENTS, row.instrument, lang), *(place_text(place, lang) for place in row.places)]
            for number, text in enumerate(texts):
                sheet.write_string(at, number, text[:LONGEST], cell)
            most = max(_lines(text, width) for text, width in zip(texts, widths, strict=True))
            sheet.set_row(at, min(TALLEST, LINE * most + 3))
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.repeat_columns(0, 0)
    sheet.print_area(0, 0, max(at, 1), len(widths) - 1)
    sheet.activate()
    book.close()
    return buffer.getvalue()


def _column(policy: Policy, names: Names, as_of: int, lang: str) -> str:
    document = policy.file.document
    lines = [names[policy.region][0 if lang == "zh" else 1]]
    lines.append(term(STANDINGS, document.standing, lang))
    lines.append(term(VALIDITIES, policy.validity_at(as_of), lang))
    if document.text == "digest":
        lines.append("摘要，非全文" if lang == "zh" else "digest, not the full text")
    return "\n".join(lines)


def place_text(place: Place, lang: str) -> str:
    """Say one cell in plain words."""
    if place.silence is not None:
        return term(STATUSES, place.silence, lang)
    if not place.offers:
        words = ("、" if lang == "zh" else ", ").join(term(FORCES, one, lang) for one in place.elsewhere)
        return f"（见“{words}”）" if lang == "zh" else f"(see {words})"
    return "\n\n".join(_offer_text(offer, lang) for offer in place.offers)


def _offer_text(offer: Offer, lang: str) -> str:
    def say(zh: str, en: str) -> str:
        return zh if lang == "zh" else en

    force = term(FORCES, offer.force, lang)
    if offer.qualifier:
        force += say("，", ", ") + term(QUALIFIERS, offer.qualifier, lang)
    lines = [f"{force} · {offer.clause}"]
    if offer.entry is not None:
        lines.insert(0, term(STATUSES, offer.entry["status"], lang))
    if offer.actor:
        lines.append(say("由谁给：", "given by: ") + offer.actor)
    for one in offer.wanted:
        reading = f"（{one.reading}）" if one.reading else ""
        lines.append(f"{one.slot}{reading}{say('：', ': ')}{one.words}")
    return "\n".join(lines)


def _lines(text: str, width: float) -> int:
    room = max(1, int(width - 1))
    return sum(
        max(1, -(-sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in line) // room))
        for line in text.split("\n")
    )
