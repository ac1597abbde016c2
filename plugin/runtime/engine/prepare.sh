#!/usr/bin/env bash
# Lays out the engine that Cargo.toml's [patch.crates-io] points to: the crates of crates.txt as the registry publishes them, with
# patches/ applied. Does nothing when what is there was made from the same crates and patches.
set -euo pipefail
cd "$(dirname "$0")"
out=run-make-build-first
stamp=$(cat crates.txt patches/*.patch | sha256sum | cut -d' ' -f1)
[ "$(cat "$out/stamp" 2>/dev/null || true)" != "$stamp" ] || exit 0

fail() {
    echo "engine: $1" >&2
    exit 1
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/fetch" "$work/fetch/src" "$work/crates"
touch "$work/fetch/src/lib.rs"
{
    printf '[package]\nname = "fetch"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n[dependencies]\n'
    sed -nE 's/^([a-z_]+) ([0-9.]+) .*/\1 = "=\2"/p' crates.txt
} > "$work/fetch/Cargo.toml"
# The other dependencies in the versions that we use anyway.
cp ../../../Cargo.lock "$work/fetch/"
cargo fetch --quiet --manifest-path "$work/fetch/Cargo.toml" || fail "cargo could not fetch the crates of crates.txt"

cache=${CARGO_HOME:-$HOME/.cargo}/registry/cache
while read -r crate version checksum; do
    archive=$(find "$cache" -name "$crate-$version.crate" -print -quit 2>/dev/null)
    [ -n "$archive" ] || fail "$crate $version is not in cargo's cache ($cache)"
    echo "$checksum  $archive" | sha256sum --check --status || fail "$crate $version is not the archive of crates.txt (SHA-256)"
    tar -xzf "$archive" -C "$work/crates"
    mv "$work/crates/$crate-$version" "$work/crates/$crate"
done < <(grep -v '^#' crates.txt)

for patch in patches/*.patch; do
    GIT_CEILING_DIRECTORIES="$work" git -C "$work/crates" apply --whitespace=nowarn "$PWD/$patch" 2> "$work/patch.log" \
        || fail "$(basename "$patch") does not apply: $(head -1 "$work/patch.log")"
done

# A crate that is as before stays where it is, so that cargo does not build it again.
mkdir -p "$out"
rm -f "$out/stamp"
for crate in "$work"/crates/*; do
    kept=$out/$(basename "$crate")
    diff -rq "$crate" "$kept" > /dev/null 2>&1 || { rm -rf "$kept"; mv "$crate" "$kept"; }
done
for kept in "$out"/*/; do
    grep -q "^$(basename "$kept") " crates.txt || rm -rf "$kept"
done
echo "$stamp" > "$out/stamp"
echo "engine: $(grep -vc '^#' crates.txt) crates with $(find patches -name '*.patch' | wc -l) patches"
