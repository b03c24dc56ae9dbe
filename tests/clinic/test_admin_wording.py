"""Saving content on the staff desk warns of words, says why, and saves all the same."""

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from clinic.models import CallStep, WordingException
from tests import factories
from tests.programs.admin.desk import change_url, make_program, new_row, save

pytestmark = pytest.mark.django_db

ADD = "admin:clinic_callstep_add"
EXCEPT = "add an exception with a reason"


def add_step(client, text):
    """The page that a browser shows after adding a step."""
    return client.post(reverse(ADD), {"title": "You call", "text": text, "position": 1}, follow=True)


def warnings(page):
    return [str(message) for message in page.context["messages"] if message.level_tag == "warning"]


def test_warning_says_where_what_why_and_what_instead(admin_client):
    [warning] = warnings(add_step(admin_client, "An addict answers."))
    assert "Step of a first call: Text: “addict”. It can hurt" in warning
    assert "Write “person with a substance use disorder”." in warning
    assert CallStep.objects.get().text == "An addict answers."


def test_good_words_are_saved_in_silence(admin_client):
    assert warnings(add_step(admin_client, "A person answers.")) == []
    assert CallStep.objects.exists()


def test_warning_leads_to_an_exception_that_is_half_filled_in(admin_client):
    page = add_step(admin_client, "The <b>Users & Friends</b> group answers.")
    url = f"{reverse('admin:clinic_wordingexception_add')}?phrase=Users"
    assert f'<a href="{url}">{EXCEPT}</a>' in page.text
    assert 'value="Users"' in admin_client.get(url).text


def test_exception_ends_the_warning(admin_client):
    WordingException.objects.create(phrase="Users & Friends", reason="The group's own name.")
    assert warnings(add_step(admin_client, "The Users & Friends group answers.")) == []


def test_what_is_quoted_cannot_become_markup(admin_client):
    page = add_step(admin_client, "<script>comprehensive(biopsychosocial,rehabilitation)</script> " * 20)
    [warning] = warnings(page)
    assert "&lt;script&gt;comprehensive" in warning
    assert "<script>comprehensive" not in page.text


def test_staff_who_may_not_add_exceptions_get_no_link_to_one(client):
    editor = User.objects.create_user("editor", is_staff=True)
    editor.user_permissions.set(Permission.objects.filter(codename__in=["add_callstep", "view_callstep"]))
    client.force_login(editor)
    page = add_step(client, "An addict answers.")
    assert warnings(page)
    assert EXCEPT not in page.text


def test_nothing_is_said_when_nothing_is_saved(admin_client):
    page = admin_client.post(reverse(ADD), {"title": "", "text": "An addict answers."})
    assert warnings(page) == []


def test_new_and_changed_rows_of_the_page_are_read_too(admin_client):
    program = make_program()
    factories.criterion(program, text="You are an addict.")
    row = new_row("criteria", 1, kind="fits", text="You dropped out.", position=2)
    assert save(admin_client, change_url(program), **row).status_code == 302
    found = warnings(admin_client.get(reverse("admin:index")))
    assert len(found) == 1
    assert "dropped out" in found[0]


def test_headings_of_a_program_name_no_other(admin_client):
    make_program(title="Night program", short_name="NP")
    program = make_program()
    row = new_row("sections", 0, heading="The goals of NP", body="We care.", position=1)
    assert save(admin_client, change_url(program), **row).status_code == 302
    [warning] = warnings(admin_client.get(reverse("admin:index")))
    assert "Program section: Heading: “NP”. This heading names another program." in warning
