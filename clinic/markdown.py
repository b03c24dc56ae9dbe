"""Staff text: Markdown without raw HTML or pictures, whose links lead to our own pages or say where they lead."""

import re
from itertools import pairwise
from urllib.parse import urlsplit

from django.utils.html import html_safe
from markdown_it import MarkdownIt

OWN_LINK = re.compile(r"(/(?!/)|#|tel:|sms:|mailto:)")
HTML = re.compile(r"<[a-z/!?]", re.IGNORECASE)
# Written {so} in a text, they become what the database says today.
FACTS = ("clinic", "phone", "city")
PLACEHOLDER = re.compile(r"\{(\w*)\}")


def filled(text, facts):
    """The text with each fact in braces replaced; one that is not known stays as it is."""
    return PLACEHOLDER.sub(lambda found: facts.get(found[1], found[0]), text)


def tokens_of(text):
    """All tokens, those inside paragraphs too, in order."""
    for token in parser().parse(text):
        yield token
        yield from token.children or []


def parser():
    return MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")


def links_of(text):
    return [token.attrs["href"] for token in tokens_of(text) if token.type == "link_open"]


def problems(text):
    """Sentences that say what cannot stand in a text; none when all is well."""
    found = []
    if HTML.search(text):
        found.append("Write Markdown without HTML: a < before a letter cannot stand here.")
    for name in PLACEHOLDER.findall(text):
        if name not in FACTS:
            found.append(
                f"{{{name}}} is no fact of the clinic. Known are {', '.join(f'{{{fact}}}' for fact in FACTS)}."
            )
    types = {token.type for token in tokens_of(text)}
    if "image" in types:
        found.append("Pictures cannot stand in the text.")
    if any(token.type == "heading_open" and token.tag not in ("h2", "h3") for token in tokens_of(text)):
        found.append("Start headings with ## or ###. The page's title is its only largest heading.")
    for link in links_of(text):
        if not OWN_LINK.match(link) and not link.startswith("https://"):
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
            name_other_sites(token.children or [])

    def __str__(self):
        return self.parser.renderer.render(self.tokens, self.parser.options, {})


def plain(inline):
    return "".join(token.content for token in inline.children)


def name_other_sites(children):
    outside = ""
    for token in children:
        if token.type == "link_open" and not OWN_LINK.match(token.attrs["href"]):
            outside = urlsplit(token.attrs["href"]).hostname or ""
            token.attrSet("rel", "nofollow noreferrer")
        elif token.type == "text" and outside:
            token.content = f"{token.content} ({outside})"
            outside = ""
        elif token.type == "link_close":
            outside = ""
