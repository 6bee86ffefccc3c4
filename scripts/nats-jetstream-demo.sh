#!/usr/bin/env bash
# Shows JetStream at work, step by step: a stream, messages, a consumer that acknowledges, and away
# with all of it. Leaves the server as it was, also when it is interrupted.
#
#   scripts/nats-jetstream-demo.sh [--profile development|production] [--interactive | --no-input]
#
#   --profile      development (everybody may do everything) or production (with users and rights);
#                  by itself it is found out
#   --interactive  waits for Enter between the steps; the default on a terminal
#   --no-input     never waits
#
#   NATS_SERVER                             the server (localhost:4222)
#   NATS_USER, NATS_PASSWORD                who may make streams; else the context rave of the NixOS
#                                           module, where there is one
#   NATS_SYSTEM_USER, NATS_SYSTEM_PASSWORD  user of the system account; else the context system
#   NATS_CONTEXTS                           folder of the contexts (/run/nats-cli)
#
# Exit status: 0 all steps worked, 1 one did not, 2 wrong call, 130 interrupted.
set -uo pipefail

server=${NATS_SERVER:-localhost:4222}
contexts=${NATS_CONTEXTS:-/run/nats-cli}
profile=auto interactive=auto
while [ $# -gt 0 ]; do
    case $1 in
    --profile)
        profile=${2:-}
        case $profile in
        development | production) ;;
        *)
            echo "nats-jetstream-demo: there is no profile '$profile': development or production" >&2
            exit 2
            ;;
        esac
        shift
        ;;
    --interactive) interactive=true ;;
    --no-input | --non-interactive) interactive=false ;;
    -h | --help)
        sed -n '2,20s/^# \{0,1\}//p' "$0"
        exit 0
        ;;
    *)
        echo "nats-jetstream-demo: unknown: $1 (see --help)" >&2
        exit 2
        ;;
    esac
    shift
done
if [ "$interactive" = auto ]; then
    interactive=false
    if [ -t 0 ] && [ -t 1 ]; then interactive=true; fi
fi
if ! command -v nats >/dev/null 2>&1; then
    echo "✗ there is no nats command line on the PATH (on NixOS: services.rave.nats.cli.enable)" >&2
    exit 1
fi

user=${NATS_USER:-} password=${NATS_PASSWORD:-}
unset NATS_USER NATS_PASSWORD NATS_URL NATS_CONTEXT
stream=demo-stream consumer=demo-consumer
work=$(mktemp -d)
passed=0 failed=0 skipped=0 ours=false running=

# nats_as WHO ARGUMENTS: WHO is rave, system or the name of another context. Secrets go by the
# environment, where no list of processes shows them.
nats_as() {
    local who=$1 u='' p=''
    shift
    case $who in
    rave) u=$user p=$password ;;
    system) u=${NATS_SYSTEM_USER:-} p=${NATS_SYSTEM_PASSWORD:-} ;;
    esac
    if [ -n "$u" ]; then
        NATS_USER=$u NATS_PASSWORD=$p attempt --server "$server" --no-context "$@"
    elif [ -r "$contexts/$who.json" ]; then
        attempt --context "$contexts/$who.json" "$@"
    else
        attempt --server "$server" --no-context "$@"
    fi
}

# attempt ARGUMENTS: nats in the background, since a shell hears a signal while it waits, and not
# before the end of a command in the foreground.
attempt() {
    timeout --kill-after=5 30 nats "$@" </dev/null &
    running=$!
    wait "$running"
    local code=$?
    running=
    return "$code"
}

# shellcheck disable=SC2317 # called by the trap
clean() {
    local code=$?
    trap - EXIT
    trap '' HUP INT TERM # who is impatient does not leave the stream behind
    if [ -n "$running" ]; then
        # What it asked for must have happened, or never will, before we look.
        kill "$running" 2>/dev/null
        wait "$running"
    fi
    if $ours && ! nats_as rave stream rm "$stream" --force >"$work/said" 2>&1 &&
        ! grep -q 'not found' "$work/said"; then
        echo "✗ the stream $stream could not be removed: nats stream rm $stream --force" >&2
        [ "$code" -ne 0 ] || code=1
    fi
    rm -rf "$work"
    exit "$code"
}
trap clean EXIT
trap 'exit 130' HUP INT TERM

pause() {
    if $interactive; then
        read -r -p "  (Enter goes on) " _ || true
    fi
}

good() {
    passed=$((passed + 1))
    echo "✓ $*"
}
bad() {
    failed=$((failed + 1))
    echo "✗ $*"
}

# step NAME ARGUMENTS: a command of the line as rave, shown with what it said. Without it the rest
# makes no sense, so a failure is the end.
step() {
    local name=$1
    shift
    echo
    echo "▸ $name"
    echo "  \$ nats $*"
    if nats_as rave "$@" >"$work/said" 2>&1; then
        sed 's/^/  /' "$work/said"
        good "$name"
        pause
    else
        sed 's/^/  /' "$work/said"
        bad "$name"
        summary
    fi
}

summary() {
    echo
    if [ "$failed" -eq 0 ]; then
        echo "✓ $passed steps worked, $skipped skipped ($profile profile)"
        exit 0
    fi
    echo "✗ $failed failed, $passed worked, $skipped skipped ($profile profile)"
    exit 1
}

# What the production profile's users may. Allowed is tried by listening only, for what is published
# would reach streams and rooms; refused is tried both ways, since it reaches nobody. The command line
# says that something was refused, and not always by its exit status.
refused() {
    grep -qi 'permissions violation' "$work/said"
}

may_hear() {
    nats_as "$1" subscribe "$2" --wait 300ms >"$work/said" 2>&1
    if refused; then bad "$1 may not hear $2, but should"; else good "$1 may hear $2"; fi
}

may_not() {
    nats_as "$1" subscribe "$2" --wait 300ms >"$work/said" 2>&1
    if refused; then good "$1 may not hear $2"; else bad "$1 may hear $2, but should not"; fi
    may_not_publish "$1" "${2%>}demo"
}

may_not_publish() {
    nats_as "$1" publish "$2" 'a try of the demo' >"$work/said" 2>&1
    if refused; then good "$1 may not publish $2"; else bad "$1 may publish $2, but should not"; fi
}

rights() {
    local who
    echo
    echo "▸ users and their rights"
    for who in gitlab matrix monitoring; do
        if [ ! -r "$contexts/$who.json" ]; then
            skipped=$((skipped + 1))
            echo "– skipped: $who has no context in $contexts that we may read"
            continue
        fi
        case $who in
        gitlab) may_hear gitlab 'deploy.>' && may_not gitlab 'metrics.>' ;;
        matrix) may_hear matrix 'gitlab.>' && may_not_publish matrix gitlab.deploy.start ;;
        monitoring) may_hear monitoring 'metrics.>' && may_not monitoring 'matrix.>' ;;
        esac
        may_hear "$who" "_INBOX_$who.>"
        may_not_publish "$who" "\$JS.API.STREAM.DELETE.$stream"
    done
    pause
}

echo "JetStream of $server"
if ! nats_as rave account info >"$work/said" 2>&1; then
    sed 's/^/  /' "$work/said"
    bad "the server answers (is it running? systemctl status nats; who are you to it? NATS_USER, NATS_PASSWORD)"
    summary
fi
if [ "$profile" = auto ]; then
    profile=development
    if ! attempt --server "$server" --no-context account info >/dev/null 2>&1; then profile=production; fi
fi
good "the server answers"

echo
echo "▸ the server"
if nats_as system server info >"$work/said" 2>&1; then
    sed 's/^/  /' "$work/said" | sed -n '1,12p'
    good "nats server info"
else
    skipped=$((skipped + 1))
    echo "– skipped: nats server info needs a user of the system account (NATS_SYSTEM_USER, or the context system)"
fi
pause

step "streams that are there" stream ls --all
if ! nats_as rave stream ls --names --all >"$work/said" 2>&1; then
    sed 's/^/  /' "$work/said"
    bad "the names of the streams are known"
    summary
fi
if grep -qx "$stream" "$work/said"; then
    bad "there is a stream $stream already, and it is not ours; remove it: nats stream rm $stream"
    summary
fi
ours=true
step "a stream for demo.*" stream add "$stream" --subjects 'demo.*' --storage file --retention limits \
    --discard old --max-msgs 1000 --max-age 1h --replicas 1 --defaults
step "what it is" stream info "$stream"
for number in 1 2 3 4 5; do
    # A request: the stream's acknowledgement says that the message is on the disk.
    step "message $number" request demo.test "message $number of the demo"
    if ! grep -q '"stream": *"'"$stream"'"' "$work/said"; then
        bad "the stream acknowledged message $number"
        summary
    fi
done
step "five messages are kept" stream info "$stream" --state
step "a consumer" consumer add "$stream" "$consumer" --pull --filter 'demo.*' --deliver all --ack explicit \
    --replay instant --defaults
step "its five messages, acknowledged" consumer next "$stream" "$consumer" --count 5 --ack
if [ "$(grep -c 'of the demo' "$work/said")" -ne 5 ]; then
    bad "five messages were delivered"
fi
step "the account" account info
if [ "$profile" = production ]; then
    rights
fi
step "away with it" stream rm "$stream" --force
ours=false
summary
