# The main commands: `make run` serves the example ERP, `make test` runs every test, `make lint` all static checks, `make bench`
# the benchmarks. Each builds or installs its dependencies.
.PHONY: help run build dist engine web test docs-test fuzz lint advisories bench race race-kernels race-requests race-growth fill test262 chaos screenshots clean
.DEFAULT_GOAL := help

LISTEN ?= 127.0.0.1:8080
DATABASE_URL ?= sqlite://data/erp.db
TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))

help: ## List the targets
	@sed -nE 's/^([a-z0-9-]+):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 15

WEB := plugin/presentation/web
BROWSER := tests/browser

web: $(WEB)/dist/build.txt ## Bundle the scripts and styles of the pages (needs Node.js 20 or newer)

$(WEB)/dist/build.txt: $(wildcard $(WEB)/src/* $(WEB)/styles/*) $(WEB)/build.mjs $(WEB)/package-lock.json
	@command -v npm > /dev/null || { echo "npm is missing: install Node.js 20 or newer (Debian: apt-get install nodejs npm)" >&2; exit 1; }
	cd $(WEB) && npm ci --no-audit --no-fund && npm run --silent build

$(BROWSER)/node_modules: $(BROWSER)/package-lock.json
	cd $(BROWSER) && npm ci --no-audit --no-fund
	@touch $@

engine: ## Prepare the JavaScript engine: the published crates with our patches (plugin/runtime/engine)
	@plugin/runtime/engine/prepare.sh

build: engine web ## Build the library, its programs, the command line and the example ERP
	cargo build --workspace

run: build ## Serve the example ERP on http://127.0.0.1:8080, its data on SQLite under data/
	@mkdir -p data
	$(TARGET)/debug/erp-host --listen $(LISTEN) --database-url "$(DATABASE_URL)"

# Builds the library and the tests together: the tests enable more features of shared dependencies, which, including the engine,
# would otherwise be built twice.
test: ## Install the dependencies of the tests, then run every test
	scripts/install-test-deps.sh
	$(MAKE) engine web $(BROWSER)/node_modules
	cargo build --workspace --all-targets
	cargo test --workspace --no-fail-fast
	cd $(BROWSER) && CARGO_TARGET_DIR=$(TARGET) npm test --silent
	CARGO_TARGET_DIR=$(TARGET) $(DOCS_TEST)
	$(MAKE) -C examples/c-host run asan valgrind TARGET=$(TARGET)/debug

DOCS_TEST := node --test --test-reporter=spec --test-timeout=300000 tests/docs/docs.test.mjs

docs-test: engine web ## Run the commands of every document
	cargo build --workspace --examples --bins
	CARGO_TARGET_DIR=$(TARGET) $(DOCS_TEST)

fuzz: engine ## Compare random programs with Node.js for an hour (SEED= and MINUTES= choose)
	SEED=$(or $(SEED),$(shell date +%s)) MINUTES=$(or $(MINUTES),60) cargo test -p iota-scripts-runtime --test differential

screenshots: build $(BROWSER)/node_modules ## Take the screenshots in docs/images again
	cd $(BROWSER) && CARGO_TARGET_DIR=$(TARGET) node screenshots.mjs

DENY := $(TARGET)/tools/bin/cargo-deny --locked --workspace

lint: engine web ## Check formatting, lints, dependencies and documentation
	cd $(WEB) && npm run --silent check
	cargo fmt --all --check
	scripts/install-lint-deps.sh $(TARGET)
	$(DENY) check bans licenses sources
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --lib

advisories: engine ## Check the dependencies for known vulnerabilities (fetches the advisory database)
	scripts/install-lint-deps.sh $(TARGET)
	$(DENY) check advisories

# Only the shipped programs have whole-program optimisation. The benchmarks are built without it, in a third of the time, and copied
# next to them.
BENCHES := bench bench-pool bench-hostile soak

dist: engine web ## Build the optimised release in target/dist
	cargo build --profile dist -p iota-scripts -p iota-scripts-runtime -p iota-scripts-infrastructure -p iota-scripts-host

bench: dist ## Run the benchmarks; prints a table with minimum, median and maximum
	cargo build --release -p iota-scripts-tests --bin kernels $(addprefix --bin ,$(BENCHES))
	cp $(addprefix $(TARGET)/release/,$(BENCHES)) $(TARGET)/dist/
	$(TARGET)/dist/bench
	$(TARGET)/dist/bench-pool
	$(TARGET)/dist/bench-hostile
	$(TARGET)/dist/soak 10000
	$(TARGET)/release/kernels
	$(TARGET)/release/shapes

RACE := tests/bench/race

$(TARGET)/race/installed: $(RACE)/requirements.txt
	python3 -m venv $(TARGET)/race
	$(TARGET)/race/bin/pip install --quiet --disable-pip-version-check -r $(RACE)/requirements.txt
	@touch $@

race: race-kernels ## Compare with alternatives: kernels, then requests, then growth (needs Python 3.11 and wrk)
	$(MAKE) race-requests
	$(MAKE) race-growth OPTIONS=

race-kernels: engine $(TARGET)/race/installed ## Compare the engine with goja and QuickJS (KERNELS="class csv" chooses)
	cargo build --profile dist -p iota-scripts-runtime --example contender
	$(TARGET)/race/bin/python $(RACE)/race.py --ours $(TARGET)/dist/examples/contender --peers $(TARGET)/race $(KERNELS)

# The hosts are also built in a third of the time, and copied next to the library.
race-requests: dist $(TARGET)/race/installed ## Compare endpoints with PocketBase and bare axum (OPTIONS="--quick --only hello" chooses; --help lists more)
	cargo build --release -p erp-host -p iota-scripts-tests --bin erp-host --bin race-host --bin race-limit
	cp $(addprefix $(TARGET)/release/,erp-host race-host race-limit) $(TARGET)/dist/
	$(TARGET)/race/bin/python $(RACE)/requests --programs $(TARGET)/dist $(OPTIONS)

race-growth: dist ## Measure pages, runs, saves and schedules in databases of three sizes (OPTIONS="--quick --percent 1,10" chooses)
	cargo build --release -p iota-scripts-tests --bin race-host --bin fill
	cp $(addprefix $(TARGET)/release/,race-host fill) $(TARGET)/dist/
	python3 $(RACE)/growth --programs $(TARGET)/dist $(OPTIONS)

fill: engine web ## Fill an empty database with a million runs (DATABASE_URL=; OPTIONS="--runs 1000" chooses)
	cargo build --release -p iota-scripts-tests --bin fill
	$(TARGET)/release/fill --database-url "$(DATABASE_URL)" $(OPTIONS)

test262: engine web ## Run a checkout of the language's conformance suite (SUITE=folder; FILTER="built-ins/Date" chooses)
	@test -n "$(SUITE)" || { echo "SUITE is not set: make test262 SUITE=path/to/test262" >&2; exit 1; }
	cargo build --release -p iota-scripts-tests --bin test262
	$(TARGET)/release/test262 $(SUITE) $(FILTER)

chaos: build ## Starve and kill nodes and skew their clocks, for half an hour (EXPERIMENTS="kills --minutes 2" chooses)
	$(TARGET)/debug/chaos $(EXPERIMENTS)

clean: ## Remove all build output
	cargo clean
	rm -rf plugin/runtime/engine/run-make-build-first $(WEB)/dist $(WEB)/node_modules $(BROWSER)/node_modules tests/libraries/node_modules tests/types/node_modules
