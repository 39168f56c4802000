# make demo      extract the samples and print what was found
# make test      lint, types, import layers and tests: all checks, the same as in CI
# make check     the same without the tests: what the pre-commit hooks run
# make docs      the documentation as a site, in site/
# make bench     the quick forms of the benchmarks
# make pictures  the pictures of the documentation, with Chromium
# make clean     remove the virtual environment and what was made
#
# Each sets up .venv first; all they need is make and Python 3.11 or newer (PYTHON=python3.12 make test).

PYTHON ?= python3
VENV ?= .venv
OUT ?= out

bin := $(VENV)/bin
pip := $(bin)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo test check docs bench pictures clean

help:
	@sed -n 's/^# \(make .*\)/\1/p' $(MAKEFILE_LIST)

demo: $(VENV)/.installed
	$(bin)/gongkai extract "samples/*.pdf" samples/scans samples/written --join --output $(OUT) --findings
	@echo "Results are in $(OUT)/: documents.csv and cells.parquet for the run, and a folder for each document."

# Tests start hundreds of processes: none of them compiles our modules again, whatever the environment says.
test: export PYTHONDONTWRITEBYTECODE :=
test: check
	$(bin)/pytest -n auto --dist loadfile --no-loadscope-reorder

check: $(VENV)/.installed-dev
	$(bin)/ruff check
	$(bin)/ruff format --check
	$(bin)/mypy
	$(bin)/lint-imports

docs: $(VENV)/.installed-dev
	NO_MKDOCS_2_WARNING=1 $(bin)/mkdocs build --strict --quiet
	@echo "The site is in site/: open site/index.html"

bench: $(VENV)/.installed-dev
	$(bin)/python benchmarks/native.py --rounds 1 samples/city.pdf samples/seed-000.pdf samples/seed-001.pdf
	$(bin)/python benchmarks/layouts.py --count 20
	$(bin)/python benchmarks/scans.py --count 2
	$(bin)/python benchmarks/repair.py --scale 0.05
	$(bin)/python benchmarks/bulk.py tables --count 500

pictures: $(VENV)/.installed-dev
	$(bin)/python docs/pictures/rooms.py
	$(bin)/python docs/pictures/make.py
	$(bin)/python docs/pictures/shoot.py

clean:
	rm -rf $(VENV) $(OUT) site

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
