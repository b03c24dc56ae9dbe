"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iop_site.settings")

django_application = get_wsgi_application()


def application(environ, start_response):
    # Of the parameters of this header a form needs only the boundary. With a charset, which no browser sends, or in
    # the spelling name*=charset''value, a hostile client makes Django fail before any code of ours could answer.
    if ";" in environ.get("CONTENT_TYPE", ""):
        kind, *parameters = environ["CONTENT_TYPE"].split(";")
        kept = [parameter for parameter in parameters if parameter.strip().lower().startswith("boundary=")]
        environ["CONTENT_TYPE"] = ";".join([kind, *kept])
    return django_application(environ, start_response)
