"""What must hold on every public page, in a real browser."""

import re
import urllib.request
from collections import Counter

import pytest
from tinyhtml5 import parser as html_parser

from tests.browser.conftest import ALL, ALL_BUT_COLOURS, COLOURS, MODES, violations

pytestmark = pytest.mark.browser

NARROW, MIDDLE, WIDE = 320, 768, 1280
# Reading the colours takes three quarters of the time, and a tablet has those of a phone and a desktop.
WIDTHS = {
    "light": {NARROW: ALL, MIDDLE: ALL_BUT_COLOURS, WIDE: ALL},
    "dark": {NARROW: COLOURS, WIDE: COLOURS},
    "forced colours": {NARROW: ALL_BUT_COLOURS},
}
REFERENCES = ("aria-describedby", "aria-labelledby", "aria-controls", "for", "popovertarget", "list")
DANGLING = """attributes => attributes.flatMap(name =>
    [...document.querySelectorAll(`[${name}]`)].flatMap(element =>
        element.getAttribute(name).split(/\\s+/).filter(id => !document.getElementById(id))
            .map(id => `${name}=${id}`)))"""
RADIOS_WITHOUT_A_GROUP = "[...document.querySelectorAll('[type=radio]')].filter(r => !r.closest('fieldset')).length"
TOO_SMALL = """
[...document.querySelectorAll('a, button, select, summary, input:not([type=hidden])')].filter(element => {
    const box = element.getBoundingClientRect()
    const inSentence = getComputedStyle(element).display === 'inline'
    const tile = element.closest('.choice')
    return box.width > 1 && !inSentence && !tile && (box.width < 24 || box.height < 24)
}).map(element => element.outerHTML.slice(0, 120))"""
# A link in the breadcrumbs reaches out of its item on purpose, so that a finger finds it.
TEXT_WIDER_THAN_ITS_BOX = """
[...document.querySelectorAll('main p, main li, main td, main dd, h1, h2, h3, button')]
    .filter(element => !element.closest('.crumbs'))
    .filter(element => element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1)
    .map(element => element.outerHTML.slice(0, 100))"""


def fetch(site, path):
    try:
        with urllib.request.urlopen(site.url + path) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.read().decode()


@pytest.mark.parametrize("mode", MODES)
def test_no_page_breaks_an_accessibility_rule(browser, site, mode):
    media, _rules = MODES[mode]
    context = browser.new_context(base_url=site.url, **media)
    page = context.new_page()
    found = []
    # Pages of one layout differ in their words only: by day, on a phone, every one of them is looked at.
    every_page = site.paths() if mode == "light" else []
    of_each_kind = site.kinds()
    for path in dict.fromkeys([*of_each_kind, *every_page]):
        page.goto(path)
        for width in WIDTHS[mode] if path in of_each_kind else [NARROW]:
            page.set_viewport_size({"width": width, "height": 900})
            found += [(path, width, violation) for violation in violations(page, **WIDTHS[mode][width])]
    context.close()
    assert found == []


def test_every_reference_inside_a_page_leads_somewhere(page, site):
    found = {}
    for path in site.paths()[:-1]:
        page.goto(path)
        broken = page.evaluate(DANGLING, REFERENCES)
        broken += page.evaluate(
            "[...document.querySelectorAll('a[href^=\"#\"], use')].map(e => e.getAttribute('href').slice(1))"
            ".filter(id => !document.getElementById(id))"
        )
        if broken or page.evaluate(RADIOS_WITHOUT_A_GROUP):
            found[path] = broken
    assert found == {}


def test_every_page_is_valid_html(site):
    found = {}
    for path in site.paths():
        reader = html_parser.HTMLParser()
        text = fetch(site, path)
        reader.parse(text)
        ids = Counter(re.findall(r'\sid="([^"]*)"', text))
        twice = [name for name, times in ids.items() if times > 1]
        if reader.errors or twice:
            found[path] = (reader.errors, twice)
    assert found == {}


def test_a_page_asks_no_other_host_and_sets_no_cookie(browser, site):
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    asked, refused = set(), []
    page.on("request", lambda request: asked.add(request.url.split("/")[2]))
    page.on("console", lambda message: refused.append(message.text) if "Security Policy" in message.text else None)
    for path in site.paths():
        page.goto(path)
        page.keyboard.press("End")
        page.wait_for_timeout(100)
    assert asked == {site.url.removeprefix("http://")}
    assert context.cookies() == []
    assert refused == []
    context.close()


def test_nothing_runs_off_the_side(browser, site):
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    found = {}
    of_each_kind = site.kinds()
    for path in dict.fromkeys([*of_each_kind, *site.paths()]):
        page.goto(path)
        # Words alone run off a phone first; on wider screens it is the layout that could.
        for width in (320, 390, 768, 1024, 1440, 1920) if path in of_each_kind else (320, 390):
            page.set_viewport_size({"width": width, "height": 900})
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            small = page.evaluate(TOO_SMALL) if width == 320 else []
            if over > 0 or small:
                found[path, width] = (over, small)
    context.close()
    assert found == {}


def test_text_twice_as_large_loses_nothing(browser, site):
    context = browser.new_context(base_url=site.url, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.emulate_media(reduced_motion="reduce")
    found = {}
    for path in site.paths():
        page.goto(path)
        session = context.new_cdp_session(page)
        session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        size = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
        cut = page.evaluate(TEXT_WIDER_THAN_ITS_BOX)
        if over > 0 or cut or size < 30:
            found[path] = (over, cut, size)
        session.detach()
    context.close()
    assert found == {}


def test_the_home_page_is_small_over_the_wire(browser, site):
    context = browser.new_context(base_url=site.url, viewport={"width": 390, "height": 844})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    sheets = []
    page.on("response", lambda answer: sheets.append(answer) if answer.request.resource_type == "stylesheet" else None)
    page.goto("/")
    for _ in range(12):
        page.mouse.wheel(0, 1000)
        page.wait_for_timeout(50)
    page.wait_for_load_state("networkidle")
    assert sum(sizes) <= 150 * 1024
    assert len(sheets) == 1
    assert sheets[0].headers["content-encoding"] == "br"
    assert int(sheets[0].headers["content-length"]) <= 10 * 1024
    context.close()


@pytest.mark.parametrize("width", [1152, 1280, 1440])
def test_the_menu_takes_one_line(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/")
    tops = page.evaluate("[...document.querySelectorAll('.menu a')].filter(a => a.offsetHeight).map(a => a.offsetTop)")
    assert len(tops) == 7
    assert len(set(tops)) == 1


def test_on_a_phone_the_way_out_has_its_sign_and_the_amounts_have_air(page):
    page.goto("/")
    assert page.locator(".crisis__exit .icon").is_visible()
    assert page.locator("#glance").evaluate("heading => getComputedStyle(heading).paddingTop") == "40px"


def test_the_questions_for_an_insurer_take_four_sheets_of_paper(page):
    page.goto("/questions-for-your-insurer/")
    sheets = page.pdf(format="Letter", margin=dict.fromkeys(("top", "bottom", "left", "right"), "1cm"))
    assert len(re.findall(rb"/Type\s*/Page\b", sheets)) <= 4


def test_paper_gets_the_words_and_numbers_in_full_width(page):
    page.set_viewport_size({"width": 800, "height": 1000})
    page.emulate_media(media="print")
    page.goto("/programs/iop-substance-use/")
    for left_out in (".contents", ".crisis__exit", ".menu-button >> nth=1", ".share"):
        assert not page.locator(left_out).is_visible()
    for left_out in (".closing", ".status >> nth=0", ".footer address"):
        assert not page.locator(left_out).is_visible()
    assert "In a crisis, call or text 988. Harbor Path Recovery: (207) 555-0142" in page.locator(".footer").inner_text()
    assert page.locator(".chapters").bounding_box()["width"] > 600
    assert page.locator(".crisis").is_visible()
    answer = page.locator(".questions details:not([open]) p").first
    assert answer.evaluate("element => element.getBoundingClientRect().height") > 10
    page.goto("/is-iop-right-for-me/")
    page.get_by_role("button", name="Start").dispatch_event("click")
    page.wait_for_selector(".choice")
    assert not page.locator(".back").is_visible()
