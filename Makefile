# The first Python from 3.11 on that is to be found; .venv is made with it.
PYTHON := $(or $(PYTHON),$(shell for name in python3 python3.15 python3.14 python3.13 python3.12 python3.11 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done))
BIN := .venv/bin
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links

PORT ?= 8000
HOST = 127.0.0.1
TESTS ?= tests

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test coverage check fix bench migration translations requirements

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what running needs, into .venv, node_modules and static/vendor
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed and was not found; name one: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) setup/environment.py
	@$(BIN)/python setup/assets.py
	@$(BIN)/python setup/catalogues.py --compile
	@$(BIN)/python run.py --settings

setup-dev: ## Install what tests and checks need as well
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed and was not found; name one: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) setup/environment.py --dev
	@$(BIN)/python setup/assets.py --dev
	@$(BIN)/python setup/catalogues.py --compile
	@$(BIN)/python run.py --settings

run: setup ## Run everything in this terminal: make run PORT=8001
	@$(BIN)/python run.py --with-parent --host $(HOST) --port $(PORT)

test: setup-dev ## Run every test, those in a browser too: make test TESTS=tests/complaints
	@$(BIN)/python -m pytest --numprocesses 3 --dist worksteal $(TESTS)

coverage: setup-dev ## Run every test and report which branches of the rules and the classifier they reach
	@$(BIN)/python -m pytest --numprocesses 3 --dist worksteal --cov=complaints --cov=classifier --cov-branch \
		--cov-report=term-missing:skip-covered $(TESTS)

check: setup-dev ## Everything that must hold before a change is taken
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports --no-cache
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/python setup/catalogues.py --check
	$(MAKE) --no-print-directory test

fix: setup-dev ## Format, and mend what can be mended by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup-dev ## Measure: make bench, or make bench SCENARIO=s3 SIZE=1000000 ROUNDS=10
	$(BIN)/python -m bench $(SCENARIO) $(if $(SIZE),--size $(SIZE)) $(if $(ROUNDS),--rounds $(ROUNDS))

migration: setup-dev ## Write a migration for what changed in models: make migration m="add a column"
	@test -n "$(m)" || { echo 'Say what it does: make migration m="add a column"'; exit 1; }
	$(BIN)/flask db migrate -m "$(m)"

translations: setup-dev ## Bring the catalogues up to date with the words in code and templates
	$(BIN)/python setup/catalogues.py --update

requirements: setup-dev ## Pin the packages anew, from requirements.in and requirements-dev.in
	$(LOCK) $(UPGRADE) requirements.in -o requirements.txt
	$(LOCK) $(UPGRADE) requirements-dev.in -o requirements-dev.txt
	$(LOCK) $(UPGRADE) setup/uv.in -o setup/uv.txt
