"""What somebody with bad intentions sends to the workbench: names, numbers, files, addresses, forms without end."""

from __future__ import annotations

import io
import re
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient
from tests.service.invented import drifting
from tests.service.let_in import Ticks, guarded, key_of, service_behind
from tests.web.conftest import serving, token
from tests.web.pages.deadlines_kept import opening
from tests.web.pages.test_batch import HEADS, book, ended, link, send
from tests.web.reading import OUTSIDE, addresses, inline_code, read

from xianjie.service.door.credentials import COOKIE
from xianjie.service.logs import make_log
from xianjie.sources.extract import _HTML_HEAD
from xianjie.web.door import form_tokens

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}"
NUMBER = "88010119900101001X"
"""Nobody's: there is no division 880101, and the check digit is wrong."""
AS_DATA = {"accept": "application/json"}
QUICK = 2.0


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("attacked")
    with serving(folder, drifting(folder / "yunlu")) as made:
        yield made


def harmless(text: str) -> None:
    page = read(text)
    assert inline_code(page) == []
    assert page.all("img") == []
    assert all(one.attributes.get("src", "").startswith("/assets/") for one in page.all("script"))
    assert "49" not in page.text or "{{7*7}}" in text


# Addresses ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["//evil.example", "///evil.example/x", "/%5Cevil.example", "/%2F%2Fevil.example", "/.//x"]
)
def test_a_page_that_is_not_there_leads_nowhere_else(client: TestClient, path: str) -> None:
    answer = client.get(client.base_url.join("/").copy_with(raw_path=path.encode()))
    assert answer.status_code == 404
    found = [unquote(one).replace("\\", "/") for one in addresses(read(answer.text))]
    assert found
    assert [one for one in found if one.startswith(OUTSIDE)] == []


@pytest.mark.parametrize("back", ["//[", "http://[", "/\\[", "//[::1", "https://[v1.x"])
def test_a_broken_way_back_leads_to_the_first_page(client: TestClient, tmp_path: Path, back: str) -> None:
    answer = client.get("/login", params={"back": back}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert client.get("/display", params={"back": back}).status_code == 200
    with serving(tmp_path, drifting(tmp_path / "yunlu")) as closed:
        guarded(closed, Ticks())
        sent = {"hx-request": "true", "hx-current-url": back}
        assert closed.get("/compare", headers=sent, follow_redirects=False).headers["hx-redirect"] == "/login"


def test_nothing_of_an_address_gets_into_a_header(client: TestClient) -> None:
    for path in ("/jobs/x.y%0d%0aset-cookie:a=b", "/ledgers/a%0d%0ab:c/updates", "/check?lang=zh%0d%0ax:y"):
        answer = client.get(path, follow_redirects=False)
        assert not {"x", "b"} & set(answer.headers)
        assert "a=b" not in answer.headers.get("set-cookie", "")
        assert not re.search(r"[\r\n]", "".join(answer.headers.values()))


# Logins ---------------------------------------------------------------------------------------------------------------


def test_a_secret_that_somebody_planted_in_the_browser_opens_no_form(tmp_path: Path) -> None:
    """A page on another port of this machine, or another host of the office, can set a cookie for ours."""
    with serving(tmp_path, drifting(tmp_path / "yunlu")) as client:
        guarded(client, Ticks())
        keeping = service_behind(client).keeping
        tokens = []
        for holder in ("mallory", "alice"):
            client.cookies.clear()
            key = key_of(keeping, ("reader", "national"), holder=holder)
            assert client.post(
                "/login", data={**token(client, "/login"), "key": key}, follow_redirects=False
            ).is_redirect
            client.cookies.set(form_tokens.COOKIE, "a" * 43)
            tokens.append(token(client)["form_token"])
        mallory, alice = tokens
        sent = {"theme": "dark", "form_token": mallory}
        assert client.post("/display", data=sent, follow_redirects=False).status_code == 403
        assert client.post("/display", data={**sent, "form_token": alice}, follow_redirects=False).status_code == 303


def test_a_login_that_the_browser_brought_along_is_never_taken_up(tmp_path: Path) -> None:
    with serving(tmp_path, drifting(tmp_path / "yunlu")) as client:
        guarded(client, Ticks())
        key = key_of(service_behind(client).keeping, ("reader", "national"))
        client.cookies.set(COOKIE, "xjk_planted")
        sent = {**token(client, "/login"), "key": key}
        answer = client.post("/login", data=sent, follow_redirects=False)
        (given,) = [one for one in answer.headers.get_list("set-cookie") if one.startswith(f"{COOKIE}=")]
        assert "planted" not in given
        assert "path=/;" in given.lower() + ";"
        assert "domain" not in given.lower()
        client.base_url = str(client.base_url).replace("http://", "https://")
        secure = client.post("/login", data={**token(client, "/login"), "key": key}, follow_redirects=False)
        assert all(
            "secure" in one.lower() for one in secure.headers.get_list("set-cookie") if "max-age=0" not in one.lower()
        )


# Files ----------------------------------------------------------------------------------------------------------------


def test_a_file_is_never_written_down_while_it_is_taken_in(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: object, **__: object) -> None:
        raise AssertionError("it was written to a disk")

    monkeypatch.setattr(tempfile, "TemporaryFile", nowhere)
    data = book(["x", "是", "否", "否"]) + b"\0" * (3 * 1024 * 1024)
    answer = client.post(
        "/batch", data=token(client, "/batch"), files={"table": ("a.xlsx", data)}, follow_redirects=False
    )
    assert answer.status_code == 303
    ended(client, answer.headers["location"])


@pytest.mark.parametrize(
    "charset", ["utf-7", "unicode_escape", "idna", "undefined", "punycode", "zlib", "utf-16", "\u00e9"]
)
def test_a_form_is_in_utf_8_whatever_it_says(client: TestClient, charset: str) -> None:
    body = "".join(
        f'--x\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in {**token(client, "/batch"), "as_of": "+2AA-\\ud800"}.items()
    )
    body += '--x\r\ncontent-disposition: form-data; name="table"; filename="+2AA-\\ud800.csv"\r\n\r\na\r\n--x--\r\n'
    kind = f"multipart/form-data; boundary=x; charset={charset}".encode("latin-1")
    answer = client.post("/batch", content=body.encode(), headers=[(b"content-type", kind)])
    assert answer.status_code in (400, 415, 422)


@pytest.mark.parametrize("length", ["\u00b2", "9" * 5000, "-1", "1e9", ""])
def test_a_length_that_is_none_is_no_failure(client: TestClient, length: str) -> None:
    sent = [(b"content-length", length.encode("latin-1")), (b"content-type", b"application/x-www-form-urlencoded")]
    assert client.post("/display", content=b"a=b", headers=sent).status_code in (403, 413)


@pytest.mark.parametrize(
    "body",
    [
        b'--x\r\ncontent-disposition: form-data; name="a"\r\n' + b"h: " + b"x" * 300_000 + b"\r\n\r\n1\r\n--x--\r\n",
        b"".join(b'--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n' for _ in range(3000)) + b"--x--\r\n",
        b"".join(b'--x\r\ncontent-disposition: form-data; name="table"; filename="a"\r\n\r\n1\r\n' for _ in range(9))
        + b"--x--\r\n",
        b'--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n' + b"1" * 2_000_000 + b"\r\n--x--\r\n",
        b"--x\r\n\r\n--x--\r\n",
        b'--x\r\ncontent-disposition: form-data; filename="a"\r\n\r\n1\r\n--x--\r\n',
        b'--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1',
        b"",
    ],
)
def test_a_form_with_files_that_is_made_to_exhaust_us_is_refused_at_once(client: TestClient, body: bytes) -> None:
    start = time.process_time()
    sent = {**AS_DATA, "content-type": "multipart/form-data; boundary=x"}
    answer = client.post("/batch", content=body, headers=sent)
    assert answer.status_code in (400, 403, 413)
    assert time.process_time() - start < QUICK


def test_what_precedes_a_web_page_does_not_hold_up_everybody() -> None:
    start = time.process_time()
    assert not _HTML_HEAD.match(b"<!---->" * 580 + b"x")
    assert not _HTML_HEAD.match(b"<?xml>" * 680 + b"x")
    assert not _HTML_HEAD.match(b" " * 4096)
    assert time.process_time() - start < QUICK
    assert _HTML_HEAD.match(b" <!-- a --> <!--b-->\n<?xml version='1'?> <!DOCTYPE html>")
    assert not _HTML_HEAD.match(b"<!-- <html> -->x")


BOMBS: dict[str, bytes] = {
    "alias.yaml": b"a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n",
    "deep.yaml": b"[" * 100_000,
    "deep.json": b"[" * 100_000,
    "many.json": b"[" + b"1," * 200_000 + b"1]",
    "number.json": b'{"household": {"size": ' + b"9" * 500_000 + b"}}",
    "exponent.json": b'{"household": {"size": 1e999999999}}',
    "half.json": b'{"case": "\\ud800", "person": {"note": "\\udfff"}}',
    "key.json": b'{"\\ud800": 1}',
    "tag.yaml": b"a: !!python/object/apply:os.system ['true']\n",
    "evil.json": f'{{"case": {EVIL!r}}}'.replace("'{", "{").encode(),
}


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.parametrize("at", ["/check/load", "/revise/file", "/batch"])
def test_a_file_that_is_made_to_exhaust_us_is_refused_at_once(client: TestClient, at: str, name: str) -> None:
    start = time.process_time()
    given = {**token(client, "/batch"), "base": "yunlu-2024"}
    field = "table" if at == "/batch" else "file"
    answer = client.post(at, data=given, files={field: (name, BOMBS[name], "x/y")}, follow_redirects=False)
    if answer.status_code == 303:
        answer = ended(client, answer.headers["location"])
    assert answer.status_code in (200, 422)
    harmless(answer.text)
    assert time.process_time() - start < QUICK


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><l>&b;</l>'


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", packed(**{"word__document.xml": LAUGHS})),
        ("a.docx", packed(**{"word__document.xml": b"<w/>", "word__x.bin": b"\0" * 40_000_000})),
        ("a.docx", packed(**{"../../evil": b"x", "word__document.xml": b"<w/>"})),
        ("a.pdf", b"%PDF-1.4\n" + b"1 0 obj <<" * 20_000 + b"\n%%EOF"),
        ("a.html", b"<div>" * 200_000 + b"x"),
        ("a.txt", b"<!---->" * 500 + b"x"),
        ("a.txt", "一".encode() * 300_000),
    ],
)
def test_a_text_that_is_made_to_exhaust_us_is_refused_at_once(client: TestClient, name: str, data: bytes) -> None:
    start = time.process_time()
    given = {**token(client, "/batch"), "base": "yunlu-2024"}
    answer = client.post("/revise/drift", data=given, files={"text": (name, data, "x/y")})
    assert answer.status_code in (200, 422, 503, 504)  # what takes too long, in a process of its own, is given up
    harmless(answer.text)
    assert time.process_time() - start < 2 * QUICK


# Names and numbers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", [EVIL + ".xlsx", 'a"; x=y.xlsx', "a\r\nset-cookie: a=b.xlsx", "\u202excod.xlsx", "..\\..\\a.xlsx"]
)
def test_a_file_s_name_is_text_and_nothing_else(client: TestClient, name: str) -> None:
    answer = send(client, book(["x", "是", "否", "或许"]), name)
    harmless(answer.text)
    given = client.get(link(answer, "/marked")).headers
    assert given["content-disposition"].count(";") == 2
    assert re.fullmatch(
        r"attachment; filename=\"[a-z.]+\"; filename\*=UTF-8''[A-Za-z0-9%._~-]+", given["content-disposition"]
    )
    assert given["cache-control"] == "no-store"
    assert "a" not in given.get("set-cookie", "")


def test_a_number_in_a_file_s_name_goes_nowhere(tmp_path: Path) -> None:
    log = io.BytesIO()
    with serving(tmp_path, drifting(tmp_path / "yunlu")) as client:
        service_behind(client).log = make_log("debug", log)
        answer = send(client, book(["x", "是", "否", "或许"]), f"张三{NUMBER}.xlsx")
        assert NUMBER not in answer.text
        assert NUMBER not in str(answer.url)
        assert NUMBER not in client.get(link(answer, "/marked")).headers["content-disposition"]
        answer = client.post("/check/load", data=token(client), files={"file": (f"{NUMBER}.txt", b"x")})
        assert NUMBER not in answer.text
        answer = client.post("/revise/file", data=token(client), files={"file": (f"{NUMBER}.yaml", b"a: [")})
        assert NUMBER not in answer.text
    assert NUMBER.encode() not in log.getvalue()


def test_a_number_in_a_field_is_kept_nowhere(tmp_path: Path) -> None:
    log = io.BytesIO()
    with serving(tmp_path, drifting(tmp_path / "yunlu")) as client:
        service_behind(client).log = make_log("debug", log)
        form = {**token(client), "said_on": "2025-08-01", "m0.person.dibao_recipient": "true"}
        note = "said.m0.person.dibao_recipient.note"
        kept = ("m0.label", "household_ref", "said_by", note, "division", "person", "case_id")
        asked = [
            ("/ledgers/new", opening(client, "/ledgers/new", **{"region": "yunlu", field: NUMBER}))
            for field in ("name", "division")
        ]
        asked += [("/check/keep", {"division": "420502", **form, field: NUMBER}) for field in kept]
        asked += [("/check/decide", {**form, field: NUMBER}) for field in kept[:3]]
        sent = [client.post(path, data=data, follow_redirects=False) for path, data in asked]
        for answer in sent:
            assert NUMBER not in str(answer.url) + answer.headers.get("location", "")
            assert answer.status_code in (403, 404, 422), (answer.status_code, answer.headers.get("location"))
        for path in (
            f"/decisions?case={NUMBER}",
            f"/glossary?q={NUMBER}",
            f"/ledgers/{NUMBER}",
            f"/{NUMBER}",
            f"/jobs/{NUMBER}",
        ):
            client.get(path)
        store = b"".join(one.read_bytes() for one in (tmp_path / "store").rglob("*") if one.is_file())
    assert NUMBER.encode() not in store
    assert NUMBER.encode() not in log.getvalue()
    assert b"request" in log.getvalue()


def test_a_label_is_no_formula_in_a_table(client: TestClient) -> None:
    for label in ("=cmd|' /C calc'!A0", "+1+1", "@SUM(1)", "-2+3"):
        rows = "\n".join([",".join(HEADS), f'"{label}",是,否,否'])
        answer = send(client, rows.encode(), "a.csv")
        text = client.get(link(answer, "/results.csv")).content.decode("utf-8-sig")
        assert f'"{label}' not in text.replace(f"\"'{label}", "")
        assert not any(cell.startswith(("=", "+", "@")) for line in text.splitlines() for cell in line.split(","))


FIELDS = ("name", "region", "division", "facts.kind", "facts.level", "once", "version", "back", "lang")


@pytest.mark.parametrize(
    "path",
    ["/ledgers/new", "/duties/new", "/check", "/incentives", "/revise/edit", "/batch", "/display"],
)
def test_what_is_typed_comes_back_as_text(client: TestClient, path: str) -> None:
    own = token(client)
    names = (
        *FIELDS,
        "regions",
        "dimension",
        "as_of",
        "m0.label",
        "household_ref",
        "said_by",
        "said_on",
        "add",
        "remove",
        "office",
        "case_id",
        EVIL,
    )
    for name in names:
        more = {"base": "yunlu-2024"} if path == "/revise/edit" else {}
        answer = client.post(path, data={**more, **own, name: EVIL}, follow_redirects=False)
        assert answer.status_code < 500, name
        if answer.headers.get("content-type", "").startswith("text/html"):
            harmless(answer.text)
            assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "header", ["accept-language", "cookie", "hx-target", "hx-current-url", "x-request-id", "referer", "if-none-match"]
)
def test_a_header_comes_back_nowhere(client: TestClient, header: str) -> None:
    for path in ("/", "/check", "/nothing-here", "/revise", "/ledgers"):
        answer = client.get(path, headers={header: EVIL})
        assert answer.status_code in (200, 404)
        assert "alert(1)" not in answer.text
        assert "alert(1)" not in str(answer.headers)
