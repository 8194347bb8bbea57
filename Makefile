# Everything the house can do. `make help` lists it; `make demo` and `make test` need nothing but Python 3.11 or newer,
# make and a package index.

# The interpreter to build with, e.g. `make test PYTHON=python3.13`; found by itself if left out. `make clean` before changing it.
PYTHON ?=

# How many tests run at once; "auto" takes one worker for each core.
JOBS ?= auto

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --no-input

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test lint types docs check golden bench lock clean

# List the targets, each with its sentence.
help:
	@awk '/^# /{said=substr($$0,3)} /^[a-z]+:/ && said{split($$1,name,":"); printf "  make %-8s %s\n", name[1], said} !/^# /{said=""}' Makefile

# Watch a made-up month from feed to report in demo-mission/, and print what was found against what was true.
demo: $(VENV)/.run
	$(call say,demo: thirty made-up days from feed to report)
	@$(BIN)/truceline demo --folder demo-mission

# Check everything: linters, import contracts, types, documentation, all tests; stops at the first that fails.
test: lint types docs check
	@echo "All checks passed."

# Check style and the import contracts.
lint: $(VENV)/.dev
	$(call say,ruff: style and docstrings)
	@$(BIN)/ruff check
	$(call say,ruff: format)
	@$(BIN)/ruff format --check
	$(call say,import contracts)
	@$(BIN)/lint-imports

# Check types, strictly.
types: $(VENV)/.dev
	$(call say,mypy: types)
	@$(BIN)/mypy

# Build the documentation into site/; a warning is a failure.
docs: $(VENV)/.dev
	$(call say,mkdocs: documentation)
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict  # not --quiet: that hides warnings from --strict too
	@echo "site/index.html"

# Run all tests, among them every example of the documentation.
check: $(VENV)/.dev
	$(call say,pytest: tests and examples)
	@$(BIN)/python -m pytest -q -n $(JOBS) --maxprocesses 8 --dist worksteal

# Judge the published cases, ours beside theirs.
golden: $(VENV)/.run
	@$(BIN)/truceline golden

# Measure against peers and print the ratios.
bench: $(VENV)/.dev
	$(call say,benchmarks)
	@$(BIN)/python -m benchmarks

# Pin every dependency anew with hashes and without any package host; needs uv.
lock:
	@command -v uv >/dev/null || { echo "make lock needs uv on the PATH; see requirements/README.md."; exit 1; }
	$(call lock,build,run.txt)
	$(call lock,dev,dev.txt)

# Remove all that make has made, the demonstration included.
clean:
	rm -rf $(VENV) site build dist demo-mission .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# The virtual environment, made once by the first Python that is new enough.
$(BIN)/python:
	@for python in $(or $(PYTHON),python3 python3.13 python3.12 python3.11 python); do \
	    if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	    echo "Truceline needs Python 3.11 or newer; found: $$($(or $(PYTHON),python3) --version 2>&1 | head -n 1)."; \
	    echo "Name one that is new enough: make $(or $(MAKECMDGOALS),demo) PYTHON=/path/to/python3.11"; exit 1; \
	fi; \
	echo "==> virtual environment: $$("$$found" --version)"; \
	"$$found" -m venv $(VENV)

# A stamp for each set of requirements: made again only when what it depends on has changed. dev.txt holds all of run.txt.
$(VENV)/.run: requirements/run.txt pyproject.toml | $(BIN)/python
	$(call install,run)

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(BIN)/python
	$(call install,dev)
	@touch $(VENV)/.run

define say
@printf '==> %s\n' '$(1)'
endef

# The project itself is installed in place, so that what runs is always what the checkout holds.
define install
$(call say,installing requirements/$(1).txt)
@$(PIP) install --require-hashes -r requirements/$(1).txt
@$(PIP) install --no-deps --no-build-isolation --editable .
@touch $@
endef

define lock
$(call say,locking requirements/$(2))
@uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 \
    pyproject.toml --group $(1) -o requirements/$(2)
endef
