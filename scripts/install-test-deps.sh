#!/bin/sh
# Installs missing test dependencies: a PostgreSQL server, valgrind, Chromium, Node.js, curl and jq from Debian's packages, and a
# newer Node.js from npm if Debian's is too old. Without root it lists the packages to install and fails. It changes nothing else.
set -eu

missing=""
postgres_found=no
for bin in /usr/lib/postgresql/*/bin; do
    version=${bin%/bin}
    version=${version##*/}
    case $version in *[!0-9]*) continue ;; esac
    if [ "$version" -ge 15 ] && [ -x "$bin/initdb" ]; then postgres_found=yes; fi
done
[ "$postgres_found" = yes ] || missing="$missing postgresql-15"
command -v valgrind >/dev/null 2>&1 || missing="$missing valgrind"
if [ ! -x "${CHROMIUM:-/usr/bin/chromium}" ]; then missing="$missing chromium fonts-liberation fonts-dejavu-core"; fi
for program in curl jq; do command -v "$program" >/dev/null 2>&1 || missing="$missing $program"; done
command -v npm >/dev/null 2>&1 || missing="$missing nodejs npm"

node_is_new() {
    node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' 2>/dev/null
}

if [ -z "$missing" ] && node_is_new; then exit 0; fi

give_up() {
    [ -z "$missing" ] || echo "The tests need these packages:$missing (Debian: sudo apt-get install$missing)" >&2
    [ -n "$missing" ] || echo "The tests need Node.js 20 or newer." >&2
    echo "$1 Install the missing packages and try again." >&2
    exit 1
}

command -v apt-get >/dev/null 2>&1 || give_up "apt-get not found."
if [ "$(id -u)" = 0 ]; then
    as_root=""
elif sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    give_up "They cannot be installed without root."
fi

install_packages() {
    echo "Installing for the tests:$missing"
    $as_root apt-get update -qq || give_up "apt-get update failed."
    # Prevents Debian's package from creating a cluster, whose server the tests do not use.
    if [ ! -e /etc/postgresql-common/createcluster.conf ] && [ "$postgres_found" = no ]; then
        $as_root mkdir -p /etc/postgresql-common
        echo "create_main_cluster = false" | $as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
    fi
    # shellcheck disable=SC2086 # the list is split into words on purpose
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null \
        || give_up "apt-get install failed."
}

# Debian 12 has Node.js 18.
install_newer_node() {
    case $(uname -m) in
        x86_64) arch=x64 ;;
        aarch64) arch=arm64 ;;
        *) give_up "Node.js $(node --version) is too old." ;;
    esac
    echo "Installing for the tests: Node.js 22, under /usr/local"
    $as_root npm install --global --silent --prefix /usr/local "node-linux-$arch@22" || give_up "npm install failed."
}

[ -z "$missing" ] || install_packages
node_is_new || install_newer_node
