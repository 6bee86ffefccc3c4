#!/bin/sh
# Makes the streams and consumers that are declared, and changes those that are there, so that the
# programs that use them need no right to make any. What is not declared is left alone.
#
#   streams.sh FOLDER     FOLDER/STREAM.json and FOLDER/STREAM/CONSUMER.json, as 'nats stream add
#                         --config' and 'nats consumer add --config' read them
#
# Needs the nats command line, and its environment or a context that says who we are.
set -eu

nats_now() {
    nats "$@" </dev/null
}

for file in "$1"/*.json; do
    [ -e "$file" ] || continue
    stream=$(basename "$file" .json)
    if nats_now stream info "$stream" --json >/dev/null 2>&1; then
        # The command line does not change what is below a bucket without asking.
        case $stream in KV_* | OBJ_*) continue ;; esac
        nats_now stream edit "$stream" --config "$file" --force >/dev/null
    else
        nats_now stream add "$stream" --config "$file" >/dev/null
        echo "made the stream $stream"
    fi
    for consumer_file in "$1/$stream"/*.json; do
        [ -e "$consumer_file" ] || continue
        consumer=$(basename "$consumer_file" .json)
        if nats_now consumer info "$stream" "$consumer" --json >/dev/null 2>&1; then
            nats_now consumer edit "$stream" "$consumer" --config "$consumer_file" --force >/dev/null
        else
            nats_now consumer add "$stream" "$consumer" --config "$consumer_file" >/dev/null
            echo "made the consumer $consumer of $stream"
        fi
    done
done
