# The two commands a newcomer needs are `make run` and `make test`; `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help setup dev run test lint bench soak isolation pictures catalogue docs services clean

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(VENV)/made: setup.cfg setup.py pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; set PYTHON=…"; exit 1; }
	$(PIP) -e .
	@touch $@

$(VENV)/made-dev: $(VENV)/made
	$(PIP) -e '.[dev]'
	@touch $@

setup: $(VENV)/made ## make .venv with the xingtan command

dev: $(VENV)/made-dev ## the same, with everything tests need

run: setup ## both sites with a small demonstration year; Ctrl-C stops
	@$(BIN)/xingtan demonstrate

services: ## PostgreSQL, Redis and Chromium: used where running, else started or installed
	@sh .ci/services

lint: dev ## style, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: dev services lint ## everything: lint, rules, services on both databases, browser, docs
	$(BIN)/pytest -n 2 --dist worksteal

bench: dev services ## medians and ratios to floors measured in the same run
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench.oversight
	$(BIN)/python -m tests.bench.registration
	$(BIN)/python -m tests.bench.law

soak: dev services ## long runs: processes killed during thousands of submissions, a year with plugins
	XINGTAN_SOAK=1 $(BIN)/pytest -x tests/journeys/test_killed.py tests/journeys/test_season.py

isolation: dev services ## the rate of 31 provinces while one hangs, against all healthy
	$(BIN)/python -m tests.bench.provinces

pictures: dev services ## the README's screenshots, from the running demonstration
	$(BIN)/python -m tests.pictures

catalogue: dev ## bring the English catalogue's list of texts up to date and compile it
	$(BIN)/pybabel -q extract --no-location --omit-header -F core/translations/babel.cfg -k N_ -k _l -o core/translations/messages.pot core templates
	$(BIN)/pybabel -q update --no-fuzzy-matching --omit-header -i core/translations/messages.pot -d core/translations -l en
	$(BIN)/python -m tests.catalogue
	@rm core/translations/messages.pot

docs: dev ## write the reference pages of docs/ from the code
	$(BIN)/python -m tests.generated_docs

clean: ## take away what running and testing made
	rm -rf build dist var *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
