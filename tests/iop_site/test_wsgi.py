"""What a hostile client puts into a header never reaches Django's own reading of the request."""

import pytest

from iop_site import wsgi


@pytest.mark.parametrize(
    ("sent", "passed_on"),
    [
        ("text/plain; charset=base64", "text/plain"),
        ("multipart/form-data; CHARSET=unicode_escape; boundary=abc", "multipart/form-data; boundary=abc"),
        ("application/x-www-form-urlencoded; charset=utf-8", "application/x-www-form-urlencoded"),
        ("multipart/form-data; boundary=abc", "multipart/form-data; boundary=abc"),
        ("text/plain; foo*=nope''%41", "text/plain"),
        ("multipart/form-data; name*0*=us-ascii''%41; boundary=abc", "multipart/form-data; boundary=abc"),
        ("multipart/form-data; boundary*=nonsense''abc", "multipart/form-data"),
        ("text/plain; name*=nonsense''abc", "text/plain"),
        ("", ""),
    ],
)
def test_only_the_boundary_of_a_form_is_passed_on(monkeypatch, sent, passed_on):
    seen = []
    monkeypatch.setattr(
        wsgi, "django_application", lambda environ, start_response: seen.append(environ["CONTENT_TYPE"])
    )
    wsgi.application({"CONTENT_TYPE": sent}, None)
    assert seen == [passed_on]
