# The recipes are thin: tools/setup.py makes the environment, then becomes the command after "--".
PYTHON ?= python3
PORT ?= 8123
SETUP = exec $(PYTHON) tools/setup.py

.DEFAULT_GOAL := help
.PHONY: help demo test check lock frontend clean

help:  ## show this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 12

demo:  ## a fictional office with a year's work, at http://localhost:8123 (or PORT=…)
	@$(SETUP) app -- casework demo --home build/demo-home --port $(PORT)

test:  ## everything CI runs: the checks, then every test on SQLite and on PostgreSQL
	@$(SETUP) dev -- python -m tools.test

check:  ## the quick part: format, lint, types, imports, migrations, templates
	@$(SETUP) dev -- python -m tools.check

lock:  ## write requirements/*.txt anew from pyproject.toml
	@$(SETUP) dev -- python -m tools.lock

frontend:  ## build scripts, styles and icons if their sources changed
	@$(SETUP) app

clean:  ## remove what these commands made, the environment included
	rm -rf .venv build dist frontend/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
