"""The picture shown where somebody shares a page: its title over our shore. Drawn when staff publish, never for a
visitor; its name follows from its words, so a page knows the address without asking the database."""

import re
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.apps import apps
from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

from clinic import images
from clinic.models import Clinic, PageText, Published

DRAWING = "1"  # count up when the drawing changes: every picture gets a new name
WIDTH, HEIGHT = 1200, 630
MARGIN = 80
NAME_TOP, NAME_BOTTOM = 60, 108
TITLE_TOP, TITLE_BOTTOM = 130, 380  # the shore begins below
NAME_SIZES = range(34, 8, -2)
TITLE_SIZES = range(88, 8, -4)
LEADING = 1.12
COLORS = 96

FONTS = settings.BASE_DIR / "static" / "fonts"
FAMILIES = {"serif": "petrona-latin-wght-normal.woff2", "sans": "figtree-latin-wght-normal.woff2"}
TOKENS = settings.BASE_DIR / "static" / "css" / "tokens.css"

# Land, water and light as corners of flat shapes, far to near: the same shore as the drawn scenes.
DUSK_TOP = 400
FAR_HILL = [(0, 486), (150, 462), (330, 446), (520, 470), (700, 452), (930, 478), (1200, 456), (1200, 540), (0, 540)]
WATER = [(0, 522), (1200, 522), (1200, 630), (0, 630)]
NEAR_SHORE = [(640, 630), (724, 578), (806, 552), (890, 526), (1010, 514), (1096, 500), (1200, 508), (1200, 630)]
HOUSE = [(948, 524), (948, 462), (990, 424), (1034, 462), (1034, 516)]
CHIMNEY = [(1006, 444), (1006, 418), (1020, 418), (1020, 456)]
WINDOW = [(976, 472), (1005, 471), (1006, 503), (977, 504)]
SUN = (224, 420, 318, 514)  # left, top, right, bottom
GLEAMS = [(176, 366, 540), (206, 336, 556), (238, 306, 572), (252, 292, 590)]  # of the sun: left, right, height
WINDOW_GLEAMS = [(604, 690, 596), (560, 652, 612)]


def titles(clinic):
    """Of every page that can be shared; none while there is no clinic."""
    if clinic is None:
        return
    yield title_of(clinic)
    yield from PageText.objects.filter(place="top").values_list("title", flat=True)
    for model in apps.get_models():
        if issubclass(model, Published):
            yield from map(str, model.objects.published())


def title_of(obj):
    """The title of the page that this row is, if it can be shared."""
    if isinstance(obj, Clinic):
        return f"{obj.headline} {obj.headline_end}"
    if isinstance(obj, PageText) and obj.place == "top":
        return obj.title
    return str(obj) if isinstance(obj, Published) and obj.is_published else ""


def name_of(title, clinic_name):
    return sha256("\0".join([DRAWING, clinic_name, title]).encode()).hexdigest()[:32]


def folder():
    return Path(settings.MEDIA_ROOT) / "share"


def file_of(title, clinic_name):
    return folder() / f"{name_of(title, clinic_name)}.png"


def address(title, clinic_name):
    """Under the site's own name, as the sites that show it need it; empty while there is no picture."""
    file = file_of(title, clinic_name)
    return f"{settings.SITE_URL}{settings.MEDIA_URL}share/{file.name}" if file.exists() else ""


def draw_for(title, clinic_name):
    picture = draw(title, clinic_name).quantize(COLORS, dither=Image.Dither.NONE)
    images.write(file_of(title, clinic_name), images.encoded(picture, {"format": "PNG"}))


def draw_missing():
    """For every page without one. Quick when there is nothing to draw."""
    clinic = Clinic.objects.first()
    draw_some(set(titles(clinic)), clinic)


def renew(obj):
    """After a row was saved: draw its picture and remove those of titles that are gone. To draw all of them, as after
    a new name of the clinic, takes too long for somebody who waits."""
    clinic = Clinic.objects.first()
    if clinic:
        draw_some(filter(None, [title_of(obj)]), clinic)
        remove_strays()


def draw_some(titles, clinic):
    for title in titles:
        if not file_of(title, clinic.name).exists():
            draw_for(title, clinic.name)


def remove_strays():
    """The pictures of titles that no page has any more. Returns how many there were."""
    files = set(folder().glob("*.png"))  # first: a page that is saved from here on has a picture we did not see
    clinic = Clinic.objects.first()
    strays = files - {file_of(title, clinic.name) for title in titles(clinic)}
    for file in strays:
        file.unlink(missing_ok=True)
    return len(strays)


# Drawing


def draw(title, clinic_name):
    picture = shore().copy()
    canvas = ImageDraw.Draw(picture)
    write_words(canvas, clinic_name, NAME_TOP, NAME_BOTTOM, "sans", 650, NAME_SIZES, "ink-soft")
    write_words(canvas, title, TITLE_TOP, TITLE_BOTTOM, "serif", 560, TITLE_SIZES, "ink")
    return picture


def write_words(canvas, words, top, bottom, family, weight, sizes, ink):
    lines, face, step = laid_out(words, family, weight, sizes, bottom - top)
    for number, line in enumerate(lines):
        canvas.text((MARGIN, top + number * step), line, fill=token(ink), font=face)


def laid_out(words, family, weight, sizes, height):
    """In the largest of these sizes at which all words have room."""
    for size in sizes:
        face = font(family, weight, size)
        step = round(size * LEADING)
        lines = wrapped(words, face)
        if len(lines) * step <= height:
            break
    return lines, face, step


def wrapped(words, face):
    room = WIDTH - 2 * MARGIN
    lines = [""]
    for word in words.split():
        joined = f"{lines[-1]} {word}".strip()
        if face.getlength(joined) <= room:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:  # one that is longer than a line goes on in the next
            if lines[-1] and face.getlength(lines[-1] + letter) > room:
                lines.append("")
            lines[-1] += letter
    return lines


@cache
def font(family, weight, size):
    face = ImageFont.truetype(FONTS / FAMILIES[family], size, layout_engine=ImageFont.Layout.BASIC)
    face.set_variation_by_axes([weight])
    return face


@cache
def token(name):
    """A color of the site, by day."""
    return re.search(rf"--{name}: (#\w+);", TOKENS.read_text())[1]


@cache
def shore():
    """The drawing alone, at twice its size and then made smaller, which smooths its edges."""
    picture = Image.new("RGB", (2 * WIDTH, 2 * HEIGHT), token("paper"))
    canvas = ImageDraw.Draw(picture)

    def shape(corners, ink):
        canvas.polygon([(2 * x, 2 * y) for x, y in corners], fill=token(ink))

    def gleam(left, right, y, ink):
        """A stroke of the gouge: tapered at both ends."""
        shape([(left, y), ((left + right) / 2, y - 4), (right, y), ((left + right) / 2, y + 3)], ink)

    canvas.rectangle((0, 2 * DUSK_TOP, 2 * WIDTH, 2 * HEIGHT), fill=token("dusk"))
    canvas.ellipse([2 * edge for edge in SUN], fill=token("draw-sun"))
    shape(FAR_HILL, "draw-pale")
    shape(WATER, "draw-mid")
    for left, right, y in GLEAMS:
        gleam(left, right, y, "draw-sun")
    shape(NEAR_SHORE, "draw-deep")
    shape(HOUSE, "deep")
    shape(CHIMNEY, "deep")
    shape(WINDOW, "lamp")
    for left, right, y in WINDOW_GLEAMS:
        gleam(left, right, y, "lamp")
    return picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
