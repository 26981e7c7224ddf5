# Every command of the project. Nothing but Python >= 3.11 and make need be there: `.venv` is made from pinned packages.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help venv test tests-of-deciding tests-of-the-rest quick deep calls races kills writers fuzz pythons zones lint format types contracts docs demo wheel bench pins clean

# The first Python that is new enough; choose another one with `make PYTHON=... test`.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { command -v "$$p"; break; }; done)

BIN := .venv/bin
PY := $(BIN)/python
PIP := $(PY) -m pip --disable-pip-version-check
# The lists are whole, so nothing is resolved: pip would refuse an extra (`pydantic[email]`) whose hash stands under the plain name.
INSTALL := $(PIP) install --quiet --require-hashes --no-deps --only-binary :all:

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-10s %s\n", $$1, $$2 }' Makefile

# ---- the environment ------------------------------------------------------------------------------------------------

venv: .venv/installed ## make .venv, or bring it up to date

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "agentprov needs Python 3.11 or newer, and none was found; name one: make PYTHON=/path/to/python3 ..." >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "agentprov needs Python 3.11 or newer; $(PYTHON) is `"$(PYTHON)" -V 2>&1`" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "$(PYTHON) has no venv module; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	"$(PYTHON)" -m venv --clear .venv

.venv/pinned: requirements/dev.txt | .venv/bin/python
	$(INSTALL) -r requirements/dev.txt
	@touch $@

.venv/installed: .venv/pinned pyproject.toml
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

pins: .venv/installed ## renew the hashed requirements
	tools/pins $(ARGS)

# ---- tests ----------------------------------------------------------------------------------------------------------

test: .venv/installed ## all tests, with the coverage of branches; model and engine: 100 %
	$(BIN)/coverage erase
	$(MAKE) --no-print-directory -j2 --output-sync=target tests-of-deciding tests-of-the-rest
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report
	@echo "Branches of model and engine:"
	$(BIN)/coverage report --include='src/agentprov/model/*,src/agentprov/engine/*' --fail-under=100

# Two halves of about equal length, side by side.
DECIDING := tests/analysis tests/cli tests/engine tests/interop

tests-of-deciding:
	$(BIN)/coverage run --parallel-mode -m pytest $(ARGS) $(DECIDING)

tests-of-the-rest:
	$(BIN)/coverage run --parallel-mode -m pytest $(ARGS) $(DECIDING:%=--ignore=%)

quick: .venv/installed ## all tests, stopping at the first failure, without coverage
	$(PY) -m pytest -q -x $(ARGS)

deep: .venv/installed ## all tests, 10,000 examples for each law
	HYPOTHESIS_PROFILE=deep $(PY) -m pytest $(ARGS)

calls: .venv/installed ## a million calls, by the router and by the oracle of the tests: no difference
	$(PY) -m tests.deep.calls $(ARGS)

races: .venv/installed ## two sessions at once, a thousand trials of each race and database; ARGS="--trials 100"
	$(PY) -m tests.deep.races $(ARGS)

kills: .venv/installed ## 5,000 kills of workers, connections and servers: nothing lost; ARGS="--kills 500"
	$(PY) -m tests.deep.kills $(ARGS)

writers: .venv/installed ## sixteen processes that change one tenant, a thousand commands each
	$(PY) -m tests.deep.writers $(ARGS)

fuzz: .venv/fuzzing ## bytes made to break the parsers, a minute for each; ARGS="--seconds 1800 json phone"
	nice $(PY) -m tests.deep.fuzzing $(ARGS)

.venv/fuzzing: requirements/fuzz.txt .venv/installed
	$(INSTALL) -r requirements/fuzz.txt
	@touch $@

pythons: ## the tests of the engine, with every Python from 3.11 on that is on the PATH
	tools/pythons $(ARGS)

zones: .venv/installed ## hours at every change of every zone, with two versions of the time-zone data
	tools/zones $(ARGS)

docs: .venv/installed ## run every code block of README.md and docs/
	$(PY) -m pytest $(ARGS) README.md docs

demo: .venv/installed ## a tour of the library
	@$(PY) examples/demo.py

# ---- gates ----------------------------------------------------------------------------------------------------------

lint: .venv/installed ## style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: .venv/installed ## mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: .venv/installed ## mypy strict on everything, pyright on the source
	$(BIN)/mypy src tests tools conftest.py
	$(BIN)/pyright --pythonpath $(PY)

contracts: .venv/installed ## who may import whom
	$(BIN)/lint-imports

# The sdist makes the wheel. It is installed alone, with nothing but the core's dependencies, and tried; then the tests
# run against it instead of the source, lightly, for the question is whether everything is in the wheel.
wheel: .venv/installed ## build, check, install into an empty environment, and try the wheel
	rm -rf build dist
	$(PY) -m build --no-isolation --outdir dist .
	$(BIN)/twine check --strict dist/*
	$(PY) -m venv build/clean
	build/clean/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes --only-binary :all: -r requirements/core.txt
	build/clean/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --no-index dist/*.whl
	build/clean/bin/python -m pip --disable-pip-version-check check
	cd build && clean/bin/python -I -W error ../tools/smoke.py
	$(PIP) install --quiet --no-deps --no-index --target build/site dist/*.whl
	PYTHONPATH=build/site $(PY) -c 'import agentprov; assert "build/site" in agentprov.__file__, agentprov.__file__'
	HYPOTHESIS_PROFILE=smoke PYTHONPATH=build/site $(PY) -m pytest -q tests

bench: .venv/installed ## the measurements
	$(PY) benchmarks/run.py $(ARGS)

clean: ## remove everything that was made
	rm -rf .venv build dist .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
