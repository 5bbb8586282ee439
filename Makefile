# Needs git, make and Python 3.11 or newer with venv. Everything else is fetched into .venv.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.ready-to-run
DEV := $(VENV)/.ready-to-test
SAID := $(VENV)/.translations
WORDS := $(shell find src -name '*.po')
export PORT
export UV_NO_PROGRESS = 1

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test unit check format bench browser

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(DEV) $(SAID) ## make .venv with everything that running and testing need

demo: $(RUN) $(SAID) ## serve an invented city at http://127.0.0.1:8000 (PORT and ANYUAN_HOME choose others)
	@$(BIN)/anyuan demo

serve: $(RUN) $(SAID) ## serve your own data (ANYUAN_HOME, default var/)
	@$(BIN)/anyuan serve

test: check browser ## every check and every test, in a real browser too
	$(BIN)/pytest -n 2 --dist loadfile

unit: $(DEV) $(SAID) ## the tests that need neither database nor browser, in seconds
	$(BIN)/pytest -m unit -n 2

check: $(DEV) $(SAID) ## style, types, walls between rooms, migrations, translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports --no-cache
	$(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(BIN)/python tools/messages.py check

format: $(DEV) ## put the code into its usual shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEV) $(SAID) ## measure pages and API with 2,000 schools (takes a while; writes docs/performance.md)
	$(BIN)/python -m bench

browser: $(DEV) ## find a Chromium for the journeys, or fetch one
	@$(BIN)/python tools/browser.py

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Anyuan needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Python's venv is missing. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

$(BIN)/uv: requirements-build.lock | $(BIN)/python
	@echo "Fetching the tools that build the environment ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-build.lock
	@touch $@

$(RUN): requirements.lock $(BIN)/uv pyproject.toml
	@echo "Fetching what Anyuan runs on ..."
	@$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python requirements.lock requirements-build.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(SAID): $(WORDS) $(RUN)
	@$(BIN)/python tools/messages.py compile
	@touch $@

$(DEV): requirements-dev.lock $(RUN)
	@echo "Fetching what the tests need ..."
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python requirements-dev.lock requirements-build.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@
