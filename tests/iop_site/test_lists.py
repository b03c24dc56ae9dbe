"""The lists of the desk answer what their own pages send, and nothing else that an address or a form may ask."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.roles import EDITOR
from clinic.admin import StaffAdmin
from clinic.models import ReferralContact
from intake.models import ConsultationRequest, Notice
from programs.models import Program
from tests import factories

pytestmark = pytest.mark.django_db

LISTS = sorted(admin.site._registry.values(), key=lambda desk: desk.opts.label)
FILTERED = [desk for desk in LISTS if desk.get_list_filter(None) or desk.date_hierarchy]
OWN_LIST = [desk for desk in LISTS if desk.model is not ConsultationRequest]  # that one ignores what it does not know
WILD = ["9" * 40, "-" + "9" * 40, "9_9" * 20, "x", "\x00", "1e40", "٣" * 25, ""]


def named(desk):
    return desk.opts.label


def address(desk):
    return reverse(f"admin:{desk.opts.label_lower.replace('.', '_')}_changelist")


def asked_of(desk):
    """What Django would answer: each column, a relation that has no name, and what another model says of this one."""
    for field in desk.opts.get_fields(include_hidden=True):
        name = field.name if field.concrete else (field.name or "+")
        for lookup in ("", "__regex", "__iregex", "__gt", "__startswith", "__pk", "__in", "__range", "__iso_year"):
            yield f"{name}{lookup}"
    yield from ("+", "+__gt", "pk", "pk__in", "id__exact")


@pytest.fixture(autouse=True)
def clinic():
    return factories.clinic()


@pytest.mark.parametrize("desk", LISTS, ids=named)
def test_every_list_follows_the_one_rule(desk):
    assert isinstance(desk, StaffAdmin)
    assert type(desk).lookup_allowed is StaffAdmin.lookup_allowed


@pytest.mark.parametrize("desk", OWN_LIST, ids=named)
def test_no_list_answers_a_question_that_its_filters_do_not_ask(desk, rf, admin_user):
    request = rf.get("/")
    request.user = admin_user
    assert not [asked for asked in asked_of(desk) if desk.lookup_allowed(asked, "1", request)]


@pytest.mark.parametrize("desk", OWN_LIST, ids=named)
def test_such_a_question_is_refused(desk, admin_client):
    for asked in ({"+": "60"}, {"pk__regex": "^([0-9]+)+x$"}, {"created_at__iso_year": "99999"}):
        assert admin_client.get(address(desk), asked).status_code == 400


@pytest.mark.parametrize("desk", FILTERED, ids=named)
def test_every_filter_works_and_no_wild_value_breaks_it(desk, admin_client):
    request = admin_client.get("/staff/").wsgi_request
    for asked in desk.lookups(request):
        value = "2026" if asked.endswith("__year") else "1"
        assert admin_client.get(address(desk), {asked: value}).status_code in (200, 302)
        for value in WILD:
            assert admin_client.get(address(desk), {asked: value}).status_code in (200, 302, 400), (asked, value)


def test_the_links_of_the_filters_are_answered(admin_client):
    """Each link beside a list, as Django writes it."""
    factories.program_with_everything()
    factories.question()
    factories.page()
    for desk in FILTERED:
        page = admin_client.get(address(desk))
        for spec in page.context["cl"].filter_specs:
            for choice in spec.choices(page.context["cl"]):
                if "query_string" in choice:
                    link = choice["query_string"]
                    assert admin_client.get(address(desk) + link).status_code == 200, (desk, link)


@pytest.mark.parametrize("year", ["99999999999", "9999", "0", "x"])
def test_a_year_that_is_none_is_refused(admin_client, year):
    factories.alert()
    assert admin_client.get("/staff/clinic/alert/", {"ends_at__year": year}).status_code == 400
    assert (
        admin_client.get("/staff/clinic/alert/", {"ends_at__year": "2026", "ends_at__month": "13"}).status_code == 302
    )


class TestWhatAnEditorLearnsOfRequests:
    @pytest.fixture(autouse=True)
    def request_of_somebody(self, client):
        client.force_login(factories.colleague(roles=[EDITOR]))
        self.program, self.place = factories.program(title="Day program"), factories.referral_contact()
        self.stored = factories.consultation_request(program=self.program)
        self.stored.alternatives.add(self.place)

    @pytest.mark.parametrize("asked", ["+", "+__gt", "+__isnull", "_intake_consultationrequest_alternatives_+"])
    def test_no_list_tells_which_row_a_request_names(self, client, asked):
        for model in (Program, ReferralContact):
            assert client.get(address(admin.site.get_model_admin(model)), {asked: self.stored.pk}).status_code == 400

    def test_no_page_for_deleting_counts_them(self, client):
        for row in (self.program, self.place):
            url = reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_delete", args=[row.pk])
            said = []
            for _ in range(2):
                said.append(client.get(url).context["protected"])
                factories.consultation_request(program=self.program).alternatives.add(self.place)
            assert said[0]
            assert said[0] == said[1]


ACTIONS = [desk for desk in OWN_LIST if desk.actions is not None]


@pytest.mark.parametrize("desk", ACTIONS, ids=named)
def test_a_row_that_is_none_is_not_ticked(desk, admin_client, caplog):
    action = "try_again" if desk.model is Notice else "delete_selected"
    for typed in ("Marigold", "9" * 40, "-1", "٣x", "\x00"):
        sent = {"action": action, "_selected_action": typed, "index": "0"}
        page = admin_client.post(address(desk), sent, follow=True)
        assert page.status_code in (200, 403)
    assert "Marigold" not in caplog.text


SEARCHED = [desk for desk in OWN_LIST if desk.search_fields]


@pytest.mark.parametrize("desk", SEARCHED, ids=named)
def test_a_search_of_thousands_of_words_finds_nothing_and_breaks_nothing(desk, admin_client):
    assert admin_client.get(address(desk), {"q": "word " * 3000}).status_code == 200
