# Everything a person or a machine does with this project. `make help` lists it.

PYTHON ?= python3
PORT ?= 8000
PY = .venv/bin/python

.DEFAULT_GOAL := help

.PHONY: help
help: ## List what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1	/' | expand -t 16

.PHONY: run
run: ## Serve the site on http://127.0.0.1:8000 (PORT=8080 changes the port)
	@$(PYTHON) iop_site/launch.py run --port $(PORT)

.PHONY: demo
demo: ## The same, with sample requests and staff accounts, on this machine only
	@$(PYTHON) iop_site/launch.py demo --port $(PORT)

.PHONY: tools
tools:
	@$(PYTHON) iop_site/launch.py tools

.PHONY: test
test: tools ## Run every test
	@# With compiled code, because the tests start many processes.
	@PYTHONDONTWRITEBYTECODE= $(PY) -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

.PHONY: check
check: tools ## Look for problems of style and setup; changes nothing
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@.venv/bin/djade --check $$(git ls-files 'templates/*.html')
	@export VAR_DIR=$$(mktemp -d) SECRET_KEY=check ENCRYPTION_KEYS=only-for-checking-nothing-is-encrypted; \
	touch $$VAR_DIR/site.sqlite3; $(PY) manage.py check && $(PY) manage.py makemigrations --check --dry-run && \
	$(PY) manage.py check_wording

.PHONY: fix
fix: tools ## Put the style right
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .
	@.venv/bin/djade $$(git ls-files 'templates/*.html')

.PHONY: bench
bench: tools ## Measure the speed of the pages, and of the queue with 50,000 requests
	@$(PY) -m bench.pages
	@$(PY) -m bench.queue

.PHONY: lighthouse
lighthouse: tools ## Lighthouse scores of every page of a running site (needs Node and Chromium)
	@$(PY) -m bench.lighthouse http://127.0.0.1:$(PORT)

.PHONY: guide
guide: tools ## Draw the pictures of the staff guide anew (needs Chromium)
	@$(PY) docs/staff_guide_pictures.py

.PHONY: lock
lock: ## Pin requirements.in and requirements-dev.in with hashes (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" requirements.in -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" requirements-dev.in -o requirements-dev.txt
