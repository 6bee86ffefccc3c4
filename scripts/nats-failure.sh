#!/usr/bin/env bash
# nats-failure.sh UNIT: says in the journal that a unit has failed, and runs what is executable in
# $NATS_FAILURE_HOOKS (/etc/nats/on-failure.d) with its name. Called by systemd's OnFailure.
set -uo pipefail
unit=${1:?the name of a unit}
echo "nats-failure: $unit has failed ($(systemctl show --property=Result --value "$unit"))"
failed=0
for hook in "${NATS_FAILURE_HOOKS:-/etc/nats/on-failure.d}"/*; do
    [ -f "$hook" ] && [ -x "$hook" ] || continue
    if ! "$hook" "$unit"; then
        echo "nats-failure: $hook did not succeed"
        failed=1
    fi
done
exit "$failed"
