"""An uploaded photo becomes a few safe files: looked at before it is read, drawn anew without what it carried, and
made in the sizes the pages use. What was uploaded is never stored and never served."""

import io
import re
import secrets
import shutil
import warnings
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from PIL import Image, ImageCms, ImageOps

from clinic.models import Photo

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 25_000_000
LEAST_SIDE = 480
MASTER_SIDE = 2400
WIDTHS = (480, 960, 1600)
# By the ending of the file, the smallest first: a browser takes the first kind it knows.
KINDS = {
    "avif": {"format": "AVIF", "quality": 60, "speed": 8},
    "webp": {"format": "WEBP", "quality": 78, "method": 4},
    "jpg": {"format": "JPEG", "quality": 80, "optimize": True, "progressive": True},
}
MASTER = {"format": "JPEG", "quality": 95, "subsampling": 0}
KEY = re.compile(r"[0-9a-f]{32}")
MOST_SCANS = 64  # a photo for the web has about ten; one made to keep us busy has hundreds
# The next marker of a JPEG that means something: not a stuffed byte, a restart, or a marker that stands alone.
JPEG_MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd8\xff])", re.DOTALL)
START_OF_SCAN, END_OF_JPEG = b"\xda", b"\xd9"

NOT_A_PHOTO = "This file is not a photo we can use. Upload a JPEG, PNG, WebP or AVIF file."
DAMAGED = "This file is damaged and cannot be read. Export the photo again and upload the new file."


# What staff upload


def check(file):
    """Read the header only. Raises ValidationError with a sentence for staff."""
    if file.size > MOST_BYTES:
        raise ValidationError(
            f"This file has {file.size / 1024**2:.0f} MB. Upload one of at most {MOST_BYTES // 1024**2} MB."
        )
    picture = opened(file)
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise ValidationError(f"This photo is {width} × {height} pixels, which is too large. {limits()}")
    if min(width, height) < LEAST_SIDE:
        raise ValidationError(f"This photo is {width} × {height} pixels, which is too small. {limits()}")
    if picture.format == "JPEG" and has_too_many_scans(file):
        raise ValidationError(DAMAGED)


def has_too_many_scans(file):
    """Whether a JPEG draws itself over again and again. Each time takes as long as a whole picture."""
    file.seek(0)
    content = file.read()
    scans = at = 0
    while scans <= MOST_SCANS and (marker := JPEG_MARKER.search(content, at)) and marker[1] != END_OF_JPEG:
        scans += marker[1] == START_OF_SCAN
        at = marker.end() + int.from_bytes(content[marker.end() : marker.end() + 2])
    return scans > MOST_SCANS


def limits():
    return (
        f"Upload one with at least {LEAST_SIDE} pixels on each side and at most {MOST_PIXELS // 10**6} megapixels"
        " in all."
    )


def opened(file):
    """The picture with its header read and nothing decoded."""
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # MOST_PIXELS is stricter
            return Image.open(file, formats=FORMATS)
    except Image.DecompressionBombError:
        raise ValidationError(f"This photo is too large. {limits()}") from None
    except Exception:  # a file made to break Pillow can make it raise anything
        raise ValidationError(NOT_A_PHOTO) from None


def read(file):
    """The picture itself: upright, in sRGB, no larger than a master, and with nothing else that the file carried."""
    check(file)
    try:
        with opened(file) as picture:
            picture.draft("RGB", (MASTER_SIDE, MASTER_SIDE))  # a large JPEG is read at half its size or less
            picture.load()
            picture = ImageOps.exif_transpose(picture)
            picture = in_srgb(picture)
    except Exception:
        raise ValidationError(DAMAGED) from None
    picture.thumbnail((MASTER_SIDE, MASTER_SIDE))
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    return clean


def in_srgb(picture):
    profile = picture.info.get("icc_profile")
    if picture.mode.startswith("I"):
        picture = picture.point(lambda level: level / 256).convert("L")  # 16 bits of gray
    if profile and picture.mode in ("RGB", "CMYK"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (OSError, ImageCms.PyCMSError):  # a broken profile costs only the profile
            return picture.convert("RGB")
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    return picture.convert("RGB")


# Files


def masters():
    """Never served: outside MEDIA_ROOT."""
    return Path(settings.VAR_DIR) / "photo-masters"


def master_file(key):
    return masters() / f"{key}.jpg"


def folder(key):
    return Path(settings.MEDIA_ROOT) / "photos" / key


def widths(photo):
    return sorted({min(width, photo.width) for width in WIDTHS})


def address(photo, width, kind):
    return f"{settings.MEDIA_URL}photos/{photo.key}/{width}.{kind}"


def encoded(picture, options):
    content = io.BytesIO()
    picture.save(content, **options)
    return content.getvalue()


def master_of(picture):
    """Its bytes. To make them takes time, and nobody else can write during a transaction: make them before it."""
    return encoded(picture, MASTER)


def keep(master):
    """Store the bytes of a master. Returns the new key that names it."""
    key = secrets.token_hex(16)
    write(master_file(key), master)
    return key


def same_as(master, besides=""):
    """The photo that was made from the same file, or None. `besides` is a key that does not count."""
    for file in masters().glob("*.jpg"):
        if file.stem != besides and file.stat().st_size == len(master) and file.read_bytes() == master:
            return Photo.objects.filter(key=file.stem).first()
    return None


def build(photo):
    """Make the files that pages use, from the master. Until all are on the disk, pages show the drawing."""
    with Image.open(master_file(photo.key), formats=["JPEG"]) as master:
        made = set()
        for width in widths(photo):
            size = (width, max(1, round(width * master.height / master.width)))
            variant = master.resize(size, Image.Resampling.LANCZOS)
            for kind, options in KINDS.items():
                file = folder(photo.key) / f"{width}.{kind}"
                write(file, encoded(variant, options))
                made.add(file)
    for file in set(folder(photo.key).iterdir()) - made:
        file.unlink()
    Photo.objects.filter(pk=photo.pk, key=photo.key).update(built_at=timezone.now())


def write(file, content):
    """Whole or not at all, also when the disk is full or two write it at once."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f"{file.name}.{secrets.token_hex(8)}.new")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


def forget(key):
    """Remove the files of a photo that was replaced or deleted, or whose row was never stored."""
    if not Photo.objects.filter(key=key).exists():
        for file in masters().glob(f"{key}.*"):
            file.unlink()
        shutil.rmtree(folder(key), ignore_errors=True)


def stored_keys():
    """The keys of all files there are, with a row or without."""
    names = (file.name.split(".")[0] for file in [*masters().glob("*"), *folder("").glob("*")])
    return {name for name in names if KEY.fullmatch(name)}
