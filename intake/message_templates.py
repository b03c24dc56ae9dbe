"""Words that colleagues use again: the places in them, and what stands there for one person."""

import re

from clinic.phone import readable

PLACEHOLDERS = {
    "name": "What to call the person",
    "reference": "The reference of the request",
    "program": "The program they think about, or “our programs”",
    "clinic": "The clinic’s name",
    "phone": "The clinic’s number",
}
PLACE = re.compile(r"\{([^{}]*)\}")
NAMELESS = "there"


def problems_of(text):
    """A sentence for each place that cannot be filled."""
    known = " ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    unknown = dict.fromkeys(name for name in PLACE.findall(text) if name not in PLACEHOLDERS)
    found = [f"“{{{name}}}” is not a place we can fill. These are: {known}." for name in unknown]
    # What is left when every whole place is taken out.
    broken = [brace for brace in "{}" if brace in PLACE.sub("", text)]
    found += [f"A “{brace}” stands alone. Write a place such as {{name}}, with both." for brace in broken]
    return found


def fill(text, request, clinic):
    """The words for one person. Only the text is looked at for places: what a person wrote is put in as it is. A place
    that we do not know stays."""
    words = {
        "name": request.name or NAMELESS,
        "reference": request.reference,
        "program": request.program.short_name if request.program else "our programs",
        "clinic": clinic.name,
        "phone": readable(clinic.phone),
    }
    return PLACE.sub(lambda place: words.get(place[1], place[0]), text)
