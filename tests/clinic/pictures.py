"""Small pictures for tests, and files as a browser uploads them."""

import io
import struct
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms, PngImagePlugin

PLANTED = b"Quillon marmalade"


def picture(width=640, height=480, mode="RGB"):
    """The left half is dark, the right half light."""
    made = Image.new(mode, (width, height), "white")
    made.paste(Image.new(mode, (width // 2, height), "black"))
    return made


def data(made=None, kind="JPEG", **options):
    file = io.BytesIO()
    (made or picture()).save(file, kind, **options)
    return file.getvalue()


def upload(content=None, name="photo.jpg"):
    return SimpleUploadedFile(name, data() if content is None else content)


def with_secrets(kind="JPEG", *, with_profile=True):
    """A photo that says where, when and by whom it was taken, in every way its kind has."""
    planted = PLANTED.decode()
    exif = Image.Exif()
    exif[0x010E] = planted  # description
    exif[0x013B] = planted  # artist
    exif.get_ifd(0x8825)[29] = planted  # GPS: the day
    exif.get_ifd(0x8825)[2] = (44.0, 6.0, 3.0)  # GPS: the latitude
    options = {"exif": exif, "xmp": b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + PLANTED + b"</x:xmpmeta>"}
    if with_profile:
        profile = bytearray(srgb_profile())
        profile[48:52] = PLANTED[:4]  # who made the device
        options["icc_profile"] = bytes(profile)
    if kind == "JPEG":
        options["comment"] = PLANTED
    if kind == "PNG":
        options["pnginfo"] = PngImagePlugin.PngInfo()
        options["pnginfo"].add_text("Comment", planted)
        del options["xmp"]
    return data(kind=kind, **options) + PLANTED


def srgb_profile():
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def png_of_one_shade(width, height):
    """A few kilobytes that would fill the memory when decoded."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = zlib.compress(bytes((width + 7) // 8 + 1) * height, 9)
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
