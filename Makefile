# Everything that is done with this project; `make` lists it.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

PYTHON ?= python3
BIN := .venv/bin
UV := $(or $(shell command -v uv),$(BIN)/uv)
export VIRTUAL_ENV := $(CURDIR)/.venv
export PIP_DISABLE_PIP_VERSION_CHECK := 1
ENV := .venv/.installed
BUNDLE := crm_widgets/static/runtime.js
NODE_MODULES := js/node_modules/.package-lock.json
JS := $(shell find js/src js/build.mjs js/package.json -type f 2>/dev/null)

.PHONY: help
help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: $(ENV) $(BUNDLE) ## a dashboard on real purchases, served by Voila; its address is printed last
	@cd examples && exec ../$(BIN)/voila demo.ipynb

.PHONY: lab
lab: $(ENV) $(BUNDLE) ## JupyterLab on the examples
	@$(BIN)/jupyter lab --notebook-dir=examples --no-browser $(if $(filter 0,$(shell id -u)),--allow-root)

.PHONY: watch
watch: $(ENV) $(BUNDLE) ## as lab, and open pages follow each change in js/src
	@npm --prefix js run watch & trap 'kill %1' EXIT; ANYWIDGET_HMR=1 $(MAKE) --no-print-directory lab

.PHONY: test
test: check browser-ready java-ready ## everything: lint, types, Python and front-end tests, real browsers, examples
	@$(BIN)/pytest -q --numprocesses=2 --dist=loadfile --ignore=tests/browser
	@npm --prefix js test --silent
	@$(BIN)/pytest -q tests/browser

.PHONY: check
check: $(ENV) $(BUNDLE) ## lint, format and types, Python and front end; a minute or less
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(UV) lock --quiet --check
	@npm --prefix js run check --silent

.PHONY: format
format: $(ENV) $(NODE_MODULES) ## format Python and front end, mending what can be mended
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format
	@npm --prefix js run format --silent

.PHONY: bench
bench: $(ENV) ## side by side with peers (with BASE=revision, with that): prints times and ratios, asserts nothing
	@BASE=$(BASE) $(BIN)/python -m tests.benchmarks $(NAMES)

.PHONY: bench-browser
bench-browser: $(ENV) $(BUNDLE) browser-ready ## the same drag in JupyterLab, beside other widgets that link histograms
	@$(UV) export --quiet --frozen --only-group peers --output-file .venv/peers.txt > /dev/null
	@$(if $(BASE),:,$(UV) pip install --quiet --require-hashes --requirement .venv/peers.txt)
	@BASE=$(BASE) $(BIN)/python -m tests.benchmarks.browser

.PHONY: build
build: $(ENV) $(BUNDLE) ## wheel and source distribution, in dist/
	@$(BIN)/python -m build --no-isolation

.PHONY: lock
lock: uv-ready ## renew uv.lock from pyproject.toml, without addresses of any package index
	@$(UV) lock $(LOCK_FLAGS)
	@sed -i.bak -E 's#url = "https?://[^"]*/([^"/]+)"#filename = "\1"#; s#registry = "https?://[^"]*"#registry = "."#' uv.lock
	@rm uv.lock.bak

.PHONY: clean
clean: ## remove what was built: environment, packages, bundle, caches
	@rm -rf .venv js/node_modules crm_widgets/static dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis

# The versions and hashes of uv.lock, from whichever index this machine is set up for.
$(ENV): pyproject.toml uv.lock examples/voila/crm/index.html.j2 | $(BUNDLE) uv-ready
	@$(UV) export --quiet --frozen --all-groups --no-group peers --all-extras --no-emit-project --output-file .venv/locked.txt > /dev/null
	@$(UV) pip install --quiet --compile-bytecode --require-hashes --requirement .venv/locked.txt
	@$(UV) pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(NODE_MODULES): js/package-lock.json
	@command -v npm > /dev/null || { echo "Node.js 20 or later is needed to build the front end; install it and try again." >&2; exit 1; }
	@npm --prefix js ci --silent
	@touch $@

$(BUNDLE): $(JS) $(NODE_MODULES)
	@npm --prefix js run build --silent

.PHONY: uv-ready
uv-ready:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.12 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(UV) || { $(PYTHON) -m venv .venv; $(BIN)/python -m pip install -q uv; }

# PySpark is one of the engines that large tables are tested on.
.PHONY: java-ready
java-ready:
	@[[ -n "$${JAVA_HOME:-}" ]] || command -v java > /dev/null || { \
	  if [[ $$(id -u) = 0 ]] && command -v apt-get > /dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends default-jre-headless > /dev/null; \
	  else \
	    echo "The tests of PySpark need Java 17 or later: install the package default-jre-headless," >&2; \
	    echo "or say where it is: JAVA_HOME=/path/to/it make test." >&2; exit 1; \
	  fi; }

.PHONY: browser-ready
browser-ready:
	@[[ -n "$${CHROMIUM:-}" ]] || command -v chromium > /dev/null || { \
	  if [[ $$(id -u) = 0 ]] && command -v apt-get > /dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk > /dev/null; \
	  else \
	    echo "The browser tests need Chromium and a Chinese font: install the packages chromium and fonts-noto-cjk," >&2; \
	    echo "or say where a Chromium is: CHROMIUM=/path/to/chromium make test." >&2; exit 1; \
	  fi; }
