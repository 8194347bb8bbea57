# Truceline. Two commands do all set-up with Python 3.11 or newer, make and the package index: `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: help demo test lint types contracts unit docs bench golden lock clean

# Say what can be made.
help:
	@awk '/^# /{say=substr($$0,3)} /^[a-z]+:/{split($$0,a,":"); if(a[1]!="help") printf "  make %-10s %s\n",a[1],say}' Makefile

# Watch a made-up freeze from feed to report, in the folder demo-mission.
demo: $(VENV)/run.ready
	@$(BIN)/truceline demo --folder demo-mission

# Run all checks: linters, types, import contracts, tests, documentation.
test: $(VENV)/dev.ready lint types contracts unit docs
	@echo "All checks passed."

# Check style and formatting.
lint: $(VENV)/dev.ready
	@echo "== ruff" && $(BIN)/ruff check . && $(BIN)/ruff format --check --quiet .

# Check types.
types: $(VENV)/dev.ready
	@echo "== mypy" && $(BIN)/mypy

# Check that imports run one way.
contracts: $(VENV)/dev.ready
	@echo "== import contracts" && $(BIN)/lint-imports --no-cache

# Run the tests.
unit: $(VENV)/dev.ready
	@echo "== pytest" && $(BIN)/python -m pytest -n 2 -q

# Build the documentation into site/; every warning is an error.
docs: $(VENV)/dev.ready
	@echo "== mkdocs" && NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

# Run the benchmarks; each prints its ratio to a peer in the same run.
bench: $(VENV)/dev.ready
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

# Judge the published cases, ours beside theirs.
golden: $(VENV)/run.ready
	@$(BIN)/truceline golden

# Pin every package anew with its hashes; needs uv.
lock:
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 \
	  pyproject.toml --group build --output-file requirements/run.txt
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 \
	  pyproject.toml --group dev --output-file requirements/dev.txt

# Remove everything that was made.
clean:
	rm -rf $(VENV) site build dist demo-mission .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Truceline needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version). Name another with PYTHON=..."; exit 1; }
	@echo "Making $(VENV)" && $(PYTHON) -m venv $(VENV)

$(VENV)/run.ready: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the program needs (once)" && $(PIP) install --quiet --require-hashes -r requirements/run.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.ready: requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the checks need (once)" && $(PIP) install --quiet --require-hashes -r requirements/dev.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/run.ready
