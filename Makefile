# Each target's line after ## is its help. What a target needs, it gets: see setup/run.
.DEFAULT_GOAL := help
.PHONY: help demo run test check bench bench-calls console screens migration demo-model lock clean
unexport PYTHONDONTWRITEBYTECODE # without its bytecode each of our processes takes twice as long to start
PYTHON := .venv/bin/python
ONCE ?=
NAME ?=
SCREENS ?=
CALLS ?= 500
SEED ?= 1
FAULT ?= none ami kill restart
COMPILE = .deps/bin/uv pip compile --quiet --upgrade --universal --generate-hashes \
	--python-version 3.11 --no-header --no-emit-index-url

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## three calls over real SIP and audio, from the ring to the closed ticket (ONCE=1: then end)
	@setup/run demo
	@.venv/bin/callcenter demo $(if $(ONCE),--once)

run: ## the hotline itself, at http://127.0.0.1:8000
	@setup/run demo
	@.venv/bin/callcenter up

test: ## all tests, with real Asterisk, Redis and PostgreSQL
	@setup/run test
	@PLAYWRIGHT_NODEJS_PATH="$(CURDIR)/.deps/bin/playwright-node" .venv/bin/pytest -n 3 --dist loadfile --no-loadscope-reorder

check: ## style, types, import directions
	@setup/run check
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports
	@if command -v shellcheck >/dev/null; then shellcheck -x setup/*; fi

bench: ## measurements, each as a ratio or against a limit
	@setup/run test
	@$(PYTHON) -m bench

bench-calls: ## the ledger run: 500 calls by SIPp, every figure against SIPp's own log (CALLS= SEED= FAULT=)
	@setup/run bench
	@$(PYTHON) -m bench.calls --calls $(CALLS) --seed $(SEED) --fault $(FAULT)

console: ## build the console, with the API's types made anew, and run its own tests
	@setup/run console
	@$(PYTHON) -m tools.console_types
	@cd console && PATH="$(CURDIR)/.deps/bin:$$PATH" npm run --silent check
	@echo "make run serves it at http://127.0.0.1:8000/console/"

screens: ## photograph the console for docs/screens (SCREENS="seat-talking map": these alone)
	@setup/run test
	@PLAYWRIGHT_NODEJS_PATH="$(CURDIR)/.deps/bin/playwright-node" $(PYTHON) -m tools.screenshots $(SCREENS)

migration: ## write the next revision of the database's tables from the code (NAME=what_it_does)
	@setup/run check
	@$(PYTHON) -m tools.migration "$(NAME)"

demo-model: ## train models/demo-cn anew from synthetic voices (about ten minutes)
	@setup/run demo-model
	@.venv-demo-model/bin/python -m tools.demo_model

lock: ## renew requirements/*.lock to the newest versions pyproject.toml allows
	@setup/run check
	$(COMPILE) pyproject.toml --group dev -o requirements/dev.lock
	$(COMPILE) pyproject.toml -c requirements/dev.lock -o requirements/run.lock
	$(COMPILE) requirements/build.in -c requirements/dev.lock -o requirements/build.lock
	$(COMPILE) --group demo-model -o requirements/demo-model.lock
	$(COMPILE) requirements/console.in -o requirements/console.lock

clean: ## delete what was set up, built and kept: .venv, .deps, var, the console's build
	rm -rf .venv .venv-demo-model .deps var console/dist console/node_modules console/src/generated
