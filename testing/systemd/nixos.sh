#!/usr/bin/env bash
# Runs inside the box, as root: what the NixOS module makes of a profile (units, configuration, nginx,
# contexts, the command line as people have it), on this Debian's systemd and nginx; then what the
# handbook says is typed in the machine.
cd "$(dirname "$0")" || exit 1
. ./checks.sh
profile=$(cat /share/profile)
page=/share/P7-NATS-JETSTREAM-SETUP.md
contexts=/run/nats-cli
web=http
[ "$profile" = development ] || web=https

# What NixOS has besides: groups, names of the machine, the archive's place, certificates.
surroundings() {
    groupadd --force wheel
    echo "127.0.0.1 rave.local" >>/etc/hosts
    mkdir -p /usr/lib/millrace
    tar -xzf /share/millrace.tar.gz -C /usr/lib/millrace --strip-components 1
    install -m 755 /share/nats /usr/bin/nats
    # JSON's string as text: the only escapes in it are these. The shell is this machine's.
    sed -e 's/^"//' -e 's/"$//' -e 's/\\"/"/g' -e 's/\\n/\n/g' -e 's/\\\\/\\/g' -e 's|^#![^\n]*|#!/bin/bash|' /share/nats-as-typed.json >/usr/local/bin/nats
    chmod 755 /usr/local/bin/nats
    if [ "$web" = https ]; then
        mkdir -p /var/lib/acme/rave.local
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=rave.local -addext subjectAltName=DNS:rave.local \
            -keyout /var/lib/acme/rave.local/key.pem -out /var/lib/acme/rave.local/fullchain.pem 2>/dev/null
        cp /var/lib/acme/rave.local/fullchain.pem /var/lib/acme/rave.local/chain.pem
    fi
}

installs() {
    bash /share/nixos/install.sh
    # Who may read certificates is ACME's affair, and nobody is asked for one here.
    [ "$web" = http ] || { chmod -R a+rX /var/lib/acme && systemctl mask --quiet acme-rave.local.service acme-order-renew-rave.local.service acme-setup.service nginx-config-reload.service; }
    systemctl daemon-reload
    # The default page of Debian's package holds the port.
    systemctl unmask --quiet nginx.service
}

starts() {
    systemctl start nats.service nats-contexts.service && active && well
}

# typed COMMAND…: as an administrator of the machine types it.
typed() {
    timeout 60 /usr/local/bin/nats "$@" </dev/null
}

# as USER COMMAND…: with the context of that user, which the module has made.
as() {
    local user=$1
    shift
    timeout 30 /usr/local/bin/nats --context "$contexts/$user.json" "$@" </dev/null
}

# refused USER SUBJECT: whether the server says so when the user publishes there.
refused() {
    as "$1" pub "$2" x 2>&1 | grep -qi 'permissions violation'
}

# deaf USER SUBJECT: the same when he subscribes.
deaf() {
    as "$1" sub "$2" --count 1 2>&1 | grep -qi 'permissions violation'
}

page_is() {
    curl --silent --show-error --fail --insecure --max-time 10 "$web://rave.local$1" | grep -q "$2"
}

status_of() {
    curl --silent --insecure --max-time 10 --output /dev/null --write-out '%{http_code}' "$@"
}

upgrade=(--header 'Connection: Upgrade' --header 'Upgrade: websocket' --header 'Sec-WebSocket-Version: 13'
    --header 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' --http1.1)

echo "nixos: $profile"
check "has what NixOS brings" surroundings
check "installs what the module makes" installs
check "starts" starts
check "has drawn its passwords, for root alone" eval '[ "$(stat -c %a /var/lib/nats-secrets/system)" = 600 ]'
check "nginx starts with the generated configuration" eval 'systemctl start nginx.service && systemctl --quiet is-active nginx.service && within 10 page_is /nats/healthz ok'
check "does what the handbook says is typed in the machine" handbook $page run
[ "$web" = http ] ||
    # As the page says of production.
    sed -i 's|curl http://rave.local/nats/healthz|curl --insecure https://rave.local/nats/healthz|' $page
check "tells of itself, as the handbook says" handbook $page vm
check "answers in the account of the system and in that of the platform" eval '
    typed server info | grep -q "rave-.*-nats" && typed account info | grep -q "Account: *RAVE"'
check "serves its pages under nginx" eval 'page_is /nats/healthz ok && page_is /nats/varz server_id && page_is /nats/metrics nats'
check "serves WebSocket under nginx" eval '[ "$(status_of "${upgrade[@]}" --max-time 2 $web://rave.local/nats/ws)" = 101 ]'
check "shows a browser the dashboard under nginx" eval 'curl --silent --insecure --fail --header "Accept: text/html" $web://rave.local/nats/ | grep -qi "<html"'
check "sends /nats to /nats/" eval '[ "$(status_of $web://rave.local/nats)" = 301 ]'
check "lets nginx do nothing but read" eval '[ "$(status_of --request POST $web://rave.local/nats/varz)" = 403 ]'
check "is looked after by a health service that is content" systemctl start nats-health-check.service

if [ "$profile" = production ]; then
    check "sends HTTP to HTTPS" eval '[ "$(status_of http://rave.local/nats/varz)" = 301 ]'
    check "has made the declared streams" eval 'systemctl start nats-streams.service && typed stream ls --names | grep -q GITLAB'
    check "does what the handbook says of a user's context" handbook $page "vm production"
    check "gitlab publishes into its stream and hears its subjects" eval '
        as gitlab request gitlab.deploy.start x | grep -q "\"stream\":\"GITLAB\"" && ! deaf gitlab "deploy.>"'
    check "gitlab may not publish for others, hear metrics, read or remove streams" eval '
        refused gitlab matrix.notify.x && refused gitlab metrics.x && deaf gitlab "metrics.>" &&
        refused gitlab "\$JS.API.STREAM.MSG.GET.GITLAB" && refused gitlab "\$JS.API.STREAM.DELETE.GITLAB"'
    check "matrix reads by its consumer and publishes its own" eval '
        as matrix consumer next GITLAB matrix --ack | grep -q "Acknowledged" && as matrix pub matrix.notify.x hello && ! refused matrix notifications.x'
    check "matrix may not publish for gitlab, make consumers or hear others' answers" eval '
        refused matrix gitlab.deploy.start && refused matrix "\$JS.API.CONSUMER.CREATE.GITLAB.other" && deaf matrix "_INBOX_gitlab.>"'
    check "monitoring counts streams and publishes metrics" eval '
        as monitoring stream report | grep -q GITLAB && as monitoring pub metrics.x 1 && ! refused monitoring alerts.x'
    check "monitoring may not read, purge or remove" eval '
        refused monitoring "\$JS.API.CONSUMER.MSG.NEXT.GITLAB.matrix" && refused monitoring "\$JS.API.STREAM.PURGE.GITLAB" &&
        refused monitoring "\$JS.API.STREAM.DELETE.GITLAB"'
    check "nobody is nobody" eval '! timeout 20 /usr/bin/nats --server 127.0.0.1 --no-context pub gitlab.x y'
    check "contexts are for root and the group wheel" eval '[ "$(stat -c %G:%a $contexts/gitlab.json)" = wheel:640 ]'
    check "makes a backup" eval 'systemctl start nats-backup.service && ls /var/backup/nats/*/GITLAB'
    check "takes a new password over by a reload" eval '
        echo another-password >/var/lib/nats-secrets/gitlab && systemctl reload nats.service &&
        within 20 eval "NATS_USER=gitlab NATS_PASSWORD=another-password timeout 10 /usr/bin/nats --server 127.0.0.1 --no-context --inbox-prefix _INBOX_gitlab rtt"'
fi
demo() {
    local said
    said=$(NATS_CONTEXTS=$contexts NATS_SERVER=nats://127.0.0.1:4222 bash /share/nats-jetstream-demo.sh --no-input 2>&1) ||
        { printf '%s\n' "$said"; return 1; }
    printf '%s\n' "$said" | grep -q "0 skipped ($profile profile)" || { printf '%s\n' "$said"; return 1; }
}
check "passes the demo with nothing skipped" demo
check "comes back after kill -9, with its streams" eval '
    pid=$(show MainPID); kill -9 "$pid"; within 60 eval "active && well && [ \"\$(show MainPID)\" != \"$pid\" ]" && typed stream info ORDERS >/dev/null'
check "stops" eval 'systemctl stop nats.service && is Result success'
finish
