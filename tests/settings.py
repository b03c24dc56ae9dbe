"""The site's own settings with secrets and a folder that live as long as the test run."""

import os
import tempfile
from pathlib import Path

os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="iop-test-")
os.environ["SECRET_KEY"] = "a secret for tests"
os.environ["ENCRYPTION_KEYS"] = "a key for tests that is long enough"
# The shared browser keeps an event loop in the thread in which the tests beside it use the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
os.environ["SITE_URL"] = "http://testserver"

from iop_site.settings import *  # noqa: F403
from iop_site.settings import DATABASES, STORAGES

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A file, as in production: in memory there is no write-ahead log to look at.
DATABASES["default"]["TEST"] = {"NAME": Path(os.environ["VAR_DIR"]) / "test.sqlite3"}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# Nothing is collected in tests; WhiteNoise looks for the folder all the same.
(Path(os.environ["VAR_DIR"]) / "static").mkdir()
