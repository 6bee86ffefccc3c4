#!/usr/bin/env bash
# Runs inside the box, as root: GitLab's webhooks through the packaged bridges into a room of a real
# Synapse, with everything killed in the middle; each is shown once.
cd "$(dirname "$0")" || exit 1
. ./checks.sh
settings=/etc/millrace
venv=$(cat /share/venv)
# 21 events, nine of which have a short form beside; one is confidential, and not for the room.
stored=30 shown=29

homeserver() {
    tar -xzf /share/synapse.tar.gz -C / && mkdir -p /run/synapse &&
        LD_LIBRARY_PATH=/share/libraries SYNAPSE_VENV=$venv bash /share/synapse-up 8008 /run/synapse >/tmp/synapse.json
}

# told KEY: what the homeserver's start has said.
told() {
    sed -n "s/.*\"$1\": \"\([^\"]*\)\".*/\1/p" /tmp/synapse.json
}

configured() {
    (umask 077 && echo sample-hook-token-7f3a >$settings/secrets/gitlab-hook-token && told access_token >$settings/secrets/matrix-token)
    cat >$settings/matrix.json <<JSON
{ "matrix": { "homeserver": "http://127.0.0.1:8008", "access_token_file": "matrix-token", "per_second": 100, "burst": 50 },
  "rooms": [ { "name": "all", "room": "$(told room_alias)", "stream": "GITLAB", "subjects": ["gitlab.>"],
               "from_start": true, "ack_wait": "5s" } ],
  "commands": { "rooms": ["$(told room_alias)"], "users": ["$(told reader_id)"], "commands": ["deploy"] } }
JSON
    systemctl start millrace-gitlab.service && within 60 healthy 4196 &&
        systemctl start millrace-matrix.service && within 60 healthy 4197
}

healthy() {
    curl --silent --fail --max-time 5 "http://127.0.0.1:$1/healthz" >/dev/null
}

# sample FILE: GitLab's call as it was recorded.
sample() {
    local line headers=()
    while IFS= read -r line; do headers+=(--header "$line"); done <"${1%.json}.headers"
    curl --silent --fail --max-time 10 "${headers[@]}" --data-binary "@$1" http://127.0.0.1:4195/hooks/gitlab
}

# posted FROM TO: those samples, each until it is taken.
posted() {
    local file
    for file in $(find /share/samples -name '*.json' | sort | sed -n "$1,$2p"); do
        within 60 sample "$file" || return 1
    done
}

# The room as the bot sees it: it alone is told the ids of its transactions.
room() {
    curl --silent --fail --max-time 10 --header "Authorization: Bearer $(told access_token)" \
        "http://127.0.0.1:8008/_matrix/client/v3/rooms/$(told room_id | sed 's/!/%21/')/messages?dir=b&limit=500" |
        grep -o '"transaction_id":"millrace.all.[^"]*"'
}

killed() {
    local unit
    for unit in millrace-gitlab millrace-matrix nats; do
        kill -9 "$(systemctl show --property=MainPID --value $unit.service)"
    done
    within 90 eval 'active && well && healthy 4196 && healthy 4197'
}

in_the_middle() {
    posted 1 12 && within 30 eval '[ "$(room | wc -l)" -ge 5 ]' && killed && posted 1 21
}

once() {
    within 90 eval 'curl --silent http://127.0.0.1:4197/metrics | grep -q "lag_messages{room=\"all\"} 0" && [ "$(room | wc -l)" -ge '$shown' ]'
    note "$(room | wc -l) messages in the room, $(room | sort -u | wc -l) of them different"
    [ "$(room | wc -l)" = $shown ] && [ "$(room | sort -u | wc -l)" = $shown ]
}

# said TEXT: a person in the room says so.
said() {
    curl --silent --fail --max-time 10 --request PUT --header "Authorization: Bearer $(told reader_token)" \
        --data "{\"msgtype\":\"m.text\",\"body\":\"$1\"}" \
        "http://127.0.0.1:8008/_matrix/client/v3/rooms/$(told room_id | sed 's/!/%21/')/send/m.room.message/$RANDOM"
}

echo "synapse"
check "has a homeserver" homeserver
[ "$failed" -eq 0 ] || finish
check "installs the server and the bridges" eval 'install_package && DEBIAN_FRONTEND=noninteractive dpkg -i /share/millrace-bridges.deb'
check "both bridges are well" configured
check "takes GitLab's samples, with kill -9 of the bridges and the server in the middle" in_the_middle
check "the stream has each once" messages GITLAB $stored
check "the room shows each once" once
check "repeated all over, nothing is shown twice" eval 'posted 1 21 && sleep 2 && once'
check "a command in the room reaches its stream once, with the bridge killed after it" eval '
    said "!deploy relay production" && within 30 messages MATRIX 1 &&
    kill -9 "$(systemctl show --property=MainPID --value millrace-matrix.service)" && sleep 1 && within 60 healthy 4197 &&
    nats stream get MATRIX --last-for matrix.command.deploy | grep -q production && messages MATRIX 1'
finish
