# Two commands do everything: `make run` and `make test`. Both work from a bare Python (3.11 to 3.13).
PYTHON ?= python3
BIN := .venv/bin
# pip may only choose what requirements.lock names; the project itself is installed in place.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable
SOURCES := bot ml storage scripts tests

.PHONY: run test lint lock clean

run: .venv/.run
	@$(BIN)/segue run

test: lint
	@$(BIN)/pytest

lint: .venv/.test
	@$(BIN)/ruff format --quiet --check $(SOURCES)
	@$(BIN)/ruff check --quiet $(SOURCES)
	@$(BIN)/mypy

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
		|| { echo "Segue needs Python 3.11, 3.12 or 3.13; $(PYTHON) is $$($(PYTHON) --version). Try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

.venv/.run: .venv/bin/python pyproject.toml requirements.lock
	@echo "Installing Segue (about 500 MB to download, the first time only) …"
	@$(INSTALL) '.[playground]'
	@touch $@

.venv/.test: .venv/bin/python pyproject.toml requirements.lock
	@echo "Installing Segue and its test tools (the first time only) …"
	@$(INSTALL) '.[playground,test,dev]'
	@touch $@ .venv/.run

# After a change in pyproject.toml's dependencies. Markers keep the one file right for every supported Python.
lock: .venv/.test
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --no-emit-index-url \
		--no-annotate --no-header --output-file requirements.lock pyproject.toml

clean:
	rm -rf .venv
