# Each command sets up what it needs. PYTHON chooses the interpreter, VENV the folder.
PYTHON ?= python3
VENV ?= .venv
RUN := $(VENV)/bin/python -m

# What `make test` runs, and what covers no line that other tests do not.
AGAIN := tests/architecture tests/fuzz

# The tests start many processes, and each would compile the kit anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: contract test check fuzz package mutants mutants-sample isolation benchmark docs clean

contract: $(VENV)/installed-test ## The contract suite on the built-in stub
	$(RUN) pytest --pyargs pytest_twilio_users.suites.contract -q

test: $(VENV)/installed-test ## The project's tests
	$(RUN) pytest -q -n auto --dist worksteal

check: $(VENV)/installed-check ## Lint, types, coverage
	$(RUN) ruff check
	$(RUN) ruff format --check
	$(RUN) mypy & mypy=$$!; $(RUN) pyright --pythonpath $(VENV)/bin/python; told=$$?; \
	  wait $$mypy && exit $$told
	$(RUN) coverage erase
	$(RUN) coverage run -m pytest -q -n auto --dist worksteal $(addprefix --ignore=,$(AGAIN))
	$(RUN) coverage combine -q
	$(RUN) coverage report

fuzz: $(VENV)/installed-fuzz ## Readers and stub against what is nearly right: make fuzz INPUTS=1000000 SEED=2
	FUZZ_INPUTS=$(INPUTS) FUZZ_SEED=$(SEED) $(RUN) pytest -q tests/fuzz
	$(RUN) pytest -q tests/server/test_schemathesis.py

.PHONY: model
model: $(VENV)/installed-test ## Threads and tasks against a dictionary: make model OPERATIONS=200000 SEED=2
	MODEL_OPERATIONS=$(OPERATIONS) MODEL_SEED=$(SEED) $(RUN) pytest -q tests/properties/test_store_properties.py -k at_once

package: $(VENV)/installed-check ## Build what is shipped, and have the tools of the index look at it
	rm -rf dist
	$(RUN) build -q
	$(RUN) twine check --strict dist/*
	$(RUN) check_wheel_contents dist/*.whl
	$(RUN) pyroma -n 10 --skip-tests "AuthorEmail Url" dist/*.tar.gz # nobody can be written to yet

mutants: $(VENV)/installed-test ## What no test notices in one wing: make mutants WING=state
	$(RUN) mutants $(or $(WING),$(error Name a wing, such as: make mutants WING=state)) $(if $(TESTS),--tests $(TESTS))

mutants-sample: $(VENV)/installed-test ## Sixty changes in many wings, always the same ones: SAMPLE=300 tries more
	$(RUN) mutants --sample $(or $(SAMPLE),60)

isolation: ## Whether anything leaks from test to test, in many ways and beside many plugins
	@$(MAKE) --no-print-directory VENV=$(VENV)-matrix $(VENV)-matrix/installed-matrix
	$(VENV)-matrix/bin/python -m matrix

benchmark: $(VENV)/installed-test ## What the kit costs, as ratios: docs/benchmarks.md
	$(RUN) benchmarks --write

docs: $(VENV)/installed-test ## Write the pages that come from the code's tables
	$(RUN) docs.generate

.PHONY: site
site: $(VENV)/installed-site ## Build the documentation site: docs/_build/index.html
	$(RUN) sphinx -W --keep-going -q -d build/doctrees docs docs/_build

clean: ## Remove what these commands made
	rm -rf $(VENV) $(VENV)-matrix .coverage* .mypy_cache .pytest_cache .ruff_cache .import_linter_cache build dist docs/_build

$(VENV)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$(PYTHON) is older than 3.11. Name another: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(RUN) pip install -q --upgrade 'pip>=25.1'
	@touch $@

$(VENV)/installed: $(VENV)/pip pyproject.toml
	$(RUN) pip install -q -e '.[all]'
	@touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(RUN) pip install -q --group test
	@touch $@

$(VENV)/installed-matrix: $(VENV)/installed
	$(RUN) pip install -q --group matrix
	@touch $@

$(VENV)/installed-fuzz: $(VENV)/installed-test
	$(RUN) pip install -q --group fuzz
	@touch $@

$(VENV)/installed-check: $(VENV)/installed-test
	$(RUN) pip install -q --group check
	@touch $@

$(VENV)/installed-site: $(VENV)/installed-test
	$(RUN) pip install -q --group site
	@touch $@
