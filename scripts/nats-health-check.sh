#!/usr/bin/env bash
# Asks a NATS server whether it is well, and acts when it is not: run by a timer, as root where it
# shall restart the service. Exit 0: well, or stopped on purpose; 1: not well.
#
#   NATS_HEALTH_URL             what is asked (http://127.0.0.1:8222/healthz)
#   NATS_HEALTH_WAIT            seconds within which one good answer is enough (20)
#   NATS_UNIT                   the service that is restarted (nats.service); empty: none
#   NATS_MAX_FAILURES           failed checks in a row that lead to a restart (3); 0: never
#   NATS_ALERT_URL              server that alerts are published to, like nats://alerts@127.0.0.1:4222;
#                               empty: none
#   NATS_ALERT_SUBJECT          subject of alerts (alerts.nats)
#   NATS_ALERT_CREDENTIAL_FILE  holds the password of the URL's user; without a user in the URL
#                               "user:password" or a token
#   STATE_DIRECTORY             folder that remembers how many checks in a row have failed
#
# Alerts are JSON: {"unit","host","event","failures","reason","time"} with the events unhealthy (the
# first failed check), restarted, failed (not well after a restart) and healthy (well again).
set -uo pipefail
trap '' PIPE # a server that hangs up must not end us

url=${NATS_HEALTH_URL:-http://127.0.0.1:8222/healthz}
patience=${NATS_HEALTH_WAIT:-20}
unit=${NATS_UNIT-nats.service}
limit=${NATS_MAX_FAILURES:-3}
subject=${NATS_ALERT_SUBJECT:-alerts.nats}
state=${STATE_DIRECTORY:-/var/lib/nats-health}
state=${state%%:*}

say() {
    echo "nats-health-check: $*"
}

# well: asks until there is a good answer or the patience is at an end; sets $reason if not.
well() {
    local end=$((SECONDS + patience)) answer
    while :; do
        if answer=$(curl --silent --show-error --max-time 5 --write-out '%{http_code}' \
            "$url" 2>&1); then
            case $answer in
            *200) return 0 ;;
            *) reason="HTTP ${answer: -3}: ${answer:0:-3}" ;;
            esac
        else
            reason=${answer%000}
        fi
        reason=${reason//[$'\r\n']/ }
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 1
    done
}

# quoted TEXT: as a string of JSON.
quoted() {
    local text=${1//\\/\\\\}
    text=${text//\"/\\\"}
    printf '"%s"' "$(printf '%s' "$text" | tr '\n\r\t' '   ' | tr -d '\000-\037' | cut -c 1-500)"
}

# login: sets $user, $password and $token from the URL and the file, $place to host and port.
login() {
    local rest=${NATS_ALERT_URL#*://} secret=
    user='' password='' token='' place=${rest##*@}
    place=${place%%/*}
    case $place in *:*) ;; *) place=$place:4222 ;; esac
    case $rest in *@*) user=${rest%@*} ;; esac
    if [ -n "${NATS_ALERT_CREDENTIAL_FILE:-}" ]; then
        if ! IFS= read -r secret <"$NATS_ALERT_CREDENTIAL_FILE" && [ -z "$secret" ]; then
            say "$NATS_ALERT_CREDENTIAL_FILE cannot be read or is empty"
            return 1
        fi
    fi
    if [ -n "$user" ]; then
        password=$secret
        case $user in *:*) password=${user#*:} user=${user%%:*} ;; esac
    else
        case $secret in
        *:*) user=${secret%%:*} password=${secret#*:} ;;
        *) token=$secret ;;
        esac
    fi
}

# by_cli BODY: publishes with the nats command line; secrets go by its environment.
by_cli() {
    local scheme=${NATS_ALERT_URL%%://*}
    [ "$scheme" != "$NATS_ALERT_URL" ] || scheme=nats
    env NATS_USER="$user" NATS_PASSWORD="$password" NATS_TOKEN="$token" NATS_CONTEXT='' \
        timeout 15 nats --server "$scheme://$place" --timeout 5s --no-context \
        pub "$subject" "$1" </dev/null >/dev/null 2>&1
}

# by_hand BODY: the same without it, as long as the server does not want TLS.
by_hand() {
    local line options='"verbose":false,"pedantic":false,"name":"nats-health-check"'
    [ -z "$user" ] || options="$options,\"user\":$(quoted "$user"),\"pass\":$(quoted "$password")"
    [ -z "$token" ] || options="$options,\"auth_token\":$(quoted "$token")"
    {
        exec 3<>"/dev/tcp/${place%:*}/${place##*:}"
    } 2>/dev/null || return 1
    printf 'CONNECT {%s}\r\nPUB %s %d\r\n%s\r\nPING\r\n' \
        "$options" "$subject" "$(printf '%s' "$1" | wc -c)" "$1" >&3
    while IFS= read -r -t 5 line <&3; do
        case $line in
        PONG*) exec 3<&- && return 0 ;;
        -ERR*) exec 3<&- && return 1 ;;
        esac
    done
    exec 3<&-
    return 1
}

# alert EVENT: tells whoever listens to the subject, if anybody is to be told.
alert() {
    [ -n "${NATS_ALERT_URL:-}" ] || return 0
    login || return 0
    local body
    body=$(printf '{"unit":%s,"host":%s,"event":"%s","failures":%d,"reason":%s,"time":"%s"}' \
        "$(quoted "$unit")" "$(quoted "$(uname -n)")" "$1" "$failures" "$(quoted "$reason")" \
        "$(date -u +%Y-%m-%dT%H:%M:%SZ)")
    if command -v nats >/dev/null 2>&1; then
        by_cli "$body" && return 0
    elif by_hand "$body"; then
        return 0
    fi
    say "the alert '$1' could not be published to $place"
}

# remember NUMBER: of failed checks in a row.
remember() {
    failures=$1
    mkdir -p "$state" && echo "$failures" >"$state/failures.new" &&
        mv "$state/failures.new" "$state/failures"
}

failures=0 reason=
if [ -r "$state/failures" ]; then
    read -r failures <"$state/failures" || true
    case $failures in '' | *[!0-9]* | ????????*) failures=0 ;; esac
fi

if [ -n "$unit" ]; then
    case $(systemctl show --property=ActiveState --value "$unit") in
    inactive)
        say "$unit is stopped; nothing to check"
        remember 0
        exit 0
        ;;
    activating | deactivating)
        say "$unit is on its way; the next check will see"
        exit 0
        ;;
    esac
fi

if well; then
    if [ "$failures" -gt 0 ]; then
        say "well again after $failures failed checks"
        reason="well again"
        alert healthy
    fi
    remember 0
    exit 0
fi

remember $((failures + 1))
say "not well ($failures in a row): $reason"
if [ "$failures" -eq 1 ]; then
    alert unhealthy
fi
# Where a restart has not helped, the next one waits for as many failed checks again.
if [ -z "$unit" ] || [ "$limit" -eq 0 ] || [ $((failures % limit)) -ne 0 ]; then
    exit 1
fi
say "restarting $unit"
cause=$reason
systemctl reset-failed "$unit" 2>/dev/null
if systemctl restart "$unit" && well; then
    reason=$cause
    alert restarted
    remember 0
    say "$unit was restarted and is well"
else
    alert failed
    say "$unit is not well after a restart: $reason"
fi
exit 1
