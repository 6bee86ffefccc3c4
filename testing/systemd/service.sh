#!/usr/bin/env bash
# Runs inside the box, as root, once the machine is up: both profiles of the package as a service.
cd "$(dirname "$0")" || exit 1
. ./checks.sh

killed_and_back() {
    local pid
    pid=$(show MainPID)
    kill -9 "$pid"
    within 60 eval 'active && [ "$(show MainPID)" != '"$pid"' ] && well'
}

# A unit that wants the server finds the port open and a greeting behind it.
dependant() {
    cat >/etc/systemd/system/dependant.service <<'UNIT'
[Unit]
Requires=nats.service
After=nats.service
[Service]
Type=oneshot
ExecStart=/bin/bash -c 'exec 3<>/dev/tcp/127.0.0.1/4222 && read -t 5 line <&3 && [[ $line == INFO* ]]'
UNIT
    systemctl daemon-reload
    systemctl stop nats.service && systemctl start dependant.service
}

reload() {
    sed -i 's/^max_connections:.*/max_connections: 1234/' $conf
    systemctl reload nats.service && within 20 varz '"max_connections": 1234' && active
}

refused_reload() {
    cp $conf /tmp/good
    echo 'nonsense: 1' >>$conf
    local pid ok=0
    pid=$(show MainPID)
    systemctl reload nats.service
    within 20 eval 'show StatusText | grep -q "last reload was refused"' || ok=1
    cp /tmp/good $conf
    systemctl reload nats.service
    within 20 eval 'show StatusText | grep -qv "refused"' && [ "$(show MainPID)" = "$pid" ] &&
        [ "$ok" -eq 0 ] && active
}

# Connections are logged by number; with three rotations meanwhile no number may be missing. What
# logrotate.service forbids, is forbidden here, too.
rotation() {
    local pid i line first last
    (
        for i in $(seq 1 400); do
            { exec 3<>/dev/tcp/127.0.0.1/4222; } 2>/dev/null && read -r -t 5 line <&3
            exec 3<&-
        done
    ) &
    pid=$!
    for i in 1 2 3; do
        sleep 0.5
        systemd-run --quiet --wait --property=MemoryDenyWriteExecute=true \
            --property=RestrictNamespaces=true --property=ProtectSystem=full \
            logrotate --force /etc/logrotate.d/nats || return 1
    done
    wait "$pid"
    sleep 1
    ls -l /var/log/nats
    zcat --force /var/log/nats/nats-server.log* | grep -o 'cid:[0-9]* - Client connection created' |
        grep -o '[0-9]*' | sort -n | uniq >/tmp/cids
    first=$(head -n 1 /tmp/cids) last=$(tail -n 1 /tmp/cids)
    echo "connections $first to $last, $(wc -l </tmp/cids) lines"
    [ "$(wc -l </tmp/cids)" -ge 400 ] && [ "$((last - first + 1))" -eq "$(wc -l </tmp/cids)" ] &&
        [ -s /var/log/nats/nats-server.log ] && [ -s /var/log/nats/nats-server.log.1 ]
}

# A stopped process gives no sign of life; the watchdog is as in the package.
watchdog() {
    local pid began=$SECONDS
    pid=$(show MainPID)
    kill -STOP "$pid"
    within 90 eval '[ "$(show MainPID)" != '"$pid"' ] && active && well' || return 1
    note "back after $((SECONDS - began)) s"
    journalctl --unit nats --no-pager | grep -q 'Watchdog timeout'
}

# alerted EVENT FAILURES: whether the stream of alerts has this one.
alerted() {
    nats sub --stream ALERTS --all --raw --terminate-at-end 'alerts.>' 2>/dev/null | tee /tmp/alerts | grep -q "\"event\":\"$1\",\"failures\":$2"
}

# The monitoring port answers nobody: after three checks the service is restarted, it is said on a
# subject, and the hook runs. The timer is the package's, only faster.
health_acts() {
    local pid faster=/etc/systemd/system/nats-health-check.timer.d
    pid=$(show MainPID)
    mkdir -p $faster
    printf '[Timer]\nOnBootSec=\nOnUnitActiveSec=\nOnActiveSec=1\nOnUnitInactiveSec=1\nAccuracySec=100ms\n' >$faster/fast.conf
    printf 'NATS_HEALTH_WAIT=1\nNATS_ALERT_URL=nats://127.0.0.1:4222\n' >>/etc/default/nats-health-check
    printf '#!/bin/sh\necho "$1" >>/tmp/hooked\n' >/etc/nats/on-failure.d/test
    chmod 755 /etc/nats/on-failure.d/test
    nats stream add ALERTS --subjects 'alerts.>' --defaults || return 1
    nft add table inet broken
    nft add chain inet broken input '{ type filter hook input priority 0; }'
    nft add rule inet broken input tcp dport 8222 drop
    systemctl daemon-reload
    systemctl restart nats-health-check.timer
    within 20 alerted unhealthy 1 && within 90 alerted failed 3
    nft delete table inet broken
    within 60 alerted healthy '[0-9]'
    systemctl stop nats-health-check.timer nats-health-check.service
    rm -rf $faster
    systemctl daemon-reload
    cat /tmp/alerts
    alerted unhealthy 1 && alerted failed 3 && alerted healthy '[0-9]' && [ "$(show MainPID)" != "$pid" ] &&
        grep -q 'nats-health-check.service' /tmp/hooked && active && well
}

# lame_duck [LOGIN]: a client that asked for it is told, keeps its connection for the grace period, and is sent away.
lame_duck() {
    local line told=0 began=$SECONDS
    exec 3<>/dev/tcp/127.0.0.1/4222
    read -r -t 5 line <&3
    printf 'CONNECT {"verbose":false,"protocol":1%s}\r\nPING\r\n' "${1:-}" >&3
    systemctl --no-block stop nats.service
    while IFS= read -r -t 60 line <&3; do
        case $line in *'"ldm":true'*) told=1 ;; esac
    done
    exec 3<&-
    note "told: $told, sent away after $((SECONDS - began)) s"
    within 20 is ActiveState inactive && [ "$told" = 1 ] && is Result success &&
        grep -q 'lame duck' /var/log/nats/nats-server.log
}

score() {
    local line
    line=$(systemd-analyze --no-pager security nats.service | tail -n 1)
    note "$line"
    [ "$(echo "$line" | sed 's/.*: \([0-9]*\)\.\([0-9]\).*/\1\2/')" -le 14 ]
}

backup() {
    local i
    echo 'NATS_BACKUP_KEEP=2' >>/etc/default/nats-backup
    for i in 1 2 3; do
        systemctl start nats-backup.service || { journalctl -u nats-backup --no-pager; return 1; }
        sleep 1.1
    done
    [ "$(find /var/lib/nats-backup -mindepth 1 -maxdepth 1 -type d | wc -l)" = 2 ] || return 1
    nats stream rm ORDERS --force &&
        nats stream restore "$(ls -d /var/lib/nats-backup/*Z | tail -n 1)/ORDERS" && messages ORDERS 100
}

# A unit that could not do its work has failed, with the remedy in the journal and the hooks run.
backup_lacks_the_command_line() {
    local code=0
    mv /usr/local/bin/nats /usr/local/bin/nats.away
    printf '#!/bin/sh\necho "$1" >>/tmp/missed\n' >/etc/nats/on-failure.d/missed
    chmod 755 /etc/nats/on-failure.d/missed
    systemctl start nats-backup.service || code=$?
    mv /usr/local/bin/nats.away /usr/local/bin/nats
    [ "$code" -ne 0 ] && within 10 grep -q nats-backup.service /tmp/missed &&
        journalctl --unit nats-backup --no-pager | grep -q 'no backup was made.*natscli/releases' || return 1
    rm /etc/nats/on-failure.d/missed
    systemctl reset-failed nats-backup.service
    echo 'NATS_CLI=/usr/local/bin/nats' >>/etc/default/nats-backup
    systemctl start nats-backup.service
}

# As a browser asks: that alone is given the dashboard, where nats-server has nothing.
pages() {
    local page url=$1
    shift
    for page in / /healthz /varz /jsz; do
        curl --header 'Accept: text/html' --silent --show-error --fail --max-time 10 "$@" "$url$page" | head -c 100 | grep -q . || return 1
    done
}

nginx_serves() {
    cp "/usr/share/doc/millrace/examples/$1" /etc/nginx/conf.d/nats.conf
    nginx -t && { pgrep nginx >/dev/null && nginx -s reload || nginx; } && sleep 1
}

echo "profile: development"
check "installs" install_package
check "runs, and is well, after the installation" eval 'active && well'
check "has units without a mistake" eval '! systemd-analyze verify /lib/systemd/system/nats*.service /lib/systemd/system/nats*.timer 2>&1 | grep nats'
check "says that it serves" eval 'show StatusText | grep -q "Serving clients on 127.0.0.1:4222"'
check "has the user, folders and rights that it needs" eval '
    [ "$(stat -c %U:%a /var/lib/nats)" = nats:750 ] && [ "$(stat -c %U:%a /var/log/nats)" = nats:750 ] &&
    [ "$(stat -c %a /etc/nats/credentials)" = 700 ] && [ "$(ps -o user= -p "$(show MainPID)")" = nats ]'
check "is ready before its dependants" dependant
check "lets its configuration be tried" nats-server --config $conf -t
check "is hardened: systemd-analyze security" score
check "checks itself by a timer" systemctl --quiet is-active nats-health-check.timer
check "passes its own check" systemctl start nats-health-check.service
check "makes a stream" nats stream add ORDERS --subjects 'orders.>' --defaults
check "stores 100 messages" eval 'nats pub orders.new "order {{Count}}" --count 100 --jetstream && messages ORDERS 100'
check "comes back after kill -9" killed_and_back
check "has the messages after kill -9" messages ORDERS 100
check "restarts" eval 'systemctl restart nats.service && active && well'
check "has the messages after a restart" messages ORDERS 100
check "reloads" reload
check "refuses a bad reload and goes on" refused_reload
check "loses no line by log rotation" rotation
check "is restarted by the watchdog when it hangs" watchdog
check "has the messages after that" messages ORDERS 100
check "makes backups, keeps two and restores" backup
check "says what a backup lacks without the command line" backup_lacks_the_command_line
check "is restarted by the health timer, with alerts and hook" health_acts
check "nginx answers under /nats/" eval 'nginx_serves nginx.conf && pages http://127.0.0.1/nats --header "Host: nats.example"'
check "does what operations.md says" handbook /usr/share/doc/millrace/operations.md
check "does what troubleshooting.md says" handbook /usr/share/doc/millrace/troubleshooting.md
check "stops by lame duck" lame_duck
check "is not missed by the health check when it was stopped" systemctl start nats-health-check.service

echo "profile: production"
production() {
    cp /usr/share/doc/millrace/examples/production.conf $conf
    chown root:nats $conf && chmod 640 $conf
}
production
without_passwords() {
    systemctl start nats.service
    ! active && journalctl --unit nats --no-pager --lines 20 | grep -q 'admin_password'
}
check "does not start without passwords, and says why" without_passwords
empty_password() {
    printf 'admin_password: ""\n' >>/etc/nats/credentials/passwords.conf
    systemctl start nats.service
    sed -i '/^admin_password/d' /etc/nats/credentials/passwords.conf
    ! active && journalctl --unit nats --no-pager --lines 20 | grep -q 'line [0-9]* is empty: admin_password'
}
stopped() {
    systemctl stop nats.service
    systemctl reset-failed nats.service
}
stopped
check "does not start with an empty password, and says which" empty_password
stopped
for user in admin gitlab matrix monitoring system; do
    echo "${user}_password: \"$user secret\""
done >>/etc/nats/credentials/passwords.conf
as() {
    local user=$1
    shift
    nats --user "$user" --password "$user secret" "$@"
}
check "starts with passwords that root alone can read" eval 'systemctl start nats.service && active && well'
check "lets the configuration be tried" nats-server --config $conf -t
check "refuses who has no password" eval '! nats pub gitlab.x hello'
check "lets gitlab publish its own" as gitlab pub gitlab.deploy.start hello
check "refuses gitlab another's subject" eval '! as gitlab pub matrix.notify.x hello 2>&1 | grep -q "Published" ||
    as gitlab pub matrix.notify.x hello 2>&1 | grep -qi violation'
check "lets the administrator make a stream" as admin stream add BUILDS --subjects 'gitlab.>' --defaults
check "stores what gitlab publishes, and says so" as gitlab pub gitlab.build.start hello --jetstream
check "answers the system account" as system server ping 1
check "is ready before its dependants" dependant
check "comes back after kill -9" killed_and_back
check "reloads" reload
check "has the message" eval 'as admin stream info BUILDS --json | tr -d " " | grep -q "\"messages\":1,"'
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=nats.example \
    -addext subjectAltName=DNS:nats.example -keyout /tmp/web.key -out /tmp/web.crt 2>/dev/null
mkdir -p /etc/nats/tls && cp /tmp/web.key /tmp/web.crt /etc/nats/tls/
check "nginx answers under /nats/ over HTTPS" eval 'nginx_serves nginx-https.conf &&
    pages https://nats.example/nats --cacert /tmp/web.crt --resolve nats.example:443:127.0.0.1'
check "nginx sends HTTP to HTTPS" eval '
    [ "$(curl --silent --output /dev/null --write-out %{http_code} --header "Host: nats.example" http://127.0.0.1/nats/)" = 301 ]'
check "the monitoring port is closed to others" eval '! ss --listening --tcp --numeric | grep 8222 | grep -qv 127.0.0.1'

check "stops by lame duck" lame_duck ',"user":"admin","pass":"admin secret"'
systemctl start nats.service

echo "upgrade and removal"
check "keeps changed configuration over an upgrade, and restarts" eval '
    pid=$(show MainPID); dpkg --force-confold -i /share/millrace.deb && active && well &&
    [ "$(show MainPID)" != "$pid" ] && grep -q prod-nats $conf'
check "stops when it is removed, and leaves the data" eval '
    dpkg --purge millrace && ! pgrep -u nats && [ -d /var/lib/nats/jetstream ] && [ ! -e /usr/bin/nats-server ]'
finish
