# `make run` and `make test` do all of their own set-up; `make help` lists the rest.

PYTHON := .venv/bin/python3
DEVSTACK := .venv/bin/devstack
# A fresh Debian has no Python; everything after it is set-up's work.
SETUP := command -v python3 >/dev/null || $$([ "$$(id -u)" = 0 ] || echo sudo) apt-get install -y python3; \
	python3 -m devstack.setup

# A stack of the tests and one of yours do not get in each other's way. Two test side by side: what
# takes long there is waiting.
PRIVATE_NETWORK := bwrap --dev-bind / / --unshare-net --cap-add ALL --die-with-parent --

FUNCTIONAL := $(PRIVATE_NETWORK) $(PYTHON) -m pytest -n 2 --dist loadfile tests/functional

# pytest-operator brings an older pytest, and libraries that warn.
INTEGRATION := .build/integration/bin/python3 -m pytest -W default -o asyncio_mode=auto

.PHONY: help run up down test format lint unit plugins functional slow integration reference lock

help: ## List what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

run: ## Run the site on this machine until Ctrl-C
	@$(SETUP) run
	@exec $(DEVSTACK) up

up: ## Run the site in the background
	@$(SETUP) run
	@$(DEVSTACK) up --detach

down: ## End the site in the background
	@$(DEVSTACK) down

test: ## Check everything
	@$(SETUP) test
	@$(MAKE) --no-print-directory lint unit plugins functional

format: ## Format the code
	@.venv/bin/ruff format
	@.venv/bin/ruff check --fix

lint: ## Check format, style and types
	@.venv/bin/ruff format --check
	@.venv/bin/ruff check
	@.venv/bin/pyright
	@.venv/bin/charmlint --strict --quiet charm
	@$(INTEGRATION) --collect-only --quiet --no-header --no-summary tests/integration >/dev/null

unit: ## Run the unit tests
	@$(PYTHON) -m pytest -n auto tests/unit

plugins: ## Run the tests of the Indico plugins, on a PostgreSQL of their own
	@$(PRIVATE_NETWORK) $(PYTHON) -m devstack.plugins

functional: ## Run the tests that start the stack, with a network of their own
	@$(FUNCTIONAL) -m "not slow"

slow: ## Run those of them that take minutes, which `make test` leaves out
	@$(FUNCTIONAL) -m slow

integration: ## Run the tests that need a Juju controller
	@$(INTEGRATION) tests/integration

reference: ## Write the reference of the settings anew, from Indico and from the code
	@.build/rock/bin/python3 -m indico_app.settings.generate
	@$(PYTHON) -m devstack.reference

lock: ## Lock the requirements anew
	@$(PYTHON) -m devstack.setup.lock
