# Two commands for people: `make demo` and `make test`. The rest are their parts: `make help` lists them.
# Everything is installed inside this folder (.venv, node_modules); nothing is registered on the machine, save the
# browser that `make test` installs where there is none.

PYTHON ?= $(shell tools/find_python)
VENV := .venv
LOWEST := .venv-lowest
PEERS := .venv-peers

# Errors only: of what pip says otherwise, nothing is for the person who types `make`.
PIP := -m pip install -qq --disable-pip-version-check

# torch 2.6 is the lowest that is declared, but on Linux its only build in the package index is one for CUDA, of
# several GB. So the tests of the lowest versions take this one, unless told otherwise.
LOWEST_TORCH ?= 2.13.0

# What BertViz's pages load from the network; benchmarks take it from the peers' environment.
PEER_SCRIPTS := d3@5.7.0 jquery@2.2.4 requirejs@2.3.6

FRONT_END := build.mjs tools/say_once.mjs package.json $(shell find js -name '*.ts' -o -name '*.css' -o -name '*.svg')
BUNDLES := xai_widgets/static/.built

# Set-up, lint and tests share the two folders: one thing at a time, also under `make -j`.
.NOTPARALLEL:
.DELETE_ON_ERROR:

.PHONY: help demo test test-fast test-lowest test-architectures test-pictures-update browser docs bench bench-quick bench-cuda faithfulness lint format build wheel clean

help: ## say what there is
	@echo "make demo   opens JupyterLab on the first lesson"
	@echo "make test   passes every test"
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | awk -F'|' '{ printf "  %-21s %s\n", $$1, $$2 }'

demo: $(VENV)/.demo $(BUNDLES) ## set up, and open JupyterLab on notebooks/01-attention.ipynb
	@$(VENV)/bin/python tools/open_demo.py notebooks/01-attention.ipynb

test: $(VENV)/.docs $(BUNDLES) browser ## lint, types, Python, JavaScript, browser tests and documentation
	@$(VENV)/bin/python tools/run_tests.py lint python counts javascript browser docs

test-fast: $(VENV)/.test $(BUNDLES) ## the same without the browser
	@$(VENV)/bin/python tools/run_tests.py lint python counts javascript

test-lowest: $(LOWEST)/.installed $(BUNDLES) ## Python tests on the lowest versions that are declared
	@$(LOWEST)/bin/python tools/run_tests.py lowest

test-architectures: $(VENV)/.test $(BUNDLES) ## every architecture of transformers; writes docs/architectures.md
	@$(VENV)/bin/python tools/run_tests.py architectures

test-pictures-update: node_modules/.installed browser ## keep what views look like now: tests/browser/pictures
	@XAI_UPDATE_PICTURES=1 npx vitest run --config tests/browser/vitest.config.ts tests/browser/pictures.test.ts

browser: ## find a browser for the tests, or install one
	@tools/find_browser --install > /dev/null

docs: $(VENV)/.docs $(BUNDLES) browser ## pictures of README and the site, and the site itself: build/docs/html
	@$(VENV)/bin/python tools/draw_pictures.py docs/images/pictures
	@XAI_UPDATE_PICTURES=1 npx vitest run --config tests/browser/vitest.config.ts tests/browser/readme.test.ts
	@$(VENV)/bin/python tools/run_tests.py docs
	@echo "open build/docs/html/index.html"

bench: $(VENV)/.test $(PEERS)/.installed $(BUNDLES) browser ## time, memory and bytes beside other tools: docs/benchmarks.md
	@$(PEERS)/bin/python benchmarks $(if $(ONLY),--only $(ONLY))

bench-quick: $(VENV)/.test $(BUNDLES) ## bytes, passes and allocations against benchmarks/counts.json, without a clock
	@$(VENV)/bin/python tools/run_tests.py counts

bench-cuda: $(VENV)/.test ## time and memory on a GPU, where there is one
	@$(VENV)/bin/python benchmarks/cuda.py

faithfulness: $(VENV)/.test ## how faithful attributions and alignments are: docs/faithfulness.md
	@$(VENV)/bin/python benchmarks/faithfulness.py
	@$(VENV)/bin/python benchmarks/alignment.py

lint: $(VENV)/.test node_modules/.installed ## ruff, mypy, tsc and biome
	@$(VENV)/bin/python tools/run_tests.py lint

format: $(VENV)/.test node_modules/.installed ## write the code as the linters want it
	@$(VENV)/bin/python -m ruff check --fix --quiet .
	@$(VENV)/bin/python -m ruff format --quiet .
	@npx biome check --write

build: $(BUNDLES) ## bundle the front end into xai_widgets/static

wheel: $(VENV)/.test $(BUNDLES) ## dist/: a source archive, and the wheel that is built from it
	@$(VENV)/bin/python -m build --outdir dist

clean: ## remove what was installed and built
	rm -rf $(VENV) $(LOWEST) $(PEERS) node_modules xai_widgets/static dist build tests/browser/output js/gallery/dist
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Set-up. A stamp is younger than what it was made from, so a second run has nothing to do.

$(VENV)/.demo: pyproject.toml constraints.txt
	@tools/make_venv "$(PYTHON)" $(VENV)
	@echo "Installing the package and JupyterLab into $(VENV) ..."
	@$(VENV)/bin/python $(PIP) --editable '.[notebook]' --constraint constraints.txt
	@touch $@

$(VENV)/.test: pyproject.toml constraints.txt
	@tools/make_venv "$(PYTHON)" $(VENV)
	@echo "Installing the package and what its tests need into $(VENV) ..."
	@$(VENV)/bin/python $(PIP) --editable '.[notebook,test]' --constraint constraints.txt
	@touch $(VENV)/.demo $@

$(VENV)/.docs: $(VENV)/.test
	@echo "Installing what the documentation site is built with into $(VENV) ..."
	@$(VENV)/bin/python $(PIP) --editable '.[docs]' --constraint constraints.txt
	@touch $@

$(LOWEST)/.installed: pyproject.toml constraints-lowest.txt
	@tools/make_venv "$(PYTHON)" $(LOWEST)
	@echo "Installing the lowest versions that are declared into $(LOWEST) ..."
	@$(LOWEST)/bin/python $(PIP) --editable '.[test]' torch==$(LOWEST_TORCH) --constraint constraints-lowest.txt
	@touch $@

$(PEERS)/.installed: pyproject.toml constraints.txt benchmarks/peers.txt
	@tools/make_venv "$(PYTHON)" $(PEERS)
	@echo "Installing the package and what it is measured beside into $(PEERS) ..."
	@$(PEERS)/bin/python $(PIP) --editable '.[notebook]' --requirement benchmarks/peers.txt --constraint constraints.txt
	@npm install --prefix $(PEERS) --no-save --no-audit --no-fund --loglevel=error $(PEER_SCRIPTS) > /dev/null
	@touch $@

node_modules/.installed: package.json package-lock.json
	@tools/check_node
	@echo "Installing the front end's tools into node_modules ..."
	@npm ci --loglevel=error
	@touch $@

$(BUNDLES): node_modules/.installed $(FRONT_END)
	@npm run --silent build
	@touch $@
