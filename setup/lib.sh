# Shared by the scripts of setup/; sourced, never run.
# Everything they make lies under .deps/ and .venv/ of the project's folder.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
DEPS=$ROOT/.deps
mkdir -p "$DEPS/bin" "$DEPS/trees"

# Ends with one plain line: what is missing and what to do.
give_up() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

# Runs a command as one timed step. Its words are kept in a log and shown only when it fails.
step() {
    local title=$1 log=$DEPS/last-step.log started=$EPOCHREALTIME
    shift
    printf '  %-44s ' "$title"
    if "$@" >"$log" 2>&1; then
        awk -v a="$started" -v b="$EPOCHREALTIME" 'BEGIN { printf "%5.1f s\n", b - a }'
        return
    fi
    printf 'failed\n'
    tail -n 5 "$log" >&2
    exit 1
}

# The folders of a tree that hold shared libraries, joined by colons.
library_path() {
    find "$1" -name '*.so*' -path "$1*/lib/*-linux-gnu*" -not -path '*/share/*' -printf '%h\n' |
        grep -E -- '-linux-gnu[^/]*(/pulseaudio|/blas|/lapack)?$' | sort -u | paste -sd :
}

# Writes .deps/bin/NAME, which runs PROGRAM of a tree with the tree's own libraries.
# A tree that holds a C library brings its own loader; any other uses the machine's.
wrap() {
    local name=$1 tree=$DEPS/trees/$2 program=$3 loader libraries
    [ -e "$tree/$program" ] || give_up "$tree has no $program: delete that folder and try again"
    loader=$(find "$tree" -type f -name 'ld-linux*.so.*' -print -quit)
    libraries=$(library_path "$tree")
    {
        printf '#!/bin/sh\n# Made by setup/: runs a program of a tree with the libraries of that tree.\n'
        if [ -n "$loader" ]; then
            printf 'exec "%s" --library-path "%s" --argv0 "%s" "%s" "$@"\n' \
                "$loader" "$libraries" "$name" "$tree/$program"
        else
            printf 'export LD_LIBRARY_PATH="%s"\nexec "%s" "$@"\n' "$libraries" "$tree/$program"
        fi
    } >"$DEPS/bin/.$name"
    chmod 755 "$DEPS/bin/.$name"
    mv "$DEPS/bin/.$name" "$DEPS/bin/$name"
}
