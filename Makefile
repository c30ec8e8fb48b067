# Every command below makes its own virtual environment in .venv when it is used first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The pipeline needs READY; the tests and checks need READY_TEST, which adds packages to it.
READY := $(VENV)/ready
READY_TEST := $(VENV)/ready-test
LOCKS := requirements.lock requirements-numeric.lock requirements-scores.lock \
	requirements-probes.lock
INSTALL := python -m pip install -qq --disable-pip-version-check -r
# The address of a scheduler of Dask: the work is done on its cluster (docs/cluster.md).
ifdef SCHEDULER
export SDMVAE_SCHEDULER := $(SCHEDULER)
endif
# How many cells are trained at once; on a cluster, as many as its workers have threads.
JOBS ?= $(if $(SDMVAE_SCHEDULER),,$(shell getconf _NPROCESSORS_ONLN))
PRESETS := $(notdir $(basename $(wildcard presets/*.yaml)))
# For presets: the folder of the corpus, the name of the run, another address to fetch from, and
# settings such as SET="train.epochs=3".
export CORPUS ?=
export RUN ?=
export MIRROR ?=
SET ?=
# The outputs of the stages in data/, and the checkpoints of training.
OUTPUTS := source recordings.json origin.json speech manifest.csv left_out.csv phones.csv frames \
	variants code models curves checkpoints priors resynthesis scores anchors targets probes \
	references stability.csv plots report
# The stages run `python`, and this must be the python of the environment.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONHASHSEED := 0
unexport PYTHONPATH PYTHONHOME

.DEFAULT_GOAL := help
.PHONY: help repro espeak s3 cluster prune verify table plots check test lint clean $(PRESETS)
# Each of these commands uses all processors by itself, also with -j.
.NOTPARALLEL:

## help      Show this list
help:
	@grep -h '^## ' $(MAKEFILE_LIST) | cut -c 4-
	@echo "presets:  $(PRESETS)"

## repro     Run the pipeline with the parameters in params.yaml, and print the table
repro: $(READY)
	@python -m stages.run_all $(JOBS)
	@cat metrics/table.md
	@echo "report: data/report/index.html"

## <preset>  Run the pipeline with presets/<preset>.yaml in the folder runs/<preset>;
##           options: CORPUS=folder SET="train.epochs=3" RUN=name MIRROR=url
$(PRESETS): $(READY)
	@python -m stages.run_preset $@ $(SET) --jobs "$(JOBS)" \
		--corpus "$$CORPUS" --run "$$RUN" --mirror "$$MIRROR"

## espeak    Install the synthesiser eSpeak NG (GPLv3), for the corpus espeak
espeak: $(READY)
	@$(INSTALL) requirements-espeak.lock
	@echo "eSpeak NG is installed: set corpus.name to espeak and corpus.utterances to a number"

## s3        Install what DVC needs to share outputs through S3 or a store like it
s3: $(READY)
	@$(INSTALL) requirements-s3.lock
	@echo "DVC can use a remote s3://: see docs/sharing.md"

## cluster   Install Dask, for work on a cluster: make repro SCHEDULER=tcp://host:8786
cluster: $(READY)
	@$(INSTALL) requirements-cluster.lock

## prune     Remove the outputs of cells that are no longer in params.yaml
prune: $(READY)
	@python -m stages.prune

## verify    Run the last commit again in a clone, and compare every output with dvc.lock
verify: $(READY)
	python -m benchmarks.verify $(JOBS)

## table     Print the table of the last run again
table:
	@cat metrics/table.md

## plots     Let DVC draw the plots of the last run, and print where they are
plots: $(READY)
	@dvc plots show

## check     Check style and types, and run the fast tests: for daily work, in a minute
check: lint
	pytest -q -n auto --dist loadfile -m "not slow"

## test      Run all tests
test: $(READY_TEST)
	pytest -n auto --dist loadfile --cov --cov-report=term --cov-fail-under=90

## lint      Check style, formatting and types
lint: $(READY_TEST)
	ruff check .
	ruff format --check .
	mypy

## clean     Remove the environment, the outputs of the stages and the cache of DVC
clean:
	rm -rf $(VENV) .dvc/cache .dvc/tmp dvc_plots
	rm -rf .pytest_cache .ruff_cache .mypy_cache .hypothesis .coverage
	rm -rf $(addprefix data/,$(OUTPUTS)) data/.*.sdmvae-*.part

$(READY): $(LOCKS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "error: PYTHON: $$($(PYTHON) --version) is too old; use Python 3.11 or later," \
		"for example: make PYTHON=python3.11" >&2; exit 1; }
	@echo "Installing the pinned packages into $(VENV). This takes a few minutes."
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) requirements.lock
	@# `dvc plots` needs its page before the stage that makes it has run for the first time.
	python -m stages.plots --page
	touch $@

$(READY_TEST): $(READY) requirements-test.lock requirements-espeak.lock \
		requirements-cluster.lock requirements-s3.lock
	@echo "Installing the packages of the tests, Dask, the storage S3 and eSpeak NG into $(VENV)."
	$(INSTALL) requirements-test.lock
	touch $@
