"""Pages that staff write whole: shown when published, kept as they were when they are law, found when they move."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError
from django.urls import reverse

from clinic import pages
from clinic.models import InsurancePlan, LanguageLine, Page, PageVersion, Redirect
from tests import factories

pytestmark = pytest.mark.django_db

Kind = Page.Kind


@pytest.fixture(autouse=True)
def clinic():
    return factories.clinic()


def main_of(client, page):
    response = client.get(page.get_absolute_url())
    assert response.status_code == 200
    return re.search(r"<main.*?</main>", response.text, re.DOTALL)[0]


# What a page shows


def test_it_shows_its_words_and_a_list_of_its_parts(client):
    main = main_of(client, factories.page(title="For families", lead="You matter.", body="## What helps\n\nListen."))
    for words in ["<h1>For families</h1>", "You matter.", 'href="#part-1">What helps', "<p>Listen.</p>"]:
        assert words in main


def test_the_public_sees_only_what_is_published(client):
    hidden = factories.page(is_published=False)
    assert client.get(hidden.get_absolute_url()).status_code == 404
    assert hidden.title not in client.get("/help-now/").text


def test_the_footer_of_every_page_leads_to_it_unless_staff_say_no(client):
    shown, left_out = factories.page(short_title="Shown"), factories.page(short_title="Left", is_in_footer=False)
    footer = client.get("/help-now/").text.split("<footer")[1]
    assert f'<a href="{shown.get_absolute_url()}">Shown</a>' in footer
    assert left_out.get_absolute_url() not in footer


def test_the_menu_leads_to_the_pages_for_families_and_of_costs_while_they_are_published(client):
    families = factories.page(kind=Kind.FAMILIES, is_in_footer=False)
    cost = factories.page(kind=Kind.COST, is_published=False)
    header, footer = (
        re.search(f"<{part}.*?</{part}>", client.get("/about/").text, re.DOTALL)[0] for part in ("header", "footer")
    )
    assert f'<a href="{families.get_absolute_url()}">Families</a>' in header
    assert cost.get_absolute_url() not in header
    assert families.get_absolute_url() not in footer
    assert '<a href="/is-iop-right-for-me/">Is IOP right for me?</a>' in header


def test_the_cost_page_lists_the_accepted_plans_by_kind(client):
    InsurancePlan.objects.create(name="Example PPO", kind="private", note="Needs approval")
    InsurancePlan.objects.create(name="State plan", kind="public")
    cost, other = factories.page(kind=Kind.COST), factories.page()
    main = main_of(client, cost)
    assert main.index("Private plans") < main.index("Example PPO") < main.index("Public plans") < main.index("State")
    assert "Example PPO" not in main_of(client, other)


def test_each_language_line_says_which_language_it_is_and_how_it_runs(client):
    LanguageLine.objects.create(name="Arabic", own_name="العربية", code="ar", text="مساعدة")
    LanguageLine.objects.create(name="Spanish", own_name="Español", code="es", text="Llame al {phone} hoy")
    main = main_of(client, factories.page(kind=Kind.LANGUAGES))
    assert '<p lang="ar" dir="rtl">مساعدة</p>' in main
    number = '<a href="tel:+12075550100" dir="ltr">(207) 555-0100</a>'
    assert f'<p lang="es" dir="ltr">Llame al {number} hoy</p>' in main


def test_the_lines_in_other_languages_come_before_english_words(client):
    page = factories.page(kind=Kind.LANGUAGES, lead="Help with language is free.", body="## How to ask\n\nCall.")
    LanguageLine.objects.create(name="Spanish", own_name="Español", code="es", text="Llame al {phone}.")
    main = main_of(client, page)
    order = [main.index(words) for words in ("Llame al", "Help with language is free.", "model text", "How to ask")]
    assert order == sorted(order)


def test_every_footer_begins_with_the_way_to_other_languages(client):
    def footer():
        return re.search("<footer.*?</footer>", client.get("/about/").text, re.DOTALL)[0]

    assert "Español" not in footer()
    page = factories.page(kind=Kind.LANGUAGES, is_in_footer=False)
    link = f'<a href="{page.get_absolute_url()}"><span lang="es">Español</span>'
    assert footer().index(link) < footer().index("Visit")


def test_the_page_of_a_first_call_shows_its_steps(client):
    factories.call_step(title="A person answers")
    assert "A person answers" in main_of(client, factories.page(kind=Kind.STARTING))


def test_facts_in_braces_become_what_the_clinic_says(client, clinic):
    page = factories.page(body="## {clinic}\n\nCall {phone}, or come to {city}.")
    main = main_of(client, page)
    assert "Test Clinic</h2>" in main
    assert '<p>Call <a href="tel:+12075550100">(207) 555-0100</a>, or come to Testing.</p>' in main


def test_a_fact_that_is_not_known_is_refused():
    with pytest.raises(ValidationError, match="no fact of the clinic"):
        Page(slug="x", title="x", short_title="x", lead="x", description="x", body="Call {fax}.").full_clean()


def test_a_legal_text_nobody_checked_says_so(client):
    page = factories.page(kind=Kind.PRIVACY)
    assert "This is a model text." in main_of(client, page)
    page.legal_check_on = "2026-11-20"
    page.save()
    assert "This is a model text." not in main_of(client, page)
    assert "Checked by a lawyer on November 20, 2026." in main_of(client, page)


@pytest.mark.parametrize("kind", Kind)
def test_a_page_costs_as_little_with_ten_times_the_content(client, kind, django_assert_max_num_queries):
    page = factories.page(kind=kind, version=2)
    with django_assert_max_num_queries(8) as costs:
        client.get(page.get_absolute_url())
    for number in range(10):
        factories.page()
        factories.call_step()
        InsurancePlan.objects.create(name=f"Plan {number}", kind="private")
        LanguageLine.objects.create(name=f"Language {number}", own_name="x", code=f"x{chr(97 + number)}", text="y")
        PageVersion.objects.create(page=page, number=number + 5, title="x", lead="x", body="x")
    with django_assert_max_num_queries(len(costs)):
        client.get(page.get_absolute_url())


# What staff may write


@pytest.mark.parametrize("slug", ["programs", "staff", "request", "search", "is-iop-right-for-me", "help-now"])
def test_a_page_cannot_take_the_address_of_one_the_site_has(slug):
    with pytest.raises(ValidationError, match="Another page of this site has this address"):
        factories.page().__class__(
            slug=slug, title="x", short_title="x", lead="x", description="x", body="x"
        ).full_clean()


def test_there_is_one_page_of_a_kind_and_any_number_of_others():
    factories.page(kind=Kind.COST)
    factories.page()
    factories.page()
    with pytest.raises(IntegrityError):
        factories.page(kind=Kind.COST)


# Versions of legal texts


@pytest.fixture
def staff(client):
    user = get_user_model().objects.create_superuser("editor", password="x" * 20)
    client.force_login(user)
    return user


def change(client, page, **columns):
    """Save the page through the admin, as staff do."""
    fields = ["title", "short_title", "lead", "body", "description", "kind", "is_in_footer", "position", "slug"]
    form = {name: getattr(page, name) for name in fields}
    form |= {"is_published": "on", "effective_on": page.effective_on or "", **columns}
    response = client.post(reverse("admin:clinic_page_change", args=[page.pk]), form)
    assert response.status_code == 302, response.text
    page.refresh_from_db()


def test_changing_a_legal_text_keeps_what_it_was(client, staff):
    page = factories.page(
        kind=Kind.PRIVACY, title="Privacy", body="The old words of {clinic}.", effective_on="2026-01-01"
    )
    change(client, page, body="The new words.")
    (kept,) = PageVersion.objects.all()
    assert (kept.number, kept.body, str(kept.effective_on)) == (1, "The old words of Test Clinic.", "2026-01-01")
    assert kept.replaced_by == staff
    assert page.version == 2
    change(client, page, body="The newest words.")
    earlier = [f'<a href="{page.get_absolute_url()}version/{number}/">version {number}</a>' for number in (2, 1)]
    assert f"Version 3. Earlier: {', '.join(earlier)}</p>" in main_of(client, page)
    old = client.get(kept.get_absolute_url())
    assert "The old words of Test Clinic." in old.text
    assert "Read what counts now" in old.text
    assert '<meta name="robots" content="noindex">' in old.text


def test_saving_without_new_words_makes_no_version(client, staff):
    page = factories.page(kind=Kind.PRIVACY)
    change(client, page, legal_check_on="2026-11-20", position=3)
    assert (page.version, PageVersion.objects.count()) == (1, 0)


def test_pages_that_are_not_law_keep_no_versions(client, staff):
    page = factories.page(kind=Kind.FAMILIES)
    change(client, page, body="Other words.")
    assert (page.version, PageVersion.objects.count()) == (1, 0)


def test_a_draft_that_nobody_was_shown_is_not_kept(client, staff):
    page = factories.page(kind=Kind.PRIVACY, is_published=False)
    change(client, page, body="Better words.")
    assert (page.version, PageVersion.objects.count()) == (1, 0)


def test_a_legal_text_that_is_taken_down_is_kept_before_it_becomes_a_draft(client, staff):
    page = factories.page(kind=Kind.PRIVACY, body="What we promised.")
    change(client, page, is_published="")
    change(client, page, is_published="", body="A draft.")
    assert [kept.body for kept in PageVersion.objects.all()] == ["What we promised."]


def test_nobody_can_change_or_delete_a_kept_version(client, staff):
    page = factories.page(kind=Kind.PRIVACY)
    change(client, page, body="Other words.")
    kept = PageVersion.objects.get()
    address = reverse("admin:clinic_pageversion_change", args=[kept.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"body": "Never said."}).status_code == 403
    assert client.post(reverse("admin:clinic_pageversion_delete", args=[kept.pk]), {"post": "yes"}).status_code == 403
    assert client.post(reverse("admin:clinic_page_delete", args=[page.pk]), {"post": "yes"}).status_code != 302
    kept.refresh_from_db()
    assert "Words." in kept.body


def test_the_address_of_the_present_version_leads_to_the_page(client):
    page = factories.page(kind=Kind.PRIVACY, version=2)
    response = client.get(f"{page.get_absolute_url()}version/2/")
    assert (response.status_code, response.url) == (302, page.get_absolute_url())
    assert client.get(f"{page.get_absolute_url()}version/3/").status_code == 404
    other = factories.page()
    assert client.get(f"{other.get_absolute_url()}version/1/").status_code == 404


def test_versions_of_a_page_that_is_not_published_are_not_shown(client):
    page = factories.page(kind=Kind.PRIVACY, is_published=False)
    kept = PageVersion.objects.create(page=page, number=1, title="x", lead="x", body="x")
    assert client.get(kept.get_absolute_url()).status_code == 404


# Pages that moved


def test_a_changed_address_leads_on(client, staff):
    page = factories.page(slug="old")
    change(client, page, slug="new")
    response = client.get("/old/")
    assert (response.status_code, response.url) == (301, "/new/")


@pytest.mark.parametrize("make", [factories.program, factories.specialty_group])
def test_the_address_of_a_program_or_group_leads_on_too(client, make):
    moved = make()
    old = moved.get_absolute_url()
    moved.slug = "new"
    moved.save()
    pages.remember_move(old, moved.get_absolute_url())
    assert client.get(old).url == moved.get_absolute_url()


def test_a_page_that_moves_twice_is_one_step_away_from_every_old_address():
    pages.remember_move("/a/", "/b/")
    pages.remember_move("/b/", "/c/")
    assert {(row.old_path, row.new_path) for row in Redirect.objects.all()} == {("/a/", "/c/"), ("/b/", "/c/")}


def test_a_page_that_comes_back_is_not_led_away():
    pages.remember_move("/a/", "/b/")
    pages.remember_move("/b/", "/a/")
    assert [(row.old_path, row.new_path) for row in Redirect.objects.all()] == [("/b/", "/a/")]


def test_a_page_that_is_there_wins_over_a_redirect(client):
    page = factories.page(slug="here")
    Redirect.objects.create(old_path="/here/", new_path="/help-now/")
    assert client.get(page.get_absolute_url()).status_code == 200


def test_a_wrong_address_stays_wrong_when_the_redirects_cannot_be_read(client, monkeypatch):
    def out_of_reach(path):
        raise OperationalError("disk I/O error")

    monkeypatch.setattr(pages, "new_address", out_of_reach)
    assert client.get("/nothing/here/at/all/").status_code == 404


def test_only_reading_follows_a_redirect(client):
    Redirect.objects.create(old_path="/old/", new_path="/help-now/")
    assert client.post("/old/").status_code == 405
