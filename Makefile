# Two commands on a fresh machine: `make run` does the main job, `make test` runs the tests.
# Needed: Python 3.11 or newer, and make.

.DEFAULT_GOAL := help
.PHONY: help setup run dev test check format bench lineage lock clean

BIN := .venv/bin
export DAGSTER_DISABLE_TELEMETRY = 1
# The newest Python that will do, unless PYTHON names one.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

help: ## Show what can be made.
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 16

setup: .venv/installed ## Install everything, exactly as pinned.

.venv/installed: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name one: make PYTHON=/path/to/python3"; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

run: setup ## Make the warehouse from the demo snapshot, or from COHORTLINE_SNAPSHOT, and verify it.
	@$(BIN)/cohortline run

dev: setup ## Serve the Dagster UI with its daemon at http://127.0.0.1:3000.
	@$(BIN)/cohortline dev

test: setup ## Run every test against a real PostgreSQL.
	$(BIN)/python -m pytest $(ARGS)

check: setup ## Lint, check types, SQL and definitions.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --processes 1 assets pipelines resources
	@# With a home of its own: the project's dagster.yaml names a database that need not run for this.
	home=$$(mktemp -d) && DAGSTER_HOME=$$home $(BIN)/dg check defs; status=$$?; rm -rf "$$home"; exit $$status

format: setup ## Format the code.
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix --quiet assets pipelines resources

bench: setup ## Measure; PART=landing measures one part.
	$(BIN)/python -m benchmarks $(PART)

lineage: setup ## Draw docs/lineage.svg from the definitions.
	$(BIN)/python -m pipelines.lineage

lock: setup ## Pin the newest versions that pyproject.toml admits.
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url \
		--no-header --upgrade --extra dev pyproject.toml -o requirements.lock

clean: ## Remove what was installed; the data in .cohortline stays.
	rm -rf .venv *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
