"""HTML pages: the main text in whatever encoding, without scripts and navigation."""

from __future__ import annotations

import pytest

from xianjie.errors import InputError
from xianjie.sources.extract import Extracted, extract

BODY = "<p>一、<span>适</span>用范围</p><p>本办法适用于本市，由街道核实对象的情况，并告知县级民政部门。</p>"
TEXT = ["一、适用范围", "本办法适用于本市，由街道核实对象的情况，并告知县级民政部门。"]


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head>{head}<title>文</title></head><body>{body}</body></html>"


def read(data: bytes) -> Extracted:
    return extract(data, "a.html")


def lines(data: bytes) -> list[str]:
    return [line for line in read(data).text.splitlines() if line]


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("", "utf-8"),
        ('<meta charset="utf-8">', "utf-8"),
        ('<meta charset="gb2312">', "gb18030"),
        ("<meta charset=gbk>", "gbk"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=gb2312">', "gb2312"),
        ('<meta charset="gb2312">', "utf-8"),
        ('<meta charset="nonsense">', "gb18030"),
        ('<meta charset="big5">', "big5"),
        ("", "gb18030"),
        ("", "utf-16"),
    ],
)
def test_the_encoding_is_what_is_declared_unless_that_is_wrong(head: str, encoding: str) -> None:
    body = BODY if encoding != "big5" else "<p>一、總則</p><p>本辦法適用於本市。</p>"
    wanted = TEXT if encoding != "big5" else ["一、總則", "本辦法適用於本市。"]
    assert lines(page(body * (1 if encoding == "big5" else 3), head).encode(encoding))[:2] == wanted


def test_scripts_styles_navigation_and_what_is_hidden_are_left_out() -> None:
    furniture = (
        "<script>var x='脚本文字，不应读入，也不执行。';</script><style>p{}</style>"
        "<nav>首页，栏目，登录，注册，检索。</nav>"
        "<div style='display: none'>隐藏的文字，不应读入。</div><p hidden>隐藏的另一句，不应读入。</p>"
        "<footer>版权所有，转载请注明来源。</footer><form>检索，<input value='x'></form><!-- 注释 -->"
        "<iframe src='http://example.invalid/'></iframe><img src='http://example.invalid/x.png'>"
    )
    assert lines(page(furniture + BODY + furniture).encode()) == TEXT


def test_the_main_part_is_taken_and_what_is_left_out_is_counted() -> None:
    side = "<div class=side><ul><li><a>通知</a></li><li><a>公告</a></li></ul></div>"
    long = "<p>这一句是正文里的话，说的是对象、程序和时限，写得比较长。</p>" * 20
    found = read(page(f"{side}<div><div><h1>办法</h1>{BODY}{long}</div></div>{side}").encode())
    assert found.text.startswith("办法")
    assert "通知" not in found.text
    assert found.remarks == ()
    news = "<div><p>另一则与本办法没有关系的通知公告标题，供参考。</p></div>"
    (remark,) = read(page(f"{news}<div>{BODY}{long}</div>").encode()).remarks
    assert "没有读入" in remark.zh


def test_two_parts_of_equal_weight_are_both_kept() -> None:
    body = f"<div>{BODY}</div><div>{BODY.replace('一、', '二、')}</div>"
    assert [line[:2] for line in lines(page(body).encode())] == ["一、", "本办", "二、", "本办"]


def test_tables_and_breaks_give_lines_and_cells() -> None:
    body = f"{BODY}<table><tr><th>序号</th><th>目标</th></tr><tr><td>1</td><td>85<br>以上</td></tr></table>甲。<br>乙。"
    assert lines(page(body).encode())[2:] == ["序号\t目标", "1\t85", "以上", "甲。", "乙。"]


@pytest.mark.parametrize("body", ["", "<script>甲乙丙</script>", "<nav>首页</nav>", "<p>……</p>"])
def test_a_page_without_text_is_refused(body: str) -> None:
    with pytest.raises(InputError) as raised:
        read(page(body).encode())
    assert raised.value.problems[0].code == "source-empty"


def test_a_page_made_to_exhaust_us_is_refused() -> None:
    with pytest.raises(InputError) as raised:
        read(page("<div>" * 5000 + "甲。" + "</div>" * 5000).encode())
    assert raised.value.problems[0].code == "source-too-long"


@pytest.mark.parametrize(
    "body",
    ["<p>甲。<p>乙。", "<b><i>甲。</b>乙。</i>", "<td>甲。乙。", "甲。&lt;&amp;&nbsp;乙。", "<![CDATA[x]]>甲。乙。"],
)
def test_sloppy_pages_are_read(body: str) -> None:
    text = read(page(body).encode()).text
    assert text.index("甲。") < text.index("乙。")
