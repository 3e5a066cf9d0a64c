"""Make small documents for the tests: PDF, DOCX and zipped files, with invented text only."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

from docx import Document
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def pdf(
    pages: Sequence[Sequence[str]], pictures: bool = False, password: str | None = None, encoding: str = "UniGB-UTF16-H"
) -> bytes:
    """Write lines on pages in a Chinese font that is not embedded; `pictures` puts an image on every page."""
    writer = PdfWriter()
    font = writer._add_object(_font(encoding))
    image = writer._add_object(_image())
    for lines in pages:
        page = writer.add_blank_page(595, 842)
        resources = DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})})
        if pictures:
            resources[NameObject("/XObject")] = DictionaryObject({NameObject("/Im1"): image})
        page[NameObject("/Resources")] = resources
        content = DecodedStreamObject()
        shown = "".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -18 Td\n" for line in lines)
        content.set_data(f"BT /F1 12 Tf 60 800 Td\n{shown}ET".encode())
        page[NameObject("/Contents")] = writer._add_object(content)
    if password is not None:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _font(encoding: str) -> DictionaryObject:
    info = DictionaryObject(
        {
            NameObject("/Registry"): TextStringObject("Adobe"),
            NameObject("/Ordering"): TextStringObject("GB1"),
            NameObject("/Supplement"): NumberObject(2),
        }
    )
    inner = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/CIDFontType0"),
            NameObject("/BaseFont"): NameObject("/STSong-Light"),
            NameObject("/CIDSystemInfo"): info,
            NameObject("/DW"): NumberObject(1000),
        }
    )
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type0"),
            NameObject("/BaseFont"): NameObject("/STSong-Light"),
            NameObject("/Encoding"): NameObject(f"/{encoding}"),
            NameObject("/DescendantFonts"): ArrayObject([inner]),
        }
    )


def _image() -> DecodedStreamObject:
    image = DecodedStreamObject()
    image.set_data(b"\x00")
    image.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(1),
            NameObject("/Height"): NumberObject(1),
            NameObject("/ColorSpace"): NameObject("/DeviceGray"),
            NameObject("/BitsPerComponent"): NumberObject(8),
        }
    )
    return image


def word(paragraphs: Sequence[str | Sequence[Sequence[str]]]) -> bytes:
    """Write paragraphs, and tables given as rows of cells, with a header and a footer on the page."""
    document = Document()
    document.sections[0].header.paragraphs[0].text = "页眉文字"
    document.sections[0].footer.paragraphs[0].text = "第 1 页"
    for part in paragraphs:
        if isinstance(part, str):
            document.add_paragraph(part)
            continue
        table = document.add_table(len(part), len(part[0]))
        for row, cells in enumerate(part):
            for column, text in enumerate(cells):
                table.cell(row, column).text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_body(body: str, parts: Mapping[str, str] | None = None) -> bytes:
    """Put raw XML into the body of a Word document, and replace or add other parts."""
    document = f'<?xml version="1.0"?><w:document xmlns:w="{W}"><w:body>{body}<w:sectPr/></w:body></w:document>'
    return altered(word(["空"]), {"word/document.xml": document, **(parts or {})})


def altered(data: bytes, parts: Mapping[str, str]) -> bytes:
    """Write an archive anew with some of its parts replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, text in parts.items():
            new.writestr(name, text)
    return out.getvalue()


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """Write an archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()
