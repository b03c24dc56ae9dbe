"""Staff text: Markdown without raw HTML or pictures, whose links lead to our own pages or say where they lead."""

import re
import string
from itertools import pairwise
from urllib.parse import urlsplit

from django.utils.html import html_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

OWN_LINK = re.compile(r"(/(?!/)|#|tel:|sms:|mailto:)")
HTML = re.compile(r"<[a-z/!?]", re.IGNORECASE)
# Written {so} in a text, they become what the database says today.
FACTS = ("clinic", "phone", "city")
PLACEHOLDER = re.compile(r"\{(\w*)\}")
MARKS = re.compile(f"([{re.escape(string.punctuation)}])")
# Every visitor waits for what a text takes to read.
MOST_LETTERS = 40_000
MOST_COLUMNS = 12
MOST_CELLS = 2_000


def filled(text, facts):
    """The text with each fact in braces replaced; one that is not known stays as it is."""
    return PLACEHOLDER.sub(lambda found: facts.get(found[1], found[0]), text)


def escaped(words):
    """As plain words in Markdown: nothing in them makes a link, a heading or a list."""
    return MARKS.sub(r"\\\1", words)


def tokens_of(text):
    """All tokens, those inside paragraphs too, in order."""
    for token in parser().parse(text):
        yield token
        yield from token.children or []


def parser():
    return MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")


def links_of(text):
    return links_among(tokens_of(text))


def links_among(tokens):
    return [token.attrs["href"] for token in tokens if token.type == "link_open"]


def site_of(link):
    """The name of the other site that a link leads to; "" when the link is broken or has none."""
    try:
        return urlsplit(link).hostname or ""
    except ValueError:
        return ""


def problems(text):
    """Sentences that say what cannot stand in a text; none when all is well."""
    if len(text) > MOST_LETTERS:
        return [f"This text has {len(text)} letters. Write at most {MOST_LETTERS}, or a second page."]
    if any(line.count("|") > MOST_COLUMNS + 1 for line in text.splitlines()):
        return [f"Write tables of at most {MOST_COLUMNS} columns: a phone cannot show more."]
    found = []
    if HTML.search(text):
        found.append("Write Markdown without HTML: a < before a letter cannot stand here.")
    for name in PLACEHOLDER.findall(text):
        if name not in FACTS:
            found.append(
                f"{{{name}}} is no fact of the clinic. Known are {', '.join(f'{{{fact}}}' for fact in FACTS)}."
            )
    tokens = list(tokens_of(text))
    types = [token.type for token in tokens]
    if types.count("td_open") > MOST_CELLS:
        found.append(f"The tables have more than {MOST_CELLS} cells together. Write shorter ones.")
    if "image" in types:
        found.append("Pictures cannot stand in the text.")
    if any(token.type == "heading_open" and token.tag not in ("h2", "h3") for token in tokens):
        found.append("Start headings with ## or ###. The page's title is its only largest heading.")
    for link in links_among(tokens):
        if not OWN_LINK.match(link) and not (link.startswith("https://") and site_of(link)):
            found.append(f"The link {link} leads nowhere. Start it with / for a page of this site, or with https://.")
    return found


@html_safe
class Rendered:
    """Prints itself as HTML. A link to another site names that site, and tells it nothing."""

    def __init__(self, text, facts=None):
        self.parser = parser()
        self.tokens = self.parser.parse(filled(text, facts or {}))
        self.headings = []  # (id, words) of the larger ones, for a list of contents
        for opening, inline in pairwise(self.tokens):
            if opening.type == "heading_open" and opening.tag == "h2":
                anchor = f"part-{len(self.headings) + 1}"
                opening.attrSet("id", anchor)
                self.headings.append((anchor, plain(inline)))
        for token in self.tokens:
            token.children = token.children and list(with_other_sites_named(token.children))

    def __str__(self):
        return self.parser.renderer.render(self.tokens, self.parser.options, {})


def plain(inline):
    return "".join(token.content for token in inline.children)


def with_other_sites_named(children):
    """At the end of each link to another site its name, or all of the link when that is broken."""
    outside = ""
    for token in children:
        if token.type == "link_open" and not OWN_LINK.match(token.attrs["href"]):
            outside = site_of(token.attrs["href"]) or token.attrs["href"]
            token.attrSet("rel", "nofollow noreferrer")
        elif token.type == "link_close" and outside:
            yield Token("text", "", 0, content=f" ({outside})")
            outside = ""
        yield token
