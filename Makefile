# Every verb of the project; `make help` lists them. Needs git, make and any Python 3; the rest is installed into the tree.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export TEXT FILE OUT MISTAKES BASELINE NAME DISABLE
PYTHON := .venv/bin/python -W ignore
export TF_CPP_MIN_LOG_LEVEL := 3
export RASA_TELEMETRY_ENABLED := false

.PHONY: help setup run test check format validate train ask chat evaluate bench chaos variants operator clean

help: ## List the verbs
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: ## Install uv, Python 3.10 and the locked dependencies, if missing
	@bash deploy/setup.sh

run: setup ## Start everything; prints the address of the chat page
	@$(PYTHON) -m tools.run

test: setup train ## Run every test, from units to a real browser
	@$(PYTHON) -m pytest

check: setup ## Format, lint, types and knowledge, in seconds
	@.venv/bin/ruff format --check . && .venv/bin/ruff check . && .venv/bin/mypy . && $(PYTHON) -m procedures.validate

format: setup ## Format the code
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

validate: setup ## Check the knowledge base: every mistake, with file, line, cause and fix
	@$(PYTHON) -m procedures.validate

train: setup ## Train the model, if the files changed since the last time
	@$(PYTHON) -m tools.train

ask: setup train ## One answer in the terminal: make ask TEXT="..." (MOTCUA_AS_OF=2027-01-02 for another day)
	@$(PYTHON) -m tools.ask "$$TEXT"

chat: setup train ## A conversation in the terminal
	@$(PYTHON) -m tools.ask

evaluate: setup train ## Score texts: make evaluate FILE=data/development/singles.tsv OUT=results/singles.jsonl MISTAKES=results/mistakes.html
	@$(PYTHON) -m tools.evaluate "$$FILE" "$$OUT" $${MISTAKES:+--mistakes "$$MISTAKES"}

bench: setup train ## Measure speed and memory, one JSON object; BASELINE=1 measures stock Rasa too
	@$(PYTHON) -m tools.bench

chaos: setup train ## Kill processes while 5,000 messages go through the local platform: nothing may be lost or doubled
	@$(PYTHON) -m tools.chaos $(CHAOS)

variants: setup ## Make the generated spellings of the training texts anew
	@$(PYTHON) -m tools.variants

operator: setup ## Let somebody into the console: make operator NAME=an (again: a new password; DISABLE=1: no more)
	@$(PYTHON) -m tools.operator "$$NAME" $${DISABLE:+--disable}

clean: ## Delete what was built and the local database (asks nothing)
	@rm -rf .venv .cache var models results .mypy_cache .ruff_cache .pytest_cache .hypothesis .rasa
