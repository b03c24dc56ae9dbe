"""Words to use again on the staff desk: places are explained, an example shows them filled, mistakes are refused."""

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from intake.message_templates import PLACEHOLDERS
from intake.models import MessageTemplate
from tests import factories

pytestmark = pytest.mark.django_db

ADD = "admin:intake_messagetemplate_add"


@pytest.fixture(autouse=True)
def clinic():
    return factories.clinic(name="Test Clinic")


def save(client, text, name="Evenings"):
    return client.post(reverse(ADD), {"name": name, "text": text, "is_offered": "on"}, follow=True)


def page_of(client, template):
    return client.get(reverse("admin:intake_messagetemplate_change", args=[template.pk])).text


def test_every_place_is_explained_on_the_form(admin_client):
    page = admin_client.get(reverse(ADD)).text
    for name, meaning in PLACEHOLDERS.items():
        assert f"<dt>{{{name}}}</dt><dd>{meaning}</dd>" in page


def test_new_words_start_with_an_example(admin_client):
    assert "Hello Sam Sample," in admin_client.get(reverse(ADD)).text


def test_what_is_saved_is_shown_filled_in(admin_client):
    save(admin_client, "Dear {name},\nall of {clinic} greets you.")
    assert "Dear Sam Sample,<br>all of Test Clinic greets you." in page_of(admin_client, MessageTemplate.objects.get())


def test_an_unknown_place_is_refused_by_its_name_and_the_words_stay(admin_client):
    page = save(admin_client, "Dear {nmae}, hello.").text
    assert "“{nmae}” is not a place we can fill." in page
    assert "Dear {nmae}, hello." in page
    assert not MessageTemplate.objects.exists()


def test_a_broken_place_is_refused(admin_client):
    assert "A “{” stands alone." in save(admin_client, "Dear {name, hello.").text
    assert not MessageTemplate.objects.exists()


def test_words_that_hurt_are_warned_of_and_saved(admin_client):
    page = save(admin_client, "Dear {name}, we help every addict.")
    assert "Message template: Text: “addict”." in page.text
    assert MessageTemplate.objects.exists()


def test_markup_in_the_words_stays_text(admin_client):
    save(admin_client, "<script>alert({name})</script>")
    assert "<script>alert(" not in page_of(admin_client, MessageTemplate.objects.get())


def test_who_has_no_right_to_them_sees_none(client):
    user = User.objects.create_user("editor", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="change_page"))
    client.force_login(user)
    assert client.get(reverse("admin:intake_messagetemplate_changelist")).status_code == 403
    assert client.get(reverse(ADD)).status_code == 403


def test_words_are_found_by_what_is_in_them(admin_client):
    """The queue's own search has a template in the same folder."""
    for name, text in ("Evenings", "From five on."), ("Costs", "We give you an estimate."):
        MessageTemplate.objects.create(name=name, text=text)
    page = admin_client.get(reverse("admin:intake_messagetemplate_changelist"), {"q": "estimate"})
    assert 'name="q"' in page.text
    assert [template.name for template in page.context["cl"].result_list] == ["Costs"]
