"""Gunicorn: a few threads that share one process's memory, and an access log that says nothing about a person."""

import os

worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
control_socket_disable = True
accesslog = "-"
# No address, query string, referrer or browser: only what is needed to see that the site works.
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)s bytes %(M)s ms"
