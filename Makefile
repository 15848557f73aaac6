# Everything a person does here; `make` lists it.

VENV := .venv
PYTHON := $(VENV)/bin/python
PORT ?= 8000
# Through the environment, where make puts what it is told: no quote in a name ends a command.
STAGED = --stage "$${STAGE:-dev}"
BUILT = $(if $(ARCHITECTURE),--architecture "$$ARCHITECTURE")
ANSWERED = $(if $(YES),--yes) $(if $(FORCE),--force)

.DEFAULT_GOAL := help
.PHONY: help setup sdks run test e2e check format bench package deploy protect destroy doctor grammars clean

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-10s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/.ready  ## serve the API here on an embedded AWS: PORT= SETTINGS= SENDERS= DYNAMODB=local
	@PORT='$(PORT)' $(PYTHON) -m chalicelib.local

test: $(VENV)/.ready sdks  ## run the whole suite; what needs Node, Java or Chromium is skipped without
	$(PYTHON) -m pytest -n auto --dist loadfile $(ARGS)

e2e: $(VENV)/.ready sdks  ## deploy to an emulated AWS and go through the main job there; part of `test`, too
	$(PYTHON) -m pytest tests/e2e $(ARGS)

check: $(VENV)/.ready  ## lint, format and types
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy

format: $(VENV)/.ready  ## put the code into the form that `check` asks for
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

bench: $(VENV)/.ready  ## measure calls, units, CPU, users, imports, templates, captchas, waking and cost
	$(PYTHON) -m pip install -q -r requirements-bench.txt
	$(PYTHON) -m bench

package: $(VENV)/.ready  ## build the deployment package into build/STAGE: STAGE=dev ARCHITECTURE=
	$(PYTHON) -m tools.package $(STAGED) $(BUILT)

deploy: $(VENV)/.ready  ## into your AWS account, or up to date there: STAGE=dev APP= SIGNATURE= PARAMETERS= PROTECT=no YES=1
	@$(PYTHON) -m tools.deploy $(STAGED) $(BUILT) $(ANSWERED) $(if $(filter no,$(PROTECT)),--no-protect) \
		$(if $(APP),--app "$$APP") $(if $(SIGNATURE),--signature "$$SIGNATURE") \
		$(if $(PARAMETERS),--parameter "$$PARAMETERS")

protect: $(VENV)/.ready  ## let AWS refuse the countries that no app sends to: STAGE=dev YES=1
	@$(PYTHON) -m tools.protect $(STAGED) $(ANSWERED)

destroy: $(VENV)/.ready  ## out of it again; what holds data stays without FORCE=1: STAGE=dev YES=1
	@$(PYTHON) -m tools.destroy $(STAGED) $(ANSWERED)

doctor: $(VENV)/.ready  ## what your AWS account still lacks, and where to ask for it: STAGE=dev
	@$(PYTHON) -m tools.doctor $(STAGED)

grammars: $(VENV)/.ready  ## write pybars' grammars out as Python, after a change of its version
	$(PYTHON) -m tools.precompile

setup: $(VENV)/.ready  ## make .venv; the other targets do it by themselves

sdks: $(VENV)/.ready
	@$(PYTHON) -m tools.sdks
	@$(PYTHON) -m tools.examples
	@$(PYTHON) -m tools.cloud

clean:  ## remove all that was built or fetched
	rm -rf $(VENV) .venv-* .cache build node_modules tests/sdk/node_modules

$(VENV)/.ready: requirements.txt requirements-operate.txt requirements-dev.txt
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; python3 is $$(python3 --version)"; exit 1; }
	@test -x $(PYTHON) || python3 -m venv $(VENV)
	$(PYTHON) -m pip install -q --disable-pip-version-check -r requirements-dev.txt
	@touch $@
