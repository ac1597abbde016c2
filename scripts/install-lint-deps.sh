#!/bin/sh
# Builds cargo-deny, which `make lint` needs in addition to the toolchain, into TARGET/tools: once per version, in about three
# minutes on two cores. Usage: install-lint-deps.sh TARGET
set -eu

version=0.20.2
tools=$1/tools

[ "$("$tools/bin/cargo-deny" --version 2>/dev/null || true)" != "cargo-deny $version" ] || exit 0

echo "Building for make lint: cargo-deny $version, in $tools"
# cargo-deny runs for two seconds, so a short build matters more than fast code.
CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=1 \
    nice cargo install cargo-deny --version "$version" --locked --no-default-features --quiet \
    --root "$tools" --target-dir "$tools/build" || {
    echo "cargo-deny $version could not be built; make lint needs it to check the dependencies (deny.toml)." >&2
    exit 1
}
rm -rf "$tools/build"
