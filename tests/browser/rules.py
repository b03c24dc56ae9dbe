"""What no page may break, in a real browser: rules of accessibility, and what a phone, a finger or a reader needs."""

from axe_playwright_python.base import AXE_SCRIPT

NARROW, WIDE = 320, 1280
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
ALL, COLOURS, ALL_BUT_COLOURS = {}, {"only": COLOUR_RULES}, {"without": COLOUR_RULES}
DAY = {"color_scheme": "light", "forced_colors": "none"}
NIGHT = {"color_scheme": "dark", "forced_colors": "none"}
READERS_OWN = {"color_scheme": "light", "forced_colors": "active"}
# Reading the colours takes four fifths of the time. By night nothing but the colours differs from the day, and those
# that a reader chose take the place of the ones axe reads.
BY_DAY = (NARROW, DAY, ALL)
LOOKS = [BY_DAY, (WIDE, NIGHT, COLOURS), (WIDE, READERS_OWN, ALL_BUT_COLOURS)]
# A link by night fades into its colour.
FADED = "Promise.all(document.getAnimations().map(change => change.finished))"
OVER_THE_SIDE = "document.documentElement.scrollWidth - innerWidth"

REFERENCES = ("aria-describedby", "aria-labelledby", "aria-controls", "for", "popovertarget", "list")
DANGLING = """attributes => attributes.flatMap(name =>
    [...document.querySelectorAll(`[${name}]`)].flatMap(element =>
        element.getAttribute(name).split(/\\s+/).filter(id => !document.getElementById(id))
            .map(id => `${name}=${id}`)))"""
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


def violations(page, only=(), without=(), outside=()):
    """Rules of accessibility that a page breaks as it is shown now, and what runs off its side. What stands inside of
    `outside`, a list of selectors, is not looked at."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    # What axe would load for rules of which we use none takes a fifth of its time.
    options = {"preload": False, "resultTypes": ["violations"], "rules": {rule: {"enabled": False} for rule in without}}
    if only:
        options["runOnly"] = list(only)
    run = "([exclude, options]) => axe.run({exclude}, options).then(results => results.violations)"
    broken = page.evaluate(run, [[[selector] for selector in outside], options])
    found = [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in broken]
    over = page.evaluate(OVER_THE_SIDE)
    return found + [("runs off the side", over)] * (over > 0)


def broken(page, looks=LOOKS, outside=()):
    """All that is wrong with a page; each of `looks` is (width, media, rules). It is shown as before in the end."""
    size = page.viewport_size
    yield from page.evaluate(DANGLING, REFERENCES)
    for width, media, rules in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(**media)
        page.evaluate(FADED)
        how = (width, media["color_scheme"], media["forced_colors"])
        yield from ((*how, *rule) for rule in violations(page, outside=outside, **rules))
    page.emulate_media(**DAY)
    page.set_viewport_size(size)
