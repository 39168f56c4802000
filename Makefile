# make demo   extract the samples and print what was found
# make test   lint, types, import layers and tests, the same as in CI
# Both set up .venv first; all they need is make and Python 3.11 or newer (PYTHON=python3.12 make test).

PYTHON ?= python3
VENV ?= .venv
OUT ?= out

bin := $(VENV)/bin
pip := $(bin)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo test clean

help:
	@echo "make demo    extract samples/ into $(OUT)/ and print a summary"
	@echo "make test    lint, types, import layers and tests"
	@echo "make clean   remove the virtual environment and $(OUT)/"

demo: $(VENV)/.installed
	$(bin)/gongkai extract "samples/*.pdf" samples/scans samples/written --join --output $(OUT) --findings
	@echo "Results are in $(OUT)/: documents.csv and cells.parquet for the run, and a folder for each document."

test: $(VENV)/.installed-dev
	$(bin)/ruff check
	$(bin)/ruff format --check
	$(bin)/mypy
	$(bin)/lint-imports
	$(bin)/pytest -n auto

clean:
	rm -rf $(VENV) $(OUT)

$(bin)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "gongkai needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Editable, so that the code of the checkout is what runs.
$(VENV)/.installed: pyproject.toml constraints.txt | $(bin)/python
	@echo "Installing into $(VENV) ..."
	@$(pip) install --quiet --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(bin)/python
	@echo "Installing into $(VENV) ..."
	@$(pip) install --quiet --quiet --constraint constraints.txt --editable ".[dev]"
	@touch $@ $(VENV)/.installed
