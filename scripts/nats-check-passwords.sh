#!/bin/sh
# nats-check-passwords.sh FILE: fails and names the lines of a file of passwords (name: "…") in
# which one is empty. A server takes an empty password for one that everybody knows, as nats-server
# does, so the unit asks before it starts.
if wrong=$(grep -nE "^[[:space:]]*[^#[:space:]][^:=]*[:=]?[[:space:]]*(\"\"|'')?[[:space:]]*(#.*)?$" "$1"); then
    printf '%s\n' "$wrong" | sed 's/[:=][^:=]*$//; s/^\([0-9]*\):\(.*\)/nats: the password in line \1 is empty: \2/'
    exit 1
fi
