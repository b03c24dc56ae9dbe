"""Views of the queue that colleagues keep: filters only, one's own to change, shared by those who work on requests."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from intake.models import SavedView
from tests import factories
from tests.intake.admin.desk import LIST, VIEW, WORK, colleague, log_in_with, make_request, shown, url_of

pytestmark = pytest.mark.django_db


def save(client, query="asking_for=client", **fields):
    return client.post(url_of("views"), {"query": query, "name": "From hospitals"} | fields, follow=True)


def test_a_choice_of_filters_is_kept_and_stands_above_the_list(admin_client, admin_user):
    theirs = make_request(asking_for="client")
    make_request()
    page = save(admin_client)
    assert "The view is saved." in page.text
    assert shown(page) == [theirs.reference]
    link = '<a href="?asking_for=client" aria-current="page">From hospitals'
    assert link in page.text
    assert link.replace(' aria-current="page"', "") in admin_client.get(reverse(LIST)).text
    assert SavedView.objects.get().owner == admin_user


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("list=overdue&owner=nobody", "list=overdue&owner=nobody"),
        ("asking_for=client&name__contains=Marigold&q=Marigold", "asking_for=client"),
        ("list=nonsense&asking_for=Marigold", ""),
        ("way=call&p=7&way=text", "way=text"),
        ("x" * 5000, ""),
    ],
)
def test_only_known_filters_are_kept(admin_client, sent, kept):
    save(admin_client, sent)
    assert SavedView.objects.get().query == kept


def test_the_box_stands_before_its_words(admin_client):
    page = admin_client.get(url_of("views"), {"list": "overdue"}).text
    assert page.index('type="checkbox" name="is_shared"') < page.index("Show it to all colleagues")


def test_each_of_my_views_says_what_it_shows(admin_client):
    save(admin_client, "list=overdue&owner=nobody")
    page = admin_client.get(url_of("views")).text
    assert "It shows the list “Overdue”, filtered by Who has it: Nobody now." in page


def test_the_page_shows_what_will_be_kept(admin_client):
    page = admin_client.get(url_of("views"), {"list": "overdue", "asking_for": "client"}).text
    assert "It shows the list “Overdue”, filtered by For whom: A patient or client." in page
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(("name", "words"), [("", "Give the view a name."), ("From hospitals", "of this name")])
def test_a_view_needs_a_name_of_its_own(admin_client, admin_user, name, words):
    SavedView.objects.create(name="From hospitals", query="", owner=admin_user)
    page = save(admin_client, name=name)
    assert words in page.text
    assert 'name="query" value="asking_for=client"' in page.text
    assert SavedView.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_view_sent_twice_at_once_is_kept_once(client, admin_user):
    def send(_):
        try:
            colleague = Client()
            colleague.cookies = client.cookies
            return save(colleague).status_code
        finally:
            connection.close()

    factories.clinic()
    client.force_login(admin_user)
    with ThreadPoolExecutor(6) as people:
        assert set(people.map(send, range(6))) == {200}
    assert SavedView.objects.count() == 1


def test_a_shared_view_is_everybodys_to_use_and_its_owners_to_change(client):
    ana = colleague("ana", WORK)
    shared = SavedView.objects.create(name="Shared", query="list=new", owner=ana, is_shared=True)
    SavedView.objects.create(name="Private", query="list=held", owner=ana)
    log_in_with(client, WORK)
    page = client.get(reverse(LIST)).text
    assert '<a href="?list=new">Shared' in page
    assert "Private" not in page
    assert client.post(url_of("rename_view", shared.pk), {"name": "Mine now"}).status_code == 404
    assert client.post(url_of("delete_view", shared.pk)).status_code == 404
    shared.refresh_from_db()
    assert shared.name == "Shared"


def test_me_in_a_shared_view_is_who_looks(client):
    ana = colleague("ana", WORK)
    SavedView.objects.create(name="My work", query="owner=me", owner=ana, is_shared=True)
    make_request(owner=ana, claimed_until="9999-01-01T00:00Z")
    log_in_with(client, WORK)
    assert shown(client.get(reverse(LIST), {"owner": "me"})) == []


def test_a_view_is_renamed_and_deleted(admin_client, admin_user):
    view = SavedView.objects.create(name="Old", query="list=new", owner=admin_user)
    page = admin_client.post(url_of("rename_view", view.pk), {"name": "New name", "is_shared": "on"}, follow=True)
    assert "The view is changed." in page.text
    view.refresh_from_db()
    assert (view.name, view.is_shared, view.query) == ("New name", True, "list=new")
    assert "Give the view a name." in admin_client.post(url_of("rename_view", view.pk), {"name": ""}, follow=True).text
    assert "The view is deleted." in admin_client.post(url_of("delete_view", view.pk), follow=True).text
    assert not SavedView.objects.exists()


def test_who_only_reads_keeps_views_and_shares_none(client):
    log_in_with(client, VIEW)
    save(client, is_shared="on")
    assert SavedView.objects.get().is_shared is False


def test_editors_of_content_keep_no_views_and_a_get_changes_nothing(client, admin_client, admin_user):
    view = SavedView.objects.create(name="Old", query="", owner=admin_user)
    assert admin_client.get(url_of("delete_view", view.pk)).status_code == 405
    assert admin_client.get(url_of("rename_view", view.pk)).status_code == 405
    log_in_with(client, "change_program")
    assert client.get(url_of("views")).status_code == 403
    assert client.post(url_of("views"), {"name": "A", "query": ""}).status_code == 403
    assert client.post(url_of("delete_view", view.pk)).status_code == 403
    assert SavedView.objects.count() == 1
