# The front door. `make run` serves the example ERP, `make test` runs every test, `make lint` what a reviewer
# would say, `make bench` the figures. Each builds or installs what it needs.
.PHONY: help run build test lint bench clean
.DEFAULT_GOAL := help

LISTEN ?= 127.0.0.1:8080
DATABASE_URL ?= sqlite://data/erp.db
TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))

help: ## What there is
	@sed -nE 's/^([a-z]+):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 8

build: ## Build the library, the worker, the command line and the example ERP
	cargo build --workspace

run: build ## Serve the example ERP on http://127.0.0.1:8080, its data on SQLite under data/
	@mkdir -p data
	$(TARGET)/debug/erp-host --listen $(LISTEN) --database-url "$(DATABASE_URL)"

test: ## Install what the tests need, then run every test
	scripts/install-test-deps.sh
	cargo build --workspace
	cargo test --workspace --no-fail-fast
	$(MAKE) -C examples/c-host run asan valgrind TARGET=$(TARGET)/debug

lint: ## Check formatting, lints and documentation
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings

bench: ## Measure; prints a table with minimum, median and maximum
	cargo build --release --workspace
	$(TARGET)/release/bench

clean: ## Remove what was built
	cargo clean
