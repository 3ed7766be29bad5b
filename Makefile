# The commands people use: run, test, lint, bench. Everything else serves them.
# Programs are called as modules of .venv/bin/python: a path with a space breaks console scripts.
PYTHON ?= python3
PY := .venv/bin/python
TRANSLATIONS := locale/th/LC_MESSAGES/django.mo $(addprefix locale_django/th/LC_MESSAGES/,django.mo djangojs.mo)
export PYTHONUNBUFFERED := 1

.PHONY: run test lint bench lock messages clean help

help:
	@echo "make run    set up everything and serve the portal"
	@echo "make test   every test"
	@echo "make lint   style, templates, migrations, translations, types"
	@echo "make bench  benchmarks, written to var/bench/"

.venv/base.stamp: requirements/base.txt
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt
	@touch $@

.venv/dev.stamp: requirements/dev.txt
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@ .venv/base.stamp

# Compiled by Babel, so that no gettext programs are needed.
%.mo: %.po | .venv/base.stamp
	$(PY) -m babel.messages.frontend -q compile -l th -i $< -o $@

run: .venv/base.stamp $(TRANSLATIONS)
	@exec $(PY) manage.py serve

# What is compiled is kept, whoever asks otherwise: every worker, and every server that a test starts, reads it again.
test: .venv/dev.stamp $(TRANSLATIONS)
	env -u PYTHONDONTWRITEBYTECODE $(PY) -m pytest -n 3 --dist worksteal

lint: .venv/dev.stamp $(TRANSLATIONS)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m djlint --quiet --lint templates
	$(PY) manage.py check --fail-level WARNING
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) -m pytest -q -p no:cacheprovider tests/test_translations.py
	$(PY) -m mypy

bench: .venv/dev.stamp $(TRANSLATIONS)
	$(PY) -m bench
	$(PY) -m bench.filing
	$(PY) -m bench.assets
	$(PY) -m bench.budget
	$(PY) -m bench.surveys

# Needs the `uv` program and the `gettext` programs respectively; for developers only.
lock:
	for name in base dev; do uv pip compile --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --quiet -o requirements/$$name.txt requirements/$$name.in; done

messages: .venv/dev.stamp
	$(PY) manage.py makemessages -l th --no-wrap --no-location --no-obsolete -i .venv -i var -i tests -i bench
	$(MAKE) $(TRANSLATIONS)

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache
