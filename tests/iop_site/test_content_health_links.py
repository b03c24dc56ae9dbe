"""Content health follows every link, and finds those that lead nowhere."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clinic.models import Redirect
from tests import factories
from tests.iop_site.health import lines

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    factories.program(slug="iop")
    factories.program(slug="draft", is_published=False)
    factories.specialty_group(slug="walks")
    factories.page(slug="cost")
    factories.page(slug="plan", is_published=False)
    factories.question(slug="why")
    Redirect.objects.create(old_path="/programs/rehab/", new_path="/programs/iop/")


GOOD = [
    "/",
    "/programs/",
    "/programs",
    "/programs/iop/",
    "/programs/?time=morning",
    "/programs/rehab/",
    "/groups/walks/",
    "/cost/",
    "/questions/#why",
    "/about/#hours",
]
BAD = {
    "/programs/none/": "That page does not exist or is not published.",
    "/programs/draft/": "That page does not exist or is not published.",
    "/groups/none/": "That page does not exist or is not published.",
    "/plan/": "That page does not exist or is not published.",
    "/nowhere/at/all/": "There is no such page.",
    "/questions/#gone": "There is no such question.",
    "/staff/": "Only staff can open it.",
}


@pytest.mark.parametrize("path", GOOD)
def test_link_to_a_page_of_ours_is_fine(site, path):
    factories.signpost(path=path)
    assert lines("Links that lead nowhere") == []


@pytest.mark.parametrize(("path", "why"), BAD.items())
def test_signpost_to_nowhere_is_found(site, path, why):
    factories.signpost(title="I need help", path=path)
    assert lines("Links that lead nowhere") == [f"signpost: I need help: It leads to {path}. {why}"]


def test_links_inside_pages_are_followed(site):
    body = "[Ours](/cost/), [gone](/lost/), [call](tel:988), [this page](#part), [theirs](https://example.org/lost/)"
    factories.page(title="Families", body=body)
    assert lines("Links that lead nowhere") == [
        "page: Families: It leads to /lost/. That page does not exist or is not published."
    ]


def test_alert_leads_somewhere_while_it_is_shown(site):
    made = factories.alert(body="Snow", link_path="/lost/", link_label="More")
    assert len(lines("Links that lead nowhere")) == 1
    made.starts_at = timezone.now() - timedelta(days=2)
    made.ends_at = timezone.now() - timedelta(days=1)
    made.save()
    assert lines("Links that lead nowhere") == []


def test_redirect_leads_somewhere(site):
    Redirect.objects.create(old_path="/old/", new_path="/lost/")
    [line] = lines("Links that lead nowhere")
    assert line.startswith("redirect: /old/ → /lost/: ")


def test_redirect_to_an_address_that_moved_too_is_found():
    Redirect.objects.create(old_path="/a/", new_path="/b/")
    Redirect.objects.create(old_path="/b/", new_path="/a/")
    assert len(lines("Links that lead nowhere")) == 2
