"""Gunicorn: a few threads that share one process's memory, and an access log that says nothing about a person."""

import os

from gunicorn.glogging import Logger

LONGEST_WORD = 200  # of an address in the access log


class OneLineLogger(Logger):
    """Writes no character that ends a line or moves a terminal, and no address of thousands of letters."""

    def atoms(self, *args):
        return {name: plain(value) for name, value in super().atoms(*args).items()}


def plain(value):
    if not isinstance(value, str):
        return value
    return "".join(letter if letter.isprintable() else "?" for letter in value[:LONGEST_WORD])


umask = 0o077
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
control_socket_disable = True
accesslog = "-"
logger_class = OneLineLogger
# No address, query string, referrer or browser: only what is needed to see that the site works.
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)s bytes %(M)s ms"


def say_nothing_of_a_request(record):
    """Gunicorn's own messages about a request it cannot read quote its address and its words."""
    if isinstance(record.msg, str) and record.msg.startswith(("Error handling request", "Invalid request")):
        record.msg, record.args = "A request could not be read or answered.", ()
    return True


def on_starting(server):
    server.log.error_log.addFilter(say_nothing_of_a_request)
