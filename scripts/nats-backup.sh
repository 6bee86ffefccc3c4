#!/usr/bin/env bash
# Makes a backup of all streams of one account through the server's own API, so that it is
# consistent while the server works, and keeps the newest ones. Needs the nats command line.
#
#   NATS_URL                     the server (nats://127.0.0.1:4222), with or without a user in it
#   NATS_BACKUP_CREDENTIAL_FILE  holds the password of the URL's user; without a user in the URL
#                                "user:password" or a token
#   NATS_BACKUP_DIR              folder of the backups (/var/backups/nats)
#   NATS_BACKUP_KEEP             how many are kept (7)
#   NATS_CLI                     the nats command line (nats, on the PATH)
#
# A backup is a folder named by its time, with a folder for each stream; 'nats stream restore
# FOLDER/STREAM' brings one back. What was not finished never has such a name. NATS_CA, NATS_CERT and
# NATS_KEY name certificates, as for the command line. Exit 0: done, or there is nothing to keep.
set -uo pipefail
umask 077

url=${NATS_URL:-nats://127.0.0.1:4222}
folder=${NATS_BACKUP_DIR:-/var/backups/nats}
keep=${NATS_BACKUP_KEEP:-7}
nats=${NATS_CLI:-nats}

say() {
    echo "nats-backup: $*"
}

fail() {
    say "$*" >&2
    exit 1
}

# login: the user goes by the environment, so that no list of processes shows a secret.
login() {
    local rest=${url#*://} scheme=${url%%://*} secret=
    [ "$scheme" != "$url" ] || scheme=nats
    NATS_USER='' NATS_PASSWORD='' NATS_TOKEN=''
    case $rest in *@*) NATS_USER=${rest%@*} ;; esac
    url=$scheme://${rest##*@}
    if [ -n "${NATS_BACKUP_CREDENTIAL_FILE:-}" ]; then
        IFS= read -r secret <"$NATS_BACKUP_CREDENTIAL_FILE" || [ -n "$secret" ] ||
            fail "$NATS_BACKUP_CREDENTIAL_FILE cannot be read or is empty"
    fi
    if [ -n "$NATS_USER" ]; then
        NATS_PASSWORD=$secret
        case $NATS_USER in *:*) NATS_PASSWORD=${NATS_USER#*:} NATS_USER=${NATS_USER%%:*} ;; esac
    else
        case $secret in
        *:*) NATS_USER=${secret%%:*} NATS_PASSWORD=${secret#*:} ;;
        *) NATS_TOKEN=$secret ;;
        esac
    fi
    export NATS_USER NATS_PASSWORD NATS_TOKEN
    unset NATS_URL
}

cli() {
    "$nats" --server "$url" --no-context "$@" </dev/null
}

case $keep in '' | 0 | *[!0-9]*) fail "NATS_BACKUP_KEEP must be 1 or more, not '$keep'" ;; esac
command -v "$nats" >/dev/null 2>&1 ||
    fail "no backup was made: it needs the nats command line, and there is no '$nats' on the PATH." \
        "Get it from https://github.com/nats-io/natscli/releases into /usr/local/bin, or name it with NATS_CLI (/etc/default/nats-backup)"
login
mkdir -p "$folder" || fail "cannot make $folder"
exec 9>"$folder/.lock" || fail "cannot write to $folder"
flock -n 9 || fail "another backup into $folder is running"
rm -rf "$folder"/*.partial

names=$(cli stream ls --names --all 2>&1) || fail "the server does not list its streams: $names"
names=$(printf '%s\n' "$names" | grep -v -e '^No Streams' -e '^ *$')
if [ -z "$names" ]; then
    say "there are no streams to keep"
    exit 0
fi

name=$(date -u +%Y-%m-%dT%H-%M-%SZ)
partial=$folder/$name.partial
# The customary name of the command is on its way out, the new one unknown to older versions.
backup=(account backup)
if "$nats" backup account --help >/dev/null 2>&1; then
    backup=(backup account)
fi
if ! output=$(cli "${backup[@]}" --force --consumers --critical-warnings "$partial" 2>&1); then
    printf '%s\n' "$output" | tail -n 20 >&2
    rm -rf "$partial"
    fail "the backup failed; the older ones are as they were"
fi
for stream in $names; do
    if [ ! -s "$partial/$stream/backup.json" ]; then
        rm -rf "$partial"
        fail "the stream $stream is not in the backup; the older ones are as they were"
    fi
done
sync -f "$partial" 2>/dev/null || sync
mv "$partial" "$folder/$name" || fail "cannot finish $folder/$name"
say "made $folder/$name: $(printf '%s\n' "$names" | wc -l) streams, $(du -sh "$folder/$name" | cut -f 1)"

# Only what this script has made is counted and removed, the oldest first.
kept=0
for old in $(printf '%s\n' "$folder"/[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*Z | sort -r); do
    [ -d "$old" ] || continue
    kept=$((kept + 1))
    if [ "$kept" -gt "$keep" ]; then
        rm -rf "$old" && say "removed $old"
    fi
done
