"""Staff upload a photo at a desk, and a visitor sees it on a phone: the whole way, in a real browser."""

import io

import pytest
from PIL import Image

from tests.browser.conftest import sign_in
from tests.browser.rules import violations
from tests.clinic import pictures

pytestmark = pytest.mark.browser

ALT = "A room with a dark wall and a light one"


@pytest.fixture
def desk(browser, site):
    """A wide window of somebody who may edit content."""
    site.add_colleague("photographer")
    context = browser.new_context(base_url=site.url, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    sign_in(page, "photographer")
    yield page
    context.close()


def upload(desk, content, alt=ALT):
    desk.goto("/staff/clinic/photo/add/")
    desk.get_by_label("Upload").set_input_files({"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": content})
    desk.get_by_label("Description").fill(alt)
    desk.get_by_role("button", name="Save", exact=True).click()


def test_a_photo_uploaded_at_the_desk_is_seen_on_a_phone(desk, browser, site):
    upload(desk, b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    desk.get_by_text("This file is not a photo we can use.").wait_for()
    assert desk.get_by_label("Description").input_value() == ALT
    assert violations(desk) == []

    upload(desk, pictures.data(pictures.picture(1800, 1350)))
    desk.locator("#result_list").wait_for()
    assert desk.locator("#result_list img.thumbnail").evaluate("image => image.complete && image.naturalWidth") == 480

    desk.goto("/staff/programs/specialtygroup/")
    desk.locator("#result_list tbody th a").first.click()
    desk.locator("#id_photo").select_option(label=ALT)
    desk.get_by_role("button", name="Save and continue editing").click()
    desk.get_by_text("was changed successfully").wait_for()
    address = desk.get_by_role("link", name="View on site").get_attribute("href")
    shown = desk.evaluate("address => fetch(address).then(answer => answer.url)", address)

    for mode in ("light", "dark"):
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, color_scheme=mode, java_script_enabled=True
        )
        phone = context.new_page()
        problems = []
        phone.on("console", lambda message, problems=problems: problems.append(message.text))
        phone.goto(shown)
        photo = phone.get_by_alt_text(ALT)
        photo.scroll_into_view_if_needed()
        photo.evaluate("image => image.decode()")
        assert photo.evaluate("image => image.currentSrc").endswith("/480.avif")
        box = photo.bounding_box()
        assert box["width"] / box["height"] == pytest.approx(4 / 3, rel=0.01)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        # Two inks: the dark half is the ink, the light half the paper.
        with Image.open(io.BytesIO(photo.screenshot())) as seen:
            colors = seen.convert("RGB")
        dark, light = (colors.getpixel((int(colors.width * across), colors.height // 2)) for across in (0.25, 0.75))
        assert dark == pytest.approx((0x0F, 0x34, 0x3C), abs=6)
        assert light[0] > light[2] > 150
        assert violations(phone) == []
        assert problems == []
        assert context.cookies() == []
        context.close()
