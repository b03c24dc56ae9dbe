"""What must hold on every public page, in a real browser."""

import re
import urllib.request
from collections import Counter, defaultdict

import pytest
from tinyhtml5 import parser as html_parser

from tests.browser.conftest import listen
from tests.browser.rules import (
    ALL_BUT_COLOURS,
    DAY,
    LOOKS,
    NARROW,
    OVER_THE_SIDE,
    TEXT_WIDER_THAN_ITS_BOX,
    TOO_SMALL,
    broken,
)

pytestmark = pytest.mark.browser

TABLET = (768, DAY, ALL_BUT_COLOURS)
PHONE_AGAIN = (NARROW, DAY, ALL_BUT_COLOURS)
# Words alone run off a phone first; on wider screens it is the layout that could.
PHONES, WIDER = (320, 390), (768, 1024, 1440, 1920)
LINKS_TO_NOWHERE = """
[...document.querySelectorAll('a[href^="#"], use')].map(element => element.getAttribute('href').slice(1))
    .filter(id => !document.getElementById(id))"""
RADIOS_WITHOUT_A_GROUP = "[...document.querySelectorAll('[type=radio]')].filter(r => !r.closest('fieldset')).length"


def fetch(site, path):
    try:
        with urllib.request.urlopen(site.url + path) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.read().decode()


def off_the_side(page, widths):
    """Also what is too small for a finger."""
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        if (over := page.evaluate(OVER_THE_SIDE)) > 0:
            yield (width, over)
        if width == NARROW:
            yield from page.evaluate(TOO_SMALL)


def lost_when_twice_as_large(page):
    page.set_viewport_size({"width": 1280, "height": 900})
    session = page.context.new_cdp_session(page)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    if (over := page.evaluate(OVER_THE_SIDE)) > 0:
        yield over
    if (size := page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")) < 30:
        yield f"{size} px"
    yield from page.evaluate(TEXT_WIDER_THAN_ITS_BOX)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
    session.detach()


@pytest.fixture(scope="module")
def walk(browser, site):
    """One walk through every public page, because going to a page costs more than a look at it: what was found, by what
    was looked for and by the address."""
    context = browser.new_context(base_url=site.url, reduced_motion="reduce")
    page = context.new_page()
    problems, asked, found = listen(page), set(), defaultdict(dict)
    page.on("request", lambda request: asked.add(request.url.split("/")[2]))
    # Pages of one layout differ in their words only: of those, one is looked at in every way.
    of_each_kind = site.kinds()
    for path in dict.fromkeys([*of_each_kind, *site.paths()]):
        is_first = path in of_each_kind
        page.goto(path)
        page.keyboard.press("End")
        checks = {
            "leads nowhere": page.evaluate(LINKS_TO_NOWHERE),
            "radios without a group": [number] if (number := page.evaluate(RADIOS_WITHOUT_A_GROUP)) else [],
            "off the side": list(off_the_side(page, PHONES + WIDER if is_first else PHONES)),
            # Before axe, which adds a style of its own that our policy refuses.
            "refused": [text for text in problems if "404" not in text],
            "accessibility": list(broken(page, [*LOOKS, TABLET] if is_first else [PHONE_AGAIN])),
            "twice as large": list(lost_when_twice_as_large(page)),
        }
        problems.clear()
        for what, wrong in checks.items():
            if wrong:
                found[what][path] = wrong
    found["cookies"], found["hosts"] = context.cookies(), asked
    context.close()
    return found


def test_no_page_breaks_an_accessibility_rule(walk):
    assert walk["accessibility"] == {}


def test_every_reference_inside_a_page_leads_somewhere(walk):
    assert walk["leads nowhere"] == {}
    assert walk["radios without a group"] == {}


def test_nothing_runs_off_the_side_or_is_too_small_for_a_finger(walk):
    assert walk["off the side"] == {}


def test_text_twice_as_large_loses_nothing(walk):
    assert walk["twice as large"] == {}


def test_a_page_asks_no_other_host_sets_no_cookie_and_breaks_no_policy_of_its_own(walk, site):
    assert walk["hosts"] == {site.url.removeprefix("http://")}
    assert walk["cookies"] == []
    assert walk["refused"] == {}


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
