#!/usr/bin/env bash
# Installs the packages on a real systemd and tries what a service must do there.
#
#   testing/systemd/run.sh [service] [tarball] [nixos] [bridges] [synapse] [limits]      all when none is named
#
#   MILLRACE_BOX    command 'BOX [--vm] [--timeout S] [--memory MB] SHARE SCRIPT' that runs SCRIPT as
#                   root on a throwaway Debian with systemd and passes its output and exit status on;
#                   77 means that it cannot. Without it everything is skipped.
#   MILLRACE_DEB    the package (dist/target/millrace_*.deb)
#   MILLRACE_TARBALL  the other archive (dist/target/millrace-*.tar.gz)
#   NIX_EVAL_MODULE   command 'EVALUATOR --out FOLDER --package NAME=PATH MODULE' that writes the files which
#                   a NixOS configuration makes, and install.sh (../shared/tools/nix-eval-module)
#   MILLRACE_SYNAPSE  command 'UP PORT FOLDER' that starts a Matrix homeserver from a virtual environment of
#                   Python, $SYNAPSE_VENV, which is taken along (../shared/tools/synapse-up)
#   MILLRACE_BRIDGES_DEB   that of the bridges (bridges/target/millrace-bridges_*.deb)
#   MILLRACE_TOOLS  folder with bin/nats (.tools)
#
# 'limits' (MemoryMax, CPUQuota under load) needs a virtual machine, the others a container. Prints a line
# for each check, then how many failed. Exit 0: all well; 1: a check failed; 77: skipped.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)

skip() {
    echo "systemd: skipped: $1"
    exit 77
}

[ -n "${MILLRACE_BOX:-}" ] || skip "MILLRACE_BOX names no command that runs a script on a real systemd"
deb=${MILLRACE_DEB:-$(ls -t "$root"/dist/target/millrace_*.deb 2>/dev/null | head -n 1)}
[ -f "$deb" ] || skip "there is no Debian package; 'bin/millrace package deb' makes it"
cli=${MILLRACE_TOOLS:-$root/.tools}/bin/nats
[ -x "$cli" ] || skip "there is no nats command line at $cli; .ci/install-tools brings it"

share=$(mktemp -d)
trap 'rm -rf "$share"' EXIT
cp "$deb" "$share/millrace.deb"
cp "$cli" "$share/nats"
cp "$here"/*.sh "$here"/*.pl "$share/"
bridges=${MILLRACE_BRIDGES_DEB:-$(ls -t "$root"/bridges/target/millrace-bridges_*.deb 2>/dev/null | head -n 1)}
tarball=${MILLRACE_TARBALL:-$(ls -t "$root"/dist/target/millrace-*.tar.gz 2>/dev/null | head -n 1)}
if [ -f "$tarball" ]; then cp "$tarball" "$share/millrace.tar.gz"; fi
if [ -f "$bridges" ]; then cp "$bridges" "$share/millrace-bridges.deb"; fi

# evaluated PROFILE: what the module makes of it, into the share; the command line as people have it there is
# among the packages of the system, which are no files.
evaluated() {
    local module=$root/nixos/configs/modular-$1.nix
    rm -rf "$share/nixos"
    "$evaluator" --out "$share/nixos" --package millrace=/usr/lib/millrace "$module" >/dev/null &&
        "$evaluator" --package millrace=/usr/lib/millrace --package natscli=/usr "$module" \
            --eval '(lib.findFirst (p: lib.getName p == "nats") null config.environment.systemPackages).text' >"$share/nats-as-typed.json" &&
        echo "$1" >"$share/profile"
}

# synapse VENV: the homeserver with the Python below it and what that is linked to, each where it lies here.
synapse() {
    local python prefix
    python=$(readlink -f "$1/bin/python")
    prefix=$(dirname "$(dirname "$python")")
    tar --exclude=__pycache__ --exclude=site-packages/pip --exclude="${prefix#/}/lib/python*/site-packages" \
        --exclude="${prefix#/}/lib/python*/test" -C / -czf "$share/synapse.tar.gz" "${1#/}" \
        $(cd / && ls -d "${prefix#/}"/bin/python* "${prefix#/}"/lib/libpython3* "${prefix#/}"/lib/python3*)
    mkdir -p "$share/libraries"
    ldd "$prefix"/lib/python3*/lib-dynload/*.so 2>/dev/null | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p' | sort -u |
        grep -v -e '/libc\.so' -e '/libm\.so' -e /libpthread -e /libdl -e /librt | xargs -I{} cp -L {} "$share/libraries/"
    cp "$MILLRACE_SYNAPSE" "$share/synapse-up"
    echo "$1" >"$share/venv"
    cp -R "$root/bridges/gitlab/src/test/resources/gitlab" "$share/samples"
}

# run FLAG…: the part's script in the box, which has a say in $status.
run() {
    local code=0
    # shellcheck disable=SC2086 # the box is a command with its own arguments
    $MILLRACE_BOX "$@" "$share" "$part.sh" || code=$?
    case $code in
    0) ;;
    77) [ "$status" -ne 0 ] || status=77 ;;
    *) status=1 ;;
    esac
}

status=0
[ $# -gt 0 ] || set -- service tarball nixos bridges synapse limits
for part in "$@"; do
    case $part in
    service) flags=(--timeout 900) ;;
    tarball)
        if ! [ -f "$share/millrace.tar.gz" ]; then
            echo "systemd: tarball: skipped: there is none; 'bin/millrace package tarball' makes it"
            [ "$status" -ne 0 ] || status=77
            continue
        fi
        flags=(--timeout 300)
        ;;
    nixos)
        evaluator=${NIX_EVAL_MODULE:-$root/../shared/tools/nix-eval-module}
        if ! [ -f "$share/millrace.tar.gz" ] || ! [ -x "$evaluator" ]; then
            echo "systemd: nixos: skipped: it needs the tarball ('bin/millrace package tarball') and NIX_EVAL_MODULE"
            [ "$status" -ne 0 ] || status=77
            continue
        fi
        cp "$root/docs/P7-NATS-JETSTREAM-SETUP.md" "$root/scripts/nats-jetstream-demo.sh" "$share/"
        for profile in development production; do
            echo "systemd: $part: $profile"
            evaluated $profile || { status=1; continue; }
            run --timeout 400
        done
        continue
        ;;
    synapse)
        venv=${SYNAPSE_VENV:-${XDG_CACHE_HOME:-$HOME/.cache}/synapse-venv}
        if ! [ -f "$share/millrace-bridges.deb" ] || [ -z "${MILLRACE_SYNAPSE:-}" ] || ! [ -x "$venv/bin/synapse_homeserver" ]; then
            echo "systemd: synapse: skipped: it needs the bridges' package, MILLRACE_SYNAPSE, and Synapse in $venv"
            [ "$status" -ne 0 ] || status=77
            continue
        fi
        synapse "$venv"
        flags=(--timeout 400)
        ;;
    bridges)
        if ! [ -f "$share/millrace-bridges.deb" ]; then
            echo "systemd: bridges: skipped: there is no package of them; 'bridges/build package deb' makes it"
            [ "$status" -ne 0 ] || status=77
            continue
        fi
        flags=(--timeout 600)
        ;;
    limits) flags=(--vm --timeout 2400 --memory 2048) ;;
    *)
        echo "systemd: there is no part '$part'; there are service, tarball, nixos, bridges, synapse and limits" >&2
        exit 2
        ;;
    esac
    echo "systemd: $part"
    run "${flags[@]}"
done
exit "$status"
