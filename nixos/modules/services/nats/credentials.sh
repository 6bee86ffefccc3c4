#!/bin/sh
# Passwords and keys on their way to the server; nothing of it ever lies in the Nix store.
#
#   credentials.sh generate FILE...            draws a password for each file that is not there
#   credentials.sh users OUT NAME=FILE...      writes OUT: password_NAME: "..." for each user
#   credentials.sh copy OUT FILE               copies a key or a certificate
#   credentials.sh context OUT URL USER FILE INBOX CA
#                                              writes a context of the command line; USER, FILE,
#                                              INBOX and CA may be empty
#
# OUT gets mode 0600, or 0640 and the group $CREDENTIALS_GROUP, and the owner $CREDENTIALS_OWNER
# when they are set. It appears whole or not at all: it is written beside (in $CREDENTIALS_STAGE or
# the folder of OUT) and renamed. A password that is missing, empty, of several lines or not
# readable is refused, and nothing is written.
set -eu
umask 077

refuse() {
    echo "nats credentials: $*" >&2
    exit 1
}

# password USER FILE: sets $password.
password() {
    [ -r "$2" ] || refuse "the password file of user '$1' cannot be read: $2"
    password=$(cat "$2")
    case $password in
    *[![:space:]]*) ;;
    *) refuse "the password of user '$1' is empty: write one into its password file ($2), for instance by openssl rand -base64 24" ;;
    esac
    case $password in
    *[[:cntrl:]]*) refuse "the password of user '$1' in $2 has more than one line or control characters" ;;
    esac
}

# quoted TEXT: prints it as a string of JSON, which the configuration file reads in the same way.
quoted() {
    printf '"%s"' "$(printf '%s' "$1" | sed 's/\\/\\\\/g; s/"/\\"/g')"
}

# place OUT: puts standard input there.
place() {
    staged=$(mktemp -p "${CREDENTIALS_STAGE:-${1%/*}}")
    trap 'rm -f "$staged"' EXIT
    cat >"$staged"
    [ -z "${CREDENTIALS_OWNER:-}" ] || chown -h "$CREDENTIALS_OWNER" "$staged"
    if [ -n "${CREDENTIALS_GROUP:-}" ]; then
        chgrp -h "$CREDENTIALS_GROUP" "$staged"
        chmod 0640 "$staged"
    fi
    mv -fT "$staged" "$1"
}

generate() {
    for file; do
        [ ! -s "$file" ] || continue
        # 32 letters and digits: 190 bits.
        drawn=$(head -c 1000 /dev/urandom | LC_ALL=C tr -dc 'A-Za-z0-9' | cut -c 1-32)
        [ ${#drawn} -eq 32 ] || refuse "no random numbers from /dev/urandom"
        printf '%s\n' "$drawn" | place "$file"
    done
}

users() {
    out=$1
    shift
    text=
    for pair; do
        password "${pair%%=*}" "${pair#*=}"
        text="${text}password_${pair%%=*}: $(quoted "$password")
"
    done
    printf '%s' "$text" | place "$out"
}

copy() {
    [ -s "$2" ] || refuse "$2 is empty or cannot be read"
    place "$1" <"$2"
}

context() {
    login=
    if [ -n "$3" ]; then
        password "$3" "$4"
        case $password in
        \$2[abxy]\$*)
            echo "nats credentials: $4 holds a hash, so no context is made for user '$3'" >&2
            return 0
            ;;
        esac
        login=", \"user\": $(quoted "$3"), \"password\": $(quoted "$password")"
    fi
    printf '{"description": %s, "url": %s%s, "inbox_prefix": %s, "ca": %s}\n' \
        "$(quoted "made by the NixOS module")" "$(quoted "$2")" "$login" "$(quoted "$5")" "$(quoted "$6")" |
        place "$1"
}

command=${1:-}
case $command in
generate | users | copy | context)
    shift
    "$command" "$@"
    ;;
*) refuse "there is no command '$command'" ;;
esac
