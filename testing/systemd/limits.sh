#!/usr/bin/env bash
# Runs inside a virtual machine, as root: the package under MemoryMax=512M and CPUQuota=50%, with a
# store in memory that gets full and a store on files under load. Slow machines are expected: what
# counts is that publishes are refused and nothing is killed, not how fast it is.
cd "$(dirname "$0")" || exit 1
. ./checks.sh
CLI_SECONDS=600
group=/sys/fs/cgroup/system.slice/nats.service

# killed: how often the kernel has killed something in the service's group.
killed() {
    sed -n 's/^oom_kill //p' $group/memory.events
}

throttled() {
    sed -n 's/^nr_throttled //p' $group/cpu.stat
}

figures() {
    local pid
    pid=$(show MainPID)
    note "memory $(($(cat $group/memory.current) >> 20)) MB of $(($(cat $group/memory.max) >> 20)), peak" \
        "$(($(cat $group/memory.peak 2>/dev/null || echo 0) >> 20)), anonymous $(($(sed -n 's/^anon //p' $group/memory.stat) >> 20))," \
        "file $(($(sed -n 's/^file //p' $group/memory.stat) >> 20)), resident $(($(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status") >> 10)) MB," \
        "limit reached $(sed -n 's/^max //p' $group/memory.events) times, killed $(killed), throttled $(throttled)"
}

alive() {
    active && well && is NRestarts 0 && [ "$(killed)" = 0 ]
}

# filled: publishes large messages until the server refuses them. A publisher whose patience is at an
# end before that, since this machine is slow, begins anew.
filled() {
    local i output
    for i in $(seq 1 30); do
        output=$(nats bench js pub sync big --stream BIG --msgs 60 --size 1000000 --clients 2 --no-progress 2>&1)
        if printf '%s' "$output" | grep -q 10023; then
            note "refused in round $i: $(printf '%s' "$output" | grep -m 1 -o 'code=.*')"
            return 0
        fi
    done
    printf '%s' "$output"
    return 1
}

# busy: publishers and readers without streams for a while.
busy() {
    local pids=() pid code=0 i
    for i in 1 2; do
        CLI_SECONDS=900 nats bench sub "load.$i" --msgs 5000 --no-progress >/dev/null 2>&1 &
        pids+=($!)
    done
    sleep 5
    for i in 1 2; do
        nats bench pub "load.$i" --msgs 5000 --size 1024 --no-progress || code=1
    done
    for pid in "${pids[@]}"; do
        wait "$pid" || code=1
    done
    return "$code"
}

on_files() {
    nats bench js pub async files --stream FILES --msgs 250 --size 1000000 --batch 10 --no-progress &&
        messages FILES 250
}

read_files() {
    nats consumer add FILES READ --pull --defaults &&
        nats bench js fetch --stream FILES --consumer READ --msgs 120 --batch 20 --no-progress
}

quota() {
    local began used
    began=$(sed -n 's/^usage_usec //p' $group/cpu.stat)
    local start=$SECONDS
    busy >/dev/null 2>&1
    used=$(($(sed -n 's/^usage_usec //p' $group/cpu.stat) - began))
    note "$((used / 1000)) ms of CPU in $((SECONDS - start)) s"
    [ "$((used / 10000))" -le "$(((SECONDS - start + 1) * 55))" ] && [ "$(throttled)" -gt 0 ]
}

# What is emulated takes ten times as long and more; systemd and the clients are told so.
slow=/etc/systemd/system/nats.service.d
mkdir -p $slow
printf '[Service]\nTimeoutStartSec=20min\nWatchdogSec=3min\n' >$slow/slow.conf
export NATS_TIMEOUT=60s

# What a box that runs out of time shows of its console.
exec > >(tee /dev/ttyS0 2>/dev/null) 2>&1
exec 5>&1
check "installs" install_package
sed -i -e 's/max_memory_store:.*/max_memory_store: 512MB/' -e 's/max_file_store:.*/max_file_store: 2GB/' \
    -e 's/^debug:.*/debug: false/' -e 's/^trace:.*/trace: false/' $conf
cp /usr/share/doc/millrace/examples/limits.conf $slow/
systemctl daemon-reload
began=$SECONDS
check "starts with MemoryMax=512M and CPUQuota=50%" eval 'systemctl restart nats.service && active && within 120 well'
note "started within $((SECONDS - began)) s, half of an emulated core"
check "has the limits" eval '[ "$(cat $group/memory.max)" = 536870912 ] && grep -q "^50000 100000" $group/cpu.max &&
    [ "$(cat $group/pids.max)" = 256 ] && grep "Max open files" /proc/$(show MainPID)/limits | grep -q 800000'
check "derives its heap from the limit" eval 'tr "\0" " " </proc/$(show MainPID)/cmdline | grep -q -- "-Xmx256m "'
figures
# A cold JVM on half of an emulated core greets later than the command line waits for.
check "answers" within 300 nats rtt
check "makes a stream in memory and one on files" eval '
    within 300 nats stream add BIG --subjects big --storage memory --defaults &&
    within 300 nats stream add FILES --subjects files --storage file --defaults'
check "refuses publishes when the store in memory is full" filled
figures
check "is alive then" alive
check "serves publishers and readers beside a full store" busy
figures
check "is alive after that" alive
check "stores 250 MB on files" on_files
figures
check "is alive after that" alive
check "delivers from files" read_files
figures
check "uses half of a core" quota
figures
check "is alive at the end" alive
check "has the messages after a restart" eval 'systemctl restart nats.service && within 120 messages FILES 250'
finish
