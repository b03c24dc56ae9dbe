"""One style sheet for the public, joined from its parts, hashed, compressed, and with every address in it right."""

import re
from urllib.parse import unquote

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import override_settings

from iop_site.staticfiles import join_imports

URL = re.compile(r"url\((['\"]?)(.*?)\1\)")
MOST_BYTES = 10 * 1024


# Joining


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "deeper").mkdir()
    (tmp_path / "top.css").write_text('a { src: url("../fonts/a.woff2") }\n')
    (tmp_path / "parts" / "one.css").write_text('b { src: url("../../art/b.svg") }\n')
    (tmp_path / "parts" / "deeper" / "two.css").write_text('c { src: url("../../../art/c.svg") }\n')
    return tmp_path


def joined(folder, text):
    (folder / "site.css").write_text(text)
    return join_imports(folder, "site.css")


def test_an_import_becomes_the_file_it_names(folder):
    text = joined(folder, '/* ours */\n@import url("top.css");\n@import url("parts/one.css");\n')
    assert text.startswith("/* ours */\n")
    assert "@import" not in text
    assert text.index("a {") < text.index("b {")


@pytest.mark.parametrize(
    ("part", "address"),
    [("top.css", "../fonts/a.woff2"), ("parts/one.css", "../art/b.svg"), ("parts/deeper/two.css", "../art/c.svg")],
)
def test_an_address_in_a_part_is_told_from_where_the_joined_sheet_stands(folder, part, address):
    assert f'url("{address}")' in joined(folder, f'@import url("{part}");')


def test_a_part_that_is_not_there_stops_the_work(folder):
    with pytest.raises(FileNotFoundError):
        joined(folder, '@import url("gone.css");')


def test_a_sheet_without_imports_stays_as_it_is(folder):
    assert joined(folder, "a { color: red }") == "a { color: red }"


# Collecting


def collect(source, root):
    """The names that files of `source` have in `root` after `make run` collected them, by the names they had."""
    with override_settings(
        STATIC_ROOT=root,
        STATICFILES_DIRS=[source],
        STATICFILES_FINDERS=["django.contrib.staticfiles.finders.FileSystemFinder"],
        STORAGES=settings.STORAGES | {"staticfiles": {"BACKEND": "iop_site.staticfiles.JoinedManifestStorage"}},
    ):
        call_command("collectstatic", interactive=False, verbosity=0)
        return dict(staticfiles_storage.hashed_files)


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """Our own files; the admin's would only take longer."""
    root = tmp_path_factory.mktemp("collected")
    return root, collect(settings.BASE_DIR / "static", root)


@pytest.fixture
def sheet(collected):
    root, names = collected
    return root / names["css/site.css"]


def test_the_sheet_carries_a_hash_of_what_is_in_it(sheet):
    assert re.fullmatch(r"site\.[0-9a-f]{12}\.css", sheet.name)
    assert [found.name for found in sheet.parent.glob("site.*.css")] == [sheet.name]


def test_a_change_in_a_part_changes_the_name_so_that_browsers_ask_again(tmp_path):
    source = tmp_path / "source"
    (source / "css").mkdir(parents=True)
    (source / "css" / "site.css").write_text('@import url("part.css");')
    names = set()
    for color in ("red", "blue"):
        (source / "css" / "part.css").write_text(f"a {{ color: {color} }}")
        name = collect(source, tmp_path / color)["css/site.css"]
        assert color in (tmp_path / color / name).read_text()
        names.add(name)
    assert len(names) == 2


def test_the_sheet_is_whole(sheet):
    text = sheet.read_text()
    assert "@import" not in text
    source = settings.BASE_DIR / "static" / "css"
    parts = re.findall(r'@import url\("(.*?)"\)', (source / "site.css").read_text())
    assert len(parts) > 5
    for part in parts:
        first_rule = re.search(r"^[.@:\w][^\n]*\{", (source / part).read_text(), re.MULTILINE)[0]
        assert first_rule in text


def test_every_address_in_the_sheet_is_a_file(sheet):
    addresses = [address for _quote, address in URL.findall(sheet.read_text()) if not address.startswith("#")]
    assert len([address for address in addresses if address.endswith(".woff2")]) >= 2
    for address in addresses:
        assert (sheet.parent / unquote(address.partition("#")[0])).resolve().is_file(), address


def test_the_sheet_travels_in_ten_kilobytes(sheet):
    packed = sheet.with_name(f"{sheet.name}.br").read_bytes()
    assert len(packed) <= MOST_BYTES
    assert brotli.decompress(packed).decode() == sheet.read_text()


def test_every_file_a_page_asks_for_was_collected(collected):
    root, names = collected
    asked = ["art/mark.svg", "fonts/petrona-latin-wght-normal.woff2", "fonts/figtree-latin-wght-normal.woff2"]
    for name in asked:
        assert (root / names[name]).is_file()
