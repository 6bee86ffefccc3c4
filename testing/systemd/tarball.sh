#!/usr/bin/env bash
# Runs inside the box, as root: the tarball, installed as its install.md says, on a machine without a
# package of ours.
cd "$(dirname "$0")" || exit 1
. ./checks.sh
install -m 755 /share/nats /usr/local/bin/nats

# install.md is typed in the folder into which the tarball was unpacked.
by_the_book() {
    mkdir -p /srv/unpacked && cd /srv/unpacked && tar -xzf /share/millrace.tar.gz &&
        cp millrace-*/install.md /tmp/ && handbook /tmp/install.md
}

echo "tarball"
check "installs as install.md says" by_the_book
check "runs, and is well" eval 'active && well'
check "serves" nats rtt
check "checks itself by a timer" systemctl --quiet is-active nats-health-check.timer
check "passes its own check" systemctl start nats-health-check.service
check "stores" eval 'nats stream add ORDERS --subjects "orders.>" --defaults && nats pub orders.new "order {{Count}}" --count 10 --jetstream && messages ORDERS 10'
check "restarts, with what it has stored" eval 'systemctl restart nats.service && active && messages ORDERS 10'
check "has units without a mistake" eval '! systemd-analyze verify /etc/systemd/system/nats*.service /etc/systemd/system/nats*.timer 2>&1 | grep nats'
finish
