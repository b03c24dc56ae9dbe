"""What the tests of mail share."""

import pytest

from tests.intake.mail_server import MailServer


@pytest.fixture
def server(settings):
    """The mail server that the site speaks to."""
    running = MailServer()
    running.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = running.port
    settings.EMAIL_USE_TLS = False
    settings.EMAIL_TIMEOUT = 5
    yield running
    running.speaks.set()
    running.stop()
