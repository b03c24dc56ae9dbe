"""Staff text: plain Markdown comes out as plain HTML, and nothing else comes out."""

import re

import pytest
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from clinic.markdown import Rendered, escaped, links_of, problems

VECTORS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "![x](javascript:alert(1))",
    "![x](https://tracker.example/pixel.gif)",
    "<javascript:alert(1)>",
    '[x](/a "onmouseover=alert(1)")',
    "[x]: javascript:alert(1)\n\n[x]",
    "<iframe src=https://example.com></iframe>",
    "`<script>alert(1)</script>`",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<a href=# style='x:expression(alert(1))'>x</a>",
]
DANGEROUS = re.compile(r"<(script|iframe|svg|style|object)|\s(on\w+|style)=[^>]*>|href=\"(java|vb|data)", re.IGNORECASE)


@pytest.mark.parametrize("text", VECTORS)
def test_no_script_runs(text):
    assert not DANGEROUS.search(re.sub(r"&lt;.*?&gt;", "", str(Rendered(text))))


@given(st.text() | st.sampled_from(VECTORS).map(lambda vector: f"- {vector}\n"))
def test_any_text_is_rendered_without_an_element_it_brought_along(text):
    html = str(Rendered(text))
    tags = set(re.findall(r"<\s*/?\s*([a-zA-Z][\w-]*)", html))
    allowed = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "a", "em", "strong", "code", "pre"}
    assert tags <= allowed | {"blockquote", "hr", "br", "img", "table", "thead", "tbody", "tr", "th", "td"}
    assert not re.search(r"href=\"\s*(javascript|vbscript|data):", html, re.IGNORECASE)
    problems(text)


def test_a_link_to_another_site_names_it_and_tells_it_nothing():
    html = str(Rendered("See [the complaint form](https://www.hhs.gov/ocr)."))
    assert '<a href="https://www.hhs.gov/ocr" rel="nofollow noreferrer">the complaint form (www.hhs.gov)</a>' in html


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[](https://example.com/)", "> (example.com)</a>"),
        ("[`code`](https://example.com/)", "<code>code</code> (example.com)</a>"),
        ("[*a* b](https://example.com/)", "<em>a</em> b (example.com)</a>"),
        ("[a](https://[:é])", "a (https://[xn--:-bga])</a>"),
        ("[a](https:///example.com/)", "a (https:///example.com/)</a>"),
    ],
)
def test_every_link_to_another_site_names_it(text, words):
    assert words in str(Rendered(text))


def test_a_fact_of_the_clinic_is_only_words():
    name = "1. [A](https://example.com) & *B* | `c` # {city}"
    html = str(Rendered("{clinic}", {"clinic": escaped(name), "city": "x"}))
    assert html == f"<p>{escape(name)}</p>\n"


@pytest.mark.parametrize("link", ["/cost/", "#part-1", "tel:988", "sms:988", "mailto:help@example.org"])
def test_a_link_of_our_own_is_left_as_it_is(link):
    assert f'<a href="{link}">here</a>' in str(Rendered(f"[here]({link})"))


def test_larger_headings_can_be_linked_to():
    body = Rendered("## Before *you* come\n\nWords.\n\n### Small\n\n## After")
    assert body.headings == [("part-1", "Before you come"), ("part-2", "After")]
    assert '<h2 id="part-1">' in str(body)


def test_tables_and_lists_are_known():
    html = str(Rendered("| a | b |\n|---|---|\n| 1 | 2 |\n\n- one\n- two"))
    assert "<td>1</td>" in html
    assert html.count("<li>") == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello <b>you</b>", "without HTML"),
        ("<!-- hidden -->", "without HTML"),
        ("![a picture](/media/x.jpg)", "Pictures"),
        ("# Title\n\nWords", "Start headings with ##"),
        ("[here](http://example.com/)", "leads nowhere"),
        ("[here](programs)", "leads nowhere"),
        ("[here](//example.com/)", "leads nowhere"),
        ("[here](https://[:é])", "leads nowhere"),
        ("[here](https:///example.com)", "leads nowhere"),
        ("Words. " * 6000, "at most 40000"),
        ("|a" * 13 + "|\n" + "|-" * 13 + "|\n", "at most 12 columns"),
        ("|a" * 12 + "|\n" + "|-" * 12 + "|\n" + "|b\n" * 170, "shorter ones"),
    ],
)
def test_what_cannot_stand_is_said_in_a_sentence(text, words):
    (sentence,) = problems(text)
    assert words in sentence


def test_plain_markdown_has_no_problem():
    assert problems("## Part\n\n- a < b\n- [cost](/cost/) and [HHS](https://www.hhs.gov)\n\n> Words. 3 > 2") == []


def test_links_are_found_wherever_they_stand():
    assert links_of("[a](/a/)\n\n- [b](/b/)\n\n| [c](/c/) |\n|---|\n| [d](/d/) |") == ["/a/", "/b/", "/c/", "/d/"]
