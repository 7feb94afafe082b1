#!/bin/sh
# Runs a command beside a PostgreSQL server of its own, named by MATCHING_TEST_POSTGRES, and always stops the server.
#
#     tools/postgres_for_tests.sh .venv/bin/pytest -m postgres tests
#
# The server listens on a socket in a new folder only, so that it meets no other. PostgreSQL refuses to run as root:
# there, the user `postgres` of Debian's package runs it.
set -eu

if [ "$#" -eq 0 ]; then
    echo "usage: $0 COMMAND [ARGUMENT ...]" >&2
    exit 2
fi

find_server() {
    if command -v pg_config >/dev/null 2>&1 && [ -x "$(pg_config --bindir)/initdb" ]; then
        pg_config --bindir
        return
    fi
    # The newest of Debian's versions, then whatever the path names.
    found=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5 -V | tail -n 1)
    if [ -z "$found" ] && command -v initdb >/dev/null 2>&1; then
        found=$(dirname "$(command -v initdb)")
    fi
    printf '%s\n' "$found"
}

bin=$(find_server)
if [ -z "$bin" ]; then
    echo "$0: PostgreSQL is not installed. On Debian: apt-get install postgresql" >&2
    exit 2
fi

folder=$(mktemp -d -t matching-postgres-XXXXXX)
if [ "${#folder}" -gt 90 ]; then
    echo "$0: a socket's path may hold 107 characters; $folder leaves no room. Set a shorter TMPDIR." >&2
    rmdir "$folder"
    exit 2
fi
as_owner=
if [ "$(id -u)" -eq 0 ]; then
    if ! id postgres >/dev/null 2>&1; then
        echo "$0: root needs a user named postgres to run the server. On Debian: apt-get install postgresql" >&2
        rmdir "$folder"
        exit 2
    fi
    chown postgres "$folder"
    as_owner="setpriv --reuid=postgres --regid=postgres --init-groups --reset-env"
fi

server=
stop_server() {
    status=$?
    trap - EXIT HUP INT TERM
    if [ -n "$server" ]; then
        kill -INT "$server" 2>/dev/null || true # a fast shutdown: sessions are ended
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$folder"
    exit "$status"
}
trap stop_server EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

cd "$folder" # the owner may not enter where the caller is
# shellcheck disable=SC2086 # as_owner is several words, or none
$as_owner "$bin/initdb" --pgdata="$folder/data" --username=matching --auth=trust --encoding=UTF8 --locale=C \
    --no-sync >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; exit 1; }
# shellcheck disable=SC2086
$as_owner "$bin/postgres" -D "$folder/data" -c listen_addresses= -c unix_socket_directories="$folder" \
    -c max_connections=60 >"$folder/server.log" 2>&1 &
server=$! # setpriv becomes the server, so this is its id
cd "$OLDPWD"

tries=0
until "$bin/pg_isready" --quiet --host="$folder"; do
    tries=$((tries + 1))
    if [ "$tries" -gt 150 ] || ! kill -0 "$server" 2>/dev/null; then
        echo "$0: the server did not start:" >&2
        cat "$folder/server.log" >&2
        exit 1
    fi
    sleep 0.2
done

MATCHING_TEST_POSTGRES="postgresql+psycopg://matching@/postgres?host=$folder"
export MATCHING_TEST_POSTGRES
"$@"
