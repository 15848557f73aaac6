# Everything a person does here; `make` lists it.

VENV := .venv
PYTHON := $(VENV)/bin/python
PORT ?= 8000

.DEFAULT_GOAL := help
.PHONY: help setup sdks run test check format bench package grammars clean

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-10s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/.ready  ## serve the API here on an embedded AWS: PORT= SETTINGS= SENDERS= DYNAMODB=local
	@PORT='$(PORT)' $(PYTHON) -m chalicelib.local

test: $(VENV)/.ready sdks  ## run the whole suite; what needs Node, Java or Chromium is skipped without
	$(PYTHON) -m pytest -n auto --dist loadfile $(ARGS)

check: $(VENV)/.ready  ## lint, format and types
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy

format: $(VENV)/.ready  ## put the code into the form that `check` asks for
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

bench: $(VENV)/.ready  ## measure calls, write units, CPU, users, imports, templates, captchas and the package
	$(PYTHON) -m pip install -q -r requirements-bench.txt
	$(PYTHON) -m bench

package: $(VENV)/.ready  ## build the deployment package: STAGE=dev, into build/
	$(PYTHON) -m tools.package --stage $(or $(STAGE),dev)

grammars: $(VENV)/.ready  ## write pybars' grammars out as Python, after a change of its version
	$(PYTHON) -m tools.precompile

setup: $(VENV)/.ready  ## make .venv; the other targets do it by themselves

sdks: $(VENV)/.ready
	@$(PYTHON) -m tools.sdks
	@$(PYTHON) -m tools.examples

clean:  ## remove all that was built or fetched
	rm -rf $(VENV) .venv-* .cache build node_modules tests/sdk/node_modules

$(VENV)/.ready: requirements.txt requirements-operate.txt requirements-dev.txt
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; python3 is $$(python3 --version)"; exit 1; }
	@test -x $(PYTHON) || python3 -m venv $(VENV)
	$(PYTHON) -m pip install -q --disable-pip-version-check -r requirements-dev.txt
	@touch $@
