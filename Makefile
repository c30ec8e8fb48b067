# Everything below makes its own virtual environment in .venv on first use.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
# How many cells are trained at once.
JOBS ?= $(shell getconf _NPROCESSORS_ONLN)
STAGES := dvc stage list --name-only
# The stages run `python`, which has to be the environment's.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONHASHSEED := 0
unexport PYTHONPATH PYTHONHOME

.DEFAULT_GOAL := help
.PHONY: help repro further verify table plots test lint clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

repro: $(READY) ## Run the pipeline as params.yaml says, print the table and where the report is
	dvc repro features variants
	@# Cells do not depend on one another, and one trains on one core: dealt out, there and back, to
	@# as many DVC processes as there are cores, then the rest.
	$(STAGES) | sed -n 's/^train@//p' | awk -v jobs=$(JOBS) \
		'{ row = int((NR - 1) / jobs); job = (NR - 1) % jobs; if (row % 2) job = jobs - 1 - job; \
		mine[job] = mine[job] " train@" $$0 " resynthesize@" $$0 " score@" $$0 } \
		END { for (job in mine) print mine[job] }' | \
		xargs -P $(JOBS) -L 1 dvc --wait-for-lock repro -s
	dvc repro
	@cat metrics/table.md
	@echo "report: data/report/index.html"

further: ## Switch on the second block of systems in params.yaml (then: make repro)
	@sed '/^variants:/,$$ s/^#  /  /' params.yaml > params.yaml.new && mv params.yaml.new params.yaml
	@echo "params.yaml: the second block is on; git checkout params.yaml takes it back"

verify: $(READY) ## Run the last commit again in a clone and compare every output with dvc.lock
	python -m benchmarks.verify $(JOBS)

table: ## Print the table of the last run again
	@cat metrics/table.md

plots: $(READY) ## Draw the last run by DVC and print where
	@dvc plots show

test: $(READY) ## Run the tests
	pytest -n auto --dist loadfile --cov --cov-report=term --cov-fail-under=90

lint: $(READY) ## Check style and formatting
	ruff check .
	ruff format --check .

clean: ## Remove what was made: the environment, data/ and DVC's cache
	rm -rf $(VENV) .dvc/cache .dvc/tmp dvc_plots .pytest_cache .ruff_cache .hypothesis .coverage
	find data -mindepth 1 -maxdepth 1 ! -name .gitignore ! -name README.md -exec rm -rf {} +

$(READY): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "error: $$($(PYTHON) --version) is too old; Python 3.11 or later is needed," \
		"for example: make PYTHON=python3.11" >&2; exit 1; }
	@echo "Installing the pinned dependencies into $(VENV); this takes a few minutes."
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -qq --disable-pip-version-check -r requirements.lock
	@# dvc plots asks for its page even before the stage that makes it has run.
	python -m stages.plots --page
	touch $@
