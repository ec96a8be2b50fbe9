# Two commands do everything: `make publish` and `make test`. Both first set up what is missing on this machine.
.DEFAULT_GOAL := help
.PHONY: help publish test test-all test-unit bench bench-page bench-guard lint format up down env status dev

PYTHON  ?= python3
OFFLINE := PYTHONPATH=$(CURDIR) PYTHONDONTWRITEBYTECODE=1 $(PYTHON) -m offline
ENV     := { [ -t 2 ] || export NO_COLOR=1; } && eval "$$($(OFFLINE) env)"
ADDRESS ?= $(if $(NEXT_DISTROLESS_REGISTRY_PORT),127.0.0.1:$(NEXT_DISTROLESS_REGISTRY_PORT)/moontv)
NPM_REGISTRY ?= $(or $(NPM_CONFIG_REGISTRY),$(npm_config_registry))
ARGS    ?=
PYTEST  ?=
SIGNING ?= $$($(OFFLINE) signing)
APART    = tests/unit tests/fuzz tests/registry tests/tools
ALONE    = tests/compat tests/e2e
GIT_ARGS = $(shell scripts/git-args)
ROUNDS  ?= 1
BENCH    = $(ENV) && . "$$($(OFFLINE) dev)/bin/activate" && python -m bench.speed
BENCHED  = $(if $(NPM_REGISTRY),--npm $(NPM_REGISTRY)) $(if $(ENGINE),--engine $(ENGINE)) $(if $(RESUME),--resume)

help: ## Show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  variables: ADDRESS=registry/name[:tag], NPM_REGISTRY=url, SIGNING=--signing-key…, ARGS: further arguments of \`dagger call\`"

publish: up ## Set up what is missing, then build, check and publish the reference app
	@$(ENV) && dagger call $(GIT_ARGS) $(if $(NPM_REGISTRY),--npm-registry $(NPM_REGISTRY)) $(if $(ADDRESS),--address $(ADDRESS)) $(if $(ADDRESS),,$$($(OFFLINE) reach)) $(SIGNING) $(ARGS) publish

test: WHICH = not costly
test: test-all ## Set up what is missing, then run the tests

test-all: up dev ## The same with the costly tests: more apps, other runtimes, two engines
	@$(OFFLINE) tools
	@$(ENV) && . "$$($(OFFLINE) dev)/bin/activate" && export NEXT_DISTROLESS_REACH="$$($(OFFLINE) reach)" && \
	  python -m pytest -n 3 $(APART) $(PYTEST) && \
	  which="$(WHICH)$${NEXT_DISTROLESS_REACH:+$(if $(WHICH), and )not embedded}" && \
	  python -m pytest -n 2 --dist loadfile -m "$$which" tests/engine $(PYTEST) && python -m pytest -m "$$which" $(ALONE) $(PYTEST)

test-unit: dev ## Run the tests that need no engine
	@. "$$($(OFFLINE) dev)/bin/activate" && python -m pytest tests/unit tests/fuzz $(PYTEST)

bench: dev ## Measure beside BuildKit and the host (docs/how-to/measure-speed.md)
	@$(BENCH) run --rounds $(ROUNDS) $(BENCHED) $(if $(APPS),--apps $(APPS)) $(if $(CASES),--cases $(CASES)) \
	  $(if $(SUBJECTS),--subjects "$(SUBJECTS)") $(if $(MOONTV),--moontv $(MOONTV))

bench-page: dev ## Write what `make bench` measured into docs/explanation/speed.md
	@$(BENCH) page

bench-guard: dev ## Fail where three cheap cases are much slower than in the committed table
	@$(BENCH) guard $(BENCHED)

lint: dev ## Check style, types and workflows
	@$(ENV) && . "$$($(OFFLINE) dev)/bin/activate" && ruff check . && ruff format --check . && mypy && \
	  zizmor --offline --quiet .github && actionlint .github/workflows/*.yml

format: dev ## Rewrite the code in the common style
	@. "$$($(OFFLINE) dev)/bin/activate" && ruff format . && ruff check --fix .

up: ## Start the engine and the registry; build what is missing first
	@$(OFFLINE) up

down: ## Stop engine and registry, and remove their network from this machine
	@$(OFFLINE) down

env: ## Print the exports for your own `dagger call`: eval "$$(make -s env)"
	@$(OFFLINE) env

status: ## Show what runs, and where the logs are
	@$(OFFLINE) status

dev:
	@$(OFFLINE) dev >/dev/null
