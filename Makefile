# The front door. `make run` serves the example ERP, `make test` runs every test, `make lint` what a reviewer
# would say, `make bench` the figures. Each installs or builds what it needs.
.PHONY: run build test lint bench clean help
.DEFAULT_GOAL := help

LISTEN ?= 127.0.0.1:8080
DATABASE_URL ?= sqlite://data/erp.db

help: ## What there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

build: ## Builds the library, the worker, the command line and the example ERP
	cargo build --workspace

run: build ## Serves the example ERP on http://127.0.0.1:8080, its data on SQLite under data/
	target/debug/erp-host --listen $(LISTEN) --database-url "$(DATABASE_URL)"

test: ## Installs what tests need, then runs every test
	scripts/install-test-deps.sh
	cargo build --workspace
	cargo test --workspace --no-fail-fast
	scripts/test-c-host.sh

lint: ## Formatting, lints, and the rules of the house
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings

bench: ## Measures; prints a table with minimum, median and maximum
	cargo build --release --workspace
	cargo run --release -p iota-scripts-tests --bin bench

clean: ## Removes what was built
	cargo clean
