# shellcheck shell=bash disable=SC2034
# Shared by the scripts that run inside the box: checks, waiting, installing. Sourced.
failed=0
passed=0
conf=/etc/nats/nats-server.conf

# check NAME COMMAND…: runs it and says how it went.
check() {
    local name=$1 output
    shift
    if output=$("$@" 2>&1); then
        passed=$((passed + 1))
        echo "ok      $name"
    else
        failed=$((failed + 1))
        echo "FAILED  $name"
        printf '%s\n' "$output" | tail -n 15 | sed 's/^/        | /'
    fi
}

# within SECONDS COMMAND…: repeats it until it succeeds.
within() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.2
    done
}

# note TEXT: a figure; shown also when it comes from inside of a check.
exec 5>&1
note() {
    echo "        $*" >&5
}

finish() {
    echo "systemd: $passed checks passed, $failed failed"
    [ "$failed" -eq 0 ]
    exit
}

show() {
    systemctl show --property="$1" --value nats.service
}

is() {
    [ "$(show "$1")" = "$2" ]
}

active() {
    systemctl --quiet is-active nats.service
}

well() {
    curl --silent --fail --max-time 10 http://127.0.0.1:8222/nats/healthz >/dev/null
}

varz() {
    curl --silent --max-time 10 http://127.0.0.1:8222/nats/varz | grep -q "$1"
}

nats() {
    timeout "${CLI_SECONDS:-60}" /usr/local/bin/nats --no-context --server nats://127.0.0.1:4222 "$@" </dev/null
}

messages() {
    nats stream info "$1" --json | tr -d ' ' | grep -q "\"messages\":$2,"
}

# handbook PAGE [MARK]: its blocks that are marked "sh systemd", or "sh MARK", as they are typed.
handbook() {
    sed -n "/^\`\`\`sh ${2:-systemd}\$/,/^\`\`\`\$/p" "$1" | grep -v '^```' >/tmp/typed
    [ -s /tmp/typed ] && bash -euo pipefail /tmp/typed && active
}

install_package() {
    install -m 755 /share/nats /usr/local/bin/nats
    DEBIAN_FRONTEND=noninteractive dpkg -i /share/millrace.deb
}
