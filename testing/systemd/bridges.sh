#!/usr/bin/env bash
# Runs inside the box, as root: the bridges' package beside the server's, both units, secrets by
# LoadCredential; webhooks reach a room, each once, with each bridge killed on the way.
cd "$(dirname "$0")" || exit 1
. ./checks.sh
token=hook-token-of-the-box
room=/run/room.txt
settings=/etc/millrace

bridge() {
    systemctl --quiet is-active "millrace-$1.service"
}

# healthy PORT: whether the bridge whose status is there says that it is well.
healthy() {
    curl --silent --fail --max-time 5 "http://127.0.0.1:$1/healthz" >/dev/null
}

started() {
    if ! systemctl enable --now --quiet "millrace-$1.service" || ! within 60 healthy "$2"; then
        journalctl --unit "millrace-$1" --no-pager --lines 20
        return 1
    fi
}

# hook NUMBER: GitLab tells of the deployment of that number.
hook() {
    curl --silent --fail --max-time 10 --header "X-Gitlab-Token: $token" \
        --header "X-Gitlab-Event: Deployment Hook" --header "Idempotency-Key: deployment-$1" \
        --data "{\"object_kind\":\"deployment\",\"status\":\"success\",\"deployment_id\":$1,\"environment\":\"box-$1-end\",\"project\":{\"path_with_namespace\":\"platform/relay\"}}" \
        http://127.0.0.1:4195/hooks/gitlab
}

# stored FROM TO: repeats each call until it is taken, as whoever presses Resend does.
stored() {
    local number
    for number in $(seq "$1" "$2"); do
        within 60 hook "$number" || return 1
    done
}

# once FROM TO: each is shown in the room, and none twice.
once() {
    local number
    within 90 eval "grep -q 'box-$2-end' $room"
    for number in $(seq "$1" "$2"); do
        [ "$(grep -c "box-$number-end" $room)" = 1 ] ||
            { echo "deployment $number is shown $(grep -c "box-$number-end" $room) times"; cat $room; return 1; }
    done
}

# killed NAME PORT: without a word; systemd brings it back.
killed() {
    local pid
    pid=$(systemctl show --property=MainPID --value "millrace-$1.service")
    kill -9 "$pid"
    within 60 eval '[ "$(systemctl show --property=MainPID --value "millrace-'"$1"'.service")" != '"$pid"' ] && healthy '"$2"
}

installs() {
    install_package && DEBIAN_FRONTEND=noninteractive dpkg -i /share/millrace-bridges.deb
}

# What the package's own settings lack is the homeserver and the room.
configured() {
    (umask 077 && echo $token >$settings/secrets/gitlab-hook-token && echo matrix-token >$settings/secrets/matrix-token)
    sed -i -e 's|https://matrix.example.org|http://127.0.0.1:8008|' -e 's|"matrix": {|"matrix": { "per_second": 100, "burst": 50,|' $settings/matrix.json
    systemd-run --quiet --unit=homeserver perl /share/homeserver.pl 8008 matrix-token $room
}

killed_gitlab_on_the_way() {
    (stored 11 20) &
    local calls=$!
    within 20 eval "grep -q box-12-end $room"
    killed gitlab 4196 && wait $calls && stored 11 20 && once 11 20
}

killed_matrix_on_the_way() {
    (stored 21 40) &
    local calls=$!
    within 20 eval "grep -q box-23-end $room"
    local pid
    pid=$(systemctl show --property=MainPID --value millrace-matrix.service)
    kill -9 "$pid"
    within 60 bridge matrix && wait $calls && once 21 40
}

both_and_the_server() {
    touch $room.down
    stored 41 45 || return 1
    for unit in millrace-gitlab millrace-matrix nats; do
        kill -9 "$(systemctl show --property=MainPID --value $unit.service)"
    done
    within 60 eval 'active && well && healthy 4196' && stored 41 50 || return 1
    rm -f $room.down
    once 41 50
}

scores() {
    local name line ok=0
    for name in gitlab matrix; do
        line=$(systemd-analyze --no-pager security "millrace-$name.service" | tail -n 1)
        note "millrace-$name: $line"
        [ "$(echo "$line" | sed 's/.*: \([0-9]*\)\.\([0-9]\).*/\1\2/')" -le 16 ] || ok=1
    done
    return $ok
}

# The file is for root alone; the process has it from systemd, and nobody else's process may look.
secret_is_kept() {
    local pid
    pid=$(systemctl show --property=MainPID --value millrace-gitlab.service)
    [ "$(ps -o user= -p "$pid")" = millrace-gitlab ] || [ "$(ps -o uid= -p "$pid" | tr -d ' ')" = "$(id -u millrace-gitlab)" ] || return 1
    grep -q $token /run/credentials/millrace-gitlab.service/hook-token &&
        ! setpriv --reuid millrace-gitlab --regid millrace-gitlab --clear-groups cat $settings/secrets/gitlab-hook-token &&
        ! setpriv --reuid millrace-matrix --regid millrace-matrix --clear-groups cat $settings/gitlab.json &&
        ! journalctl --no-pager | grep -q "$token" && ! tr '\0' ' ' <"/proc/$pid/cmdline" | grep -q "$token"
}

needs_its_secret() {
    ! systemctl start millrace-gitlab.service && ! bridge gitlab
    journalctl --unit millrace-gitlab --no-pager | grep -q CREDENTIALS || return 1
    systemctl stop millrace-gitlab.service
}

echo "bridges"
check "install beside the server" installs
check "run nothing after that" eval '! bridge gitlab && ! bridge matrix &&
    ! systemctl --quiet is-enabled millrace-gitlab.service && ! systemctl --quiet is-enabled millrace-matrix.service'
check "have units without a mistake" eval '! systemd-analyze verify /lib/systemd/system/millrace-*.service 2>&1 | grep millrace-'
check "have users, and settings that these and root may read" eval '
    [ "$(stat -c %U:%G:%a $settings/gitlab.json)" = root:millrace-gitlab:640 ] &&
    [ "$(stat -c %U:%G:%a $settings/matrix.json)" = root:millrace-matrix:640 ] &&
    [ "$(stat -c %U:%a $settings/secrets)" = root:700 ]'
check "do not start without their secret" needs_its_secret
by_the_book() {
    handbook /usr/share/doc/millrace-bridges/bridges.md && healthy 4196 && nats stream info GITLAB || return 1
    systemctl disable --now --quiet millrace-gitlab.service && nats stream rm GITLAB --force
}
check "do what bridges.md says" by_the_book
check "are configured" configured
check "take webhooks as a service" started gitlab 4196
check "have made the stream when they say that they are well" nats stream info GITLAB
check "are in the room as a service" started matrix 4197
check "read the stream by a consumer when they say that they are well" nats consumer info GITLAB matrix-deploys
check "have their secrets by LoadCredential, and keep them" secret_is_kept
check "refuse a wrong token" eval '[ "$(curl --silent --output /dev/null --write-out %{http_code} --header "X-Gitlab-Token: wrong" --header "X-Gitlab-Event: Push Hook" --data "{}" http://127.0.0.1:4195/hooks/gitlab)" = 401 ]'
check "bring a webhook into the room, once, though it is called twice" eval 'stored 1 10 && stored 1 10 && once 1 10'
check "each once, with kill -9 of the webhook bridge on the way" killed_gitlab_on_the_way
check "each once, with kill -9 of the Matrix bridge on the way" killed_matrix_on_the_way
check "each once, with kill -9 of both and of the server, and the homeserver away" both_and_the_server
check "restart" eval 'systemctl restart millrace-gitlab millrace-matrix && within 60 healthy 4196 && within 60 healthy 4197 && stored 51 52 && once 51 52'
check "are hardened: systemd-analyze security" scores
check "keep changed settings over an upgrade, and go on" eval '
    dpkg --force-confold -i /share/millrace-bridges.deb && within 60 healthy 4196 && within 60 healthy 4197 &&
    grep -q 127.0.0.1:8008 $settings/matrix.json && stored 53 53 && once 53 53'
check "stop when they are removed, and leave the secrets" eval '
    dpkg --purge millrace-bridges && ! bridge gitlab && ! bridge matrix &&
    [ -s $settings/secrets/matrix-token ] && [ ! -e $settings/gitlab.json ] && active && well'
finish
