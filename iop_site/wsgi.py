"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iop_site.settings")

django_application = get_wsgi_application()


def application(environ, start_response):
    # Browsers send UTF-8. Any other charset in this header comes from a hostile client, and Django would try to read
    # even the address with it, before any code of ours could answer.
    if "charset" in environ.get("CONTENT_TYPE", "").lower():
        kind, *parameters = environ["CONTENT_TYPE"].split(";")
        kept = [parameter for parameter in parameters if "charset" not in parameter.lower()]
        environ["CONTENT_TYPE"] = ";".join([kind, *kept])
    return django_application(environ, start_response)
