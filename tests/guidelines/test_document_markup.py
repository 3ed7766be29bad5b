"""The markup of guidelines: what it knows, that nothing typed becomes HTML, what two versions differ in."""

from __future__ import annotations

import pytest

from guidelines.differences import differences
from guidelines.markup import Heading, Items, Paragraph, Table, headings, is_safe_address, lines, read
from guidelines.markup_html import html

TEXT = """# ส่วนที่ 1

ย่อหน้า **สำคัญ** และ [ยืม](/assets/)
บรรทัดสอง

### ลึก

3. ขอ
   - ย่อย
4. คืน

| ใคร | ทำ |
|---|---|
| ผู้ยืม | ขอ |
"""


def test_what_it_knows() -> None:
    first, words, deep, steps, table = read(TEXT)
    assert isinstance(first, Heading) and (first.level, first.anchor, first.text) == (1, "part-1", "ส่วนที่ 1")
    assert isinstance(deep, Heading) and (deep.level, deep.anchor) == (2, "part-1-1")
    assert isinstance(words, Paragraph) and [(run.text, run.strong, run.href) for run in words.runs] == [
        ("ย่อหน้า ", False, ""), ("สำคัญ", True, ""), (" และ ", False, ""), ("ยืม", False, "/assets/"),
        ("\n", False, ""), ("บรรทัดสอง", False, ""),
    ]  # fmt: skip
    assert isinstance(steps, Items) and (steps.ordered, steps.start, len(steps.items)) == (True, 3, 2)
    assert isinstance(table, Table) and len(table.rows) == 1
    page = html(read(TEXT))
    for part in ('<h2 id="part-1">', '<h3 id="part-1-1">', '<ol start="3">', "<ul><li>ย่อย</li></ul>",
                 '<th scope="col">ใคร</th>', 'href="/assets/"', "<br>บรรทัดสอง", 'role="group"'):  # fmt: skip
        assert part in page
    assert [line.text for line in lines(read(TEXT))][-4:] == ["• ย่อย", "4. คืน", "ใคร · ทำ", "ผู้ยืม · ขอ"]


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![ภาพ](https://example.org/x.png)",
        "[ก](javascript:alert(1))", "[ก](JaVaScRiPt:alert(1))", "[ก](&#106;avascript:alert(1))",
        "[ก](data:text/html,<script>)", "[ก](//evil.example)", "[ก](/\\evil.example)", "[ก](vbscript:x)",
        "<javascript:alert(1)>", "[ก](<javascript:alert(1)>)", "```\n<b>\n```", "&lt;script&gt;",
        '[ก](https://x.org/"onmouseover="alert(1))', "[ก]: javascript:alert(1)\n\n[ก]", "<!-- x --><style>*{}</style>",
        "| <script> | b |\n|---|---|\n| <svg onload=x> | [x](javascript:1) |", "- <iframe src=x>", "# <b>ก</b>",
    ],
)  # fmt: skip
def test_nothing_typed_becomes_html(typed: str) -> None:
    page = html(read(typed))
    for part in ("<script", "<img", "<iframe", "<svg", "<style", "<!--", "<b>", "<code", 'javascript:1"', "onload=x>"):
        assert part not in page
    assert 'href="javascript' not in page.lower() and 'href="data' not in page and 'href="//' not in page
    assert '"onmouseover' not in page and '" onmouseover' not in page


def test_where_a_link_may_lead() -> None:
    for safe in ("https://example.go.th/a?b=c", "http://a.b", "mailto:a@b.c", "tel:1205", "/assets/", "/", "#part-1-2"):
        assert is_safe_address(safe)
    for unsafe in ("", "//a.b", "/\\a.b", "javascript:1", " https://a.b", "https://a b", "ftp://a.b", "tel:x", "a/b",
                   "https:\\a", "/a\nb", "#Part<"):  # fmt: skip
        assert not is_safe_address(unsafe)


def test_what_makes_it_work_hard_stays_letters() -> None:
    assert read("[" * 5000) and read("- " * 500) and read("**a" * 1000)
    assert len(headings(read("# ก\n" * 30))) == 30


def test_differences_are_told_line_by_line() -> None:
    before = read("# ยืม\n\n1. กรอกใบยืมก่อนรับของ\n2. คืนภายใน 7 วัน\n\n# คืน\n\nคืนให้ครบ\n")
    after = read("# ยืม\n\n1. กรอกใบยืมก่อนรับของ\n2. คืนภายใน 15 วัน\n3. ถ่ายภาพไว้\n\n# คืน\n")
    told = [(one.kind, one.part, one.before, one.after) for one in differences(before, after)]
    assert told == [
        ("changed", "ยืม", "2. คืนภายใน 7 วัน", "2. คืนภายใน 15 วัน"),
        ("added", "ยืม", "", "3. ถ่ายภาพไว้"),
        ("removed", "คืน", "คืนให้ครบ", ""),
    ]
    assert differences(before, before) == []
