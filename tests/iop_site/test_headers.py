"""What every response carries: pages, errors, static files and staff pages alike; and what none of them carries."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client
from django.urls import reverse

from iop_site.middleware import compressed_pages
from tests import factories

pytestmark = pytest.mark.django_db

NAMES = ["home", "programs", "compare", "groups", "questions", "about", "help_now", "request", "request_sent"]
NAMES += ["guide", "fit_my_week", "search"]
PUBLIC = [*map(reverse, NAMES), "/sitemap.xml", "/robots.txt", "/favicon.ico", "/nothing-here/"]
STAFF = ["/staff/", "/staff/login/", "/staff/nothing-here/"]
PRIVATE = ["/request/", "/request/sent/", "/request/nothing-here/", *STAFF]
STATIC = "/static/kept.css"
DIRECTIVES = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
}


@pytest.fixture(autouse=True)
def clinic():
    return factories.clinic()


@pytest.fixture
def static_file():
    """WhiteNoise looks at its folder when a server starts, so the client must be made afterwards."""
    file = Path(settings.STATIC_ROOT) / "kept.css"
    file.parent.mkdir(exist_ok=True)
    file.write_text("body{}")
    yield
    file.unlink()


@pytest.fixture(params=[*PUBLIC, *STAFF, STATIC])
def response(request, static_file):
    answer = Client().get(request.param)
    yield answer
    answer.close()


def test_every_response_allows_nothing_but_our_own(response):
    policy = response["Content-Security-Policy"]
    assert set(policy.split("; ")) >= DIRECTIVES
    for weak in ["unsafe-", "http:", "https:", "data:", "*"]:
        assert weak not in policy


def test_every_response_is_shut_off_from_other_sites(response):
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in response
    assert response["Referrer-Policy"] in ("same-origin", "no-referrer")


def test_every_response_turns_off_what_the_site_does_not_use(response):
    policy = response["Permissions-Policy"]
    for feature in ["camera", "geolocation", "microphone", "browsing-topics"]:
        assert f"{feature}=()" in policy


def test_a_fault_of_ours_is_answered_with_the_same_headers(monkeypatch):
    def break_down(*args, **kwargs):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("clinic.views.render", break_down)
    response = Client(raise_request_exception=False).get("/about/")
    assert response.status_code == 500
    assert set(response["Content-Security-Policy"].split("; ")) >= DIRECTIVES
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", PUBLIC)
def test_no_public_page_sets_a_cookie(client, path):
    response = client.get(path)
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


@pytest.mark.parametrize("path", PRIVATE)
def test_of_pages_about_a_person_the_browser_keeps_no_copy(client, path):
    assert client.get(path)["Cache-Control"] == "no-store"


def test_a_refused_request_leaves_no_copy_either(client):
    response = client.post("/request/", {"name": "Quillon"}, headers={"sec-fetch-site": "same-origin"})
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies


@pytest.mark.parametrize("path", ["/request/", "/request/sent/", "/request/nothing-here/"])
def test_the_form_tells_no_other_page_where_somebody_came_from(client, path):
    assert client.get(path)["Referrer-Policy"] == "no-referrer"


def test_staff_pages_leave_no_copy_for_somebody_signed_in(admin_client):
    response = admin_client.get("/staff/")
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/about/", "/programs/"])
def test_a_public_page_is_asked_for_again_and_answered_shortly(client, path):
    first = client.get(path)
    assert first["Cache-Control"] == "no-cache"
    again = client.get(path, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.usefixtures("static_file")
def test_a_static_file_is_not_asked_for_again_each_time():
    response = Client().get(STATIC)
    assert response.status_code == 200
    assert "max-age" in response["Cache-Control"]
    response.close()


def test_no_public_page_asks_another_host_for_anything(client):
    for path in PUBLIC[: len(NAMES)]:
        text = client.get(path).text
        addresses = re.findall(r'(?:src|srcset|href|action|data|poster)="([^"]*)"', text)
        elsewhere = {found for found in addresses if re.match(r"(https?:)?//", found)}
        assert elsewhere <= {"https://www.weather.gov/", f"http://testserver{path}"}, path


def test_no_public_page_holds_script_or_style_that_the_policy_would_refuse(client):
    for path in PUBLIC[: len(NAMES)]:
        text = client.get(path).text
        for refused in [" style=", "<style", " onclick=", "javascript:", "<script>"]:
            assert refused not in text, path


@pytest.mark.parametrize("content_type", ["image/png", "font/woff2"])
def test_pictures_and_fonts_are_not_compressed_again(rf, content_type):
    request = rf.get("/media/share/x.png", headers={"accept-encoding": "gzip"})
    for streamed in (False, True):
        response = answer = (
            StreamingHttpResponse([b"x" * 1000], content_type=content_type)
            if streamed
            else HttpResponse(b"x" * 1000, content_type=content_type)
        )
        assert "Content-Encoding" not in compressed_pages(lambda request, answer=answer: answer)(request)
        response.close()
    page = compressed_pages(lambda request: HttpResponse("x" * 1000))(request)
    assert page["Content-Encoding"] == "gzip"
