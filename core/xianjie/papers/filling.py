"""Fill a paper into its template, our own or the office's, and give the bytes of the Word document."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from copy import deepcopy
from importlib.resources import files
from pathlib import Path
from typing import Any, NoReturn

from docx import Document
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree
from markupsafe import Markup

from xianjie.errors import InputError, Place, Problem, is_plain_key, nearest
from xianjie.papers.document import Paper, Turn
from xianjie.papers.writing import STYLES, Writer, cleaned, escaped, page_of
from xianjie.source import read_bytes
from xianjie.sources.package import inspect_word

FOLDER = "papers"
LARGEST = 16 * 1024 * 1024
NEEDED = ("title", "standing", "body")
"""The places that no template may leave out: what it is, how far it can be relied on, and what it says."""

_MARKS = (("{{", "}}"), ("{%", "%}"), ("{#", "#}"))
_EPOCH = (1980, 1, 1, 0, 0, 0)
_CORE = "docProps/core.xml"
_READING = (OpcError, zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, ValueError, AttributeError, OSError)
"""What python-docx raises, one or the other, where a package is not what it should be."""


def fill(paper: Paper, home: Path | None) -> bytes:
    """Give the document; the same paper in the same template gives the same bytes.

    The office's own template, `papers/<name>.docx` in its home, stands before ours. Raises InputError, with what is
    wrong and where, for a template that cannot be filled.
    """
    data, file = template_of(paper.name, home)
    template = _Template(io.BytesIO(data), file)
    template.open()
    template.check_marks()
    body = template.written(paper)
    context: dict[str, Any] = {
        "title": escaped(paper.title),
        "subtitle": escaped(paper.subtitle),
        "standing": [escaped(line) for line in paper.standing],
        "footer": escaped(paper.footer),
        "lang": paper.lang,
        "body": body,
        "words": {name: escaped(text) for name, text in paper.words.items()},
    }
    template.fill(context)
    if any(isinstance(block, Turn) for block in paper.blocks):
        template.plain_last_section()
    return template.finished(paper.title)


def template_of(name: str, home: Path | None) -> tuple[bytes, str]:
    """Find a paper's template: its bytes, and the name that stands in errors."""
    if home is not None:
        own = home / FOLDER / f"{name}.docx"
        if own.exists():
            data = read_bytes(own, LARGEST)
            inspect_word(data, str(own))
            return data, str(own)
    return ours(name), f"{name}.docx"


def ours(name: str) -> bytes:
    """Give our own template of a paper."""
    return files("xianjie.papers").joinpath("templates", f"{name}.docx").read_bytes()


class _Environment(SandboxedEnvironment):
    """Fills in texts, and nothing else: no attribute is called, no file is read, what is not given is an error."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.globals.clear()

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ARG002 - whatever it is
        """Tell whether a template may call something: never."""
        return False


class _Template(DocxTemplate):  # type: ignore[misc]
    """A template that says what is wrong with it, where docxtpl would mend in silence."""

    def __init__(self, stream: io.BytesIO, file: str) -> None:
        super().__init__(stream)
        self.file = file

    def open(self) -> None:
        """Read the package; `paper-template-damaged` where that is not possible."""
        try:
            self.init_docx()
            self.docx.element.body  # noqa: B018 - a part without a body is no document
        except _READING:
            self._refuse(
                "paper-template-damaged",
                "模板已损坏，无法打开；请用 Word 或 WPS 另存一份",
                "the template is damaged and cannot be opened: save it anew with Word or WPS",
            )

    def check_marks(self) -> None:
        """Refuse a mark that is not closed in its own paragraph: docxtpl would swallow what follows it."""
        parts = [part for uri in (self.HEADER_URI, self.FOOTER_URI) for _, part in self.get_headers_footers(uri)]
        roots = [self.docx.element.body, *(etree.fromstring(part.blob) for part in parts)]
        for paragraph in (one for root in roots for one in root.iter(qn("w:p"))):
            text = "".join(one.text or "" for one in paragraph.iter(qn("w:t")))
            if any(text.count(start) != text.count(end) for start, end in _MARKS):
                near = " ".join(text.split())[:60]
                self._refuse(
                    "paper-template-syntax",
                    f"模板里的标记没有写完整，在“{near}”",
                    f"a mark of the template is not whole: “{near}”",
                )

    def written(self, paper: Paper) -> Markup:
        """Write the body in the template's styles and on its page; styles that it lacks are taken from ours."""
        section = self.docx.element.body.find(qn("w:sectPr"))
        try:
            page = page_of(section)
        except (ValueError, TypeError, AttributeError):
            self._refuse(
                "paper-template-page",
                "模板的纸张或页边距不能用；请设为 A4，并留出版心",
                "the template's page or its margins cannot be used: set A4 and leave room for text",
            )
        return Writer(paper.lang, self._styles(), page).body(paper.blocks)

    def _styles(self) -> Mapping[str, str]:
        root = self.docx.styles.element
        found = _ids(root)
        missing = [name for name in STYLES if name not in found]
        if missing:
            own = Document(io.BytesIO(ours("comparison"))).styles.element
            for style in own.findall(qn("w:style")):
                if _name(style) in missing:
                    copied = deepcopy(style)
                    for link in (qn("w:basedOn"), qn("w:next"), qn("w:link")):
                        for old in copied.findall(link):
                            copied.remove(old)
                    root.append(copied)
            found = _ids(root)
        return found

    def fill(self, context: Mapping[str, Any]) -> None:
        """Put everything in its place; InputError names what the template gets wrong."""
        environment = _Environment()
        try:
            self._check(self.get_undeclared_template_variables(environment), context)
            self.render(dict(context), environment, autoescape=True)
        except SecurityError:
            self._refuse(
                "paper-template-forbidden",
                "模板里有不允许的写法；只能填入给定的各项，不能调用或运行别的东西",
                "the template does what no template may: it can only put in what is given, and call nothing",
            )
        except UndefinedError as error:
            self._refuse(
                "paper-template-unknown",
                f"模板用了没有给出的内容（{_brief(error)}）",
                f"the template asks for something that is not given ({_brief(error)})",
            )
        except TemplateSyntaxError as error:
            near = _near(error)
            self._refuse(
                "paper-template-syntax",
                f"模板里的标记写错了{f'，在“{near}”附近' if near else ''}（{_brief(error)}）",
                f"a mark of the template is not well formed{f', near “{near}”' if near else ''} ({_brief(error)})",
            )
        except (TemplateError, TypeError, ZeroDivisionError, OverflowError, ValueError, etree.XMLSyntaxError) as error:
            self._refuse(
                "paper-template-failed",
                f"模板无法填写（{type(error).__name__}）；请对照所附的样板核对各处标记",
                f"the template cannot be filled ({type(error).__name__}): compare its marks with those of the model",
            )
        if any(len(text) for text in self.docx.element.body.iter(qn("w:t"))):
            self._refuse(
                "paper-template-inline",
                "正文须独占一段，写作 {{p body }}，不能写作 {{ body }}",
                "the body needs a paragraph of its own, as {{p body }}, not {{ body }}",
            )

    def _check(self, used: set[str], context: Mapping[str, Any]) -> None:
        unknown = sorted(used - set(context))
        if unknown:
            name = unknown[0] if is_plain_key(unknown[0]) else "…"
            near = nearest(unknown[0], tuple(context))
            self._refuse(
                "paper-template-unknown",
                f"模板用了没有给出的 {name}" + (f"，是否为 {near}？" if near else ""),
                f"the template asks for {name}, which is not given" + (f"; did you mean {near}?" if near else ""),
            )
        lacking = [name for name in NEEDED if name not in used]
        if lacking:
            self._refuse(
                "paper-template-lacking",
                f"模板缺少必须有的 {'、'.join(lacking)}",
                f"the template lacks what it must have: {', '.join(lacking)}",
            )

    def render_properties(self, context: Any, jinja_env: Any = None) -> None:
        """Leave the properties: `finished` keeps none of them but the title."""

    def fix_tables(self, xml: str) -> Any:
        """Refuse what is not well formed, which docxtpl would mend by leaving things out."""
        etree.fromstring(xml, etree.XMLParser(resolve_entities=False, huge_tree=True))
        return super().fix_tables(xml)

    def plain_last_section(self) -> None:
        """Leave the first page's own header to the first page, where pages that lie make several sections."""
        section = self.docx.element.body.find(qn("w:sectPr"))
        for name in ("w:titlePg",):
            for old in section.findall(qn(name)):
                section.remove(old)

    def finished(self, title: str) -> bytes:
        """Give the bytes: no author and no time, the parts in their order."""
        core = self.docx.core_properties
        element = core._element
        for child in list(element):
            element.remove(child)
        core.title = " ".join(cleaned(title).split())[:255]
        out = io.BytesIO()
        self.save(out)
        return repacked(out.getvalue())

    def _refuse(self, code: str, zh: str, en: str) -> NoReturn:
        raise InputError(Problem(code, zh, en, Place(self.file))) from None


def repacked(data: bytes) -> bytes:
    """Pack a package anew, so that it tells nothing of when it was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            info = zipfile.ZipInfo(entry.filename, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            info.create_system = 3
            new.writestr(info, old.read(entry), compresslevel=6)
    return out.getvalue()


def _ids(styles: Any) -> dict[str, str]:
    """Give the styles' ids by name; Word writes the names of its own styles in lower case, others may not."""
    return {_name(style): str(style.get(qn("w:styleId"))) for style in styles.findall(qn("w:style"))}


def _name(style: Any) -> str:
    name = style.find(qn("w:name"))
    text = "" if name is None else str(name.get(qn("w:val")))
    return text.lower() if text.lower().startswith("heading ") else text


def _brief(error: TemplateError) -> str:
    """Give what Jinja says of a template, on one short line: its words are the office's own, and no case's."""
    return " ".join(str(error.message or "").split())[:160]


def _near(error: TemplateSyntaxError) -> str:
    """Give the template's words around a fault."""
    lines = [" ".join(line.split()) for line in getattr(error, "docx_context", ())]
    return next((line[:60] for line in lines[3:] + lines[:3] if "{" in line), "")
