# shellcheck shell=bash
# Shared by the scripts of setup/; sourced, never run.
# Everything they make lies under .deps/ and .venv/ of the project's folder.

set -Eeuo pipefail
trap 'printf "failed: %s, line %s\n" "$0" "$LINENO" >&2' ERR
export LC_ALL=C.UTF-8
umask 022
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
DEPS=$ROOT/.deps

# Ends with one plain line: what is missing and what to do.
give_up() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

{ mkdir -p "$DEPS/bin" "$DEPS/trees" && touch "$DEPS/lock"; } 2>/dev/null ||
    give_up "cannot write $DEPS: is the folder yours, and is there room on the disk?"

# PATH without .deps/bin: what lies there is ours, and none of the machine's own programs.
path_of_machine() {
    local folder folders own=()
    IFS=: read -ra folders <<<"$PATH"
    for folder in "${folders[@]}"; do
        [ "$folder" -ef "$DEPS/bin" ] || own+=("$folder")
    done
    (IFS=: && printf '%s' "${own[*]}")
}
PATH=$(path_of_machine)

# The folders of a tree that hold shared libraries, joined by colons.
library_path() {
    find "$1" -path '*/lib/*-linux-gnu*' -not -path '*/share/*' -not -path '*/modules/*' \
        -name 'lib*.so*' -printf '%h\n' | sort -u | paste -sd :
}

# wrap NAME TREE PROGRAM [VARIABLE=VALUE...] writes .deps/bin/NAME, which runs PROGRAM of a tree
# with the libraries of that tree. A tree that holds a C library brings its own loader; any other
# is of the machine's own release and uses the machine's.
wrap() {
    local name=$1 tree=$DEPS/trees/$2 program=$DEPS/trees/$2/$3 loader libraries
    shift 3
    [ -e "$program" ] || give_up "$program is missing: delete $tree and try again"
    loader=$(find "$tree" -type f -name 'ld-linux*.so.*' -print -quit)
    libraries=$(library_path "$tree")
    {
        printf '#!/bin/sh\n# Made by setup/.\n'
        [ $# -eq 0 ] || printf 'export "%s"\n' "$@"
        if [ -n "$loader" ]; then
            printf 'exec "%s" --library-path "%s" --argv0 "%s" "%s" "$@"\n' \
                "$loader" "$libraries" "$name" "$program"
        else
            printf 'export LD_LIBRARY_PATH="%s"\nexec "%s" "$@"\n' "$libraries" "$program"
        fi
    } >"$DEPS/bin/.$name"
    chmod 755 "$DEPS/bin/.$name"
    mv "$DEPS/bin/.$name" "$DEPS/bin/$name"
}

# link NAME PROGRAM makes .deps/bin/NAME the machine's own program.
link() {
    ln -sfn "$2" "$DEPS/bin/$1"
}

# use_site_settings PYTHON: the certificates of the machine, and the package index that pip is set up for.
use_site_settings() {
    local certificates=/etc/ssl/certs/ca-certificates.crt index
    if [ -e "$certificates" ]; then
        export SSL_CERT_FILE=${SSL_CERT_FILE:-$certificates} PIP_CERT=${PIP_CERT:-$certificates}
        export NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-$certificates}
    fi
    if [ -n "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ]; then return; fi
    index=${PIP_INDEX_URL:-$("$1" -m pip config get global.index-url 2>/dev/null)} || return 0
    export UV_DEFAULT_INDEX=$index
}
