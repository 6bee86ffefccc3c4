#!/usr/bin/env bash
# Checks the NixOS module, both profiles and what they generate; says what it could not check here.
#
#   scripts/test-nats-config.sh [--profile development|production] [--outputs] [--build] [--update]
#
#   --profile   only one of the two
#   --outputs   evaluates every output of flake.nix and default.nix for both systems (minutes; needs the
#               whole nixpkgs)
#   --build     builds the package from source with Nix, too (minutes; needs the whole nixpkgs)
#   --update    writes the generated files into nixos/tests/expected instead of comparing
#
# Without Nix: the shell scripts, the versions, and 'nats-server -t' on the files of
# nixos/tests/expected. With nix-instantiate: the syntax of all Nix files. With NixOS' module system
# too, the evaluation of both profiles, every assertion, and the generated files themselves. The
# module system is nixpkgs in NIX_PATH, or the evaluator that $NIX_EVAL_MODULE names, or the one that
# lies in ../shared/tools beside the checkout.
#
# The server is $NATS_SERVER_BIN, or bin/nats-server once it is built, or nats-server on the PATH.
# Exit status: 0 nothing failed, 1 something did, 2 wrong call.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
root=$PWD

profiles=(development production) outputs=false build=false update=false
while [ $# -gt 0 ]; do
    case $1 in
    --profile)
        case ${2:-} in
        development | production) profiles=("$2") ;;
        *)
            echo "test-nats-config: there is no profile '${2:-}': development or production" >&2
            exit 2
            ;;
        esac
        shift
        ;;
    --outputs) outputs=true ;;
    --build) build=true ;;
    --update) update=true ;;
    -h | --help)
        sed -n '2,20s/^# \{0,1\}//p' "$0"
        exit 0
        ;;
    *)
        echo "test-nats-config: unknown: $1 (see --help)" >&2
        exit 2
        ;;
    esac
    shift
done

work=$(mktemp -d)
trap 'chmod -R u+w "$work" 2>/dev/null; rm -rf "$work"' EXIT

passed=0 failed=0 skipped=0
good() {
    passed=$((passed + 1))
    echo "  ✓ $*"
}
bad() {
    failed=$((failed + 1))
    echo "  ✗ $*"
}
skip() {
    skipped=$((skipped + 1))
    echo "  – skipped: $*"
}

# tell NAME COMMAND...: a mark by the outcome; what a failure said is shown.
tell() {
    local name=$1
    shift
    if "$@" >"$work/said" 2>&1; then
        good "$name"
    else
        bad "$name"
        sed 's/^/      /' "$work/said" | tail -n 15
    fi
}

# own_store COMMAND: runs it, where there is no Nix installation with a store of its own, so that no daemon and no /nix is needed.
own_store() {
    if [ -d /nix/store ] && { [ -w /nix/var/nix/db ] || [ -S /nix/var/nix/daemon-socket/socket ]; }; then
        "$@"
    else
        mkdir -p "$work/nix/etc"
        echo "build-users-group =" >"$work/nix/etc/nix.conf"
        NIX_STORE_DIR=$work/nix/store NIX_STATE_DIR=$work/nix/var NIX_LOG_DIR=$work/nix/log \
            NIX_CONF_DIR=$work/nix/etc HOME=$work "$@"
    fi
}

instantiate() {
    own_store nix-instantiate "$@"
}

have_nix=false evaluator=none
if command -v nix-instantiate >/dev/null 2>&1; then
    have_nix=true
fi
beside=$root/../shared/tools/nix-eval-module
if $have_nix; then
    if [ -n "${NIX_EVAL_MODULE:-}" ]; then
        evaluator=$NIX_EVAL_MODULE
    elif instantiate --eval -E '<nixpkgs/nixos/lib/eval-config.nix>' >/dev/null 2>&1; then
        evaluator=nixpkgs
    elif [ -x "$beside" ]; then
        evaluator=$beside
    fi
fi
no_nix="there is no nix-instantiate (Debian: apt install nix-bin; elsewhere: nixos.org/download)"
no_system="there is no module system: set NIX_PATH=nixpkgs=… (or NIX_EVAL_MODULE)"

# evaluate PROFILE EXPRESSION: prints the string that the expression over config, lib and pkgs gives;
# of no profile with an empty PROFILE.
evaluate() {
    local module=$root/nixos/configs/modular-$1.nix json=$work/answer
    if [ "$evaluator" = nixpkgs ]; then
        local config='{ }'
        [ -z "$1" ] || config="(import <nixpkgs/nixos/lib/eval-config.nix> { system = \"x86_64-linux\"; modules = [ $module ]; }).config"
        instantiate --eval --strict --json --read-write-mode \
            -E "let config = $config; pkgs = import <nixpkgs> { system = \"x86_64-linux\"; }; lib = pkgs.lib; in $2" >"$json" || return 1
    else
        if [ -z "$1" ]; then
            module=$work/nothing.nix
            echo '{ }' >"$module"
        fi
        "$evaluator" --package millrace=/usr "$module" --eval "$2" >"$json" || return 1
    fi
    # A string of JSON as text.
    local text
    text=$(cat "$json")
    text=${text#\"}
    text=${text%\"}
    printf '%b' "${text//\\\"/\"}"
}

# rows PROFILE EXPRESSION: marks for the lines of an evaluation test.
rows() {
    if ! evaluate "$1" "$2" >"$work/rows" 2>"$work/errors"; then
        bad "evaluation${1:+ of the $1 profile}"
        tail -n 15 "$work/errors" | sed 's/^/      /'
        return
    fi
    while IFS= read -r line; do
        case $line in
        "ok "*) good "${line#ok }" ;;
        "no "*) bad "${line#no }" ;;
        esac
    done <"$work/rows"
}

shell_scripts() {
    echo "Scripts"
    local file shell
    for file in scripts/*.sh nixos/modules/services/nats/*.sh; do
        shell="sh"
        if head -n 1 "$file" | grep -q bash; then shell="bash"; fi
        tell "$file" "$shell" -n "$file"
    done
}

syntax() {
    echo "Syntax of the Nix files"
    local file
    if ! $have_nix; then
        skip "$no_nix"
        return
    fi
    while IFS= read -r file; do
        tell "$file" instantiate --parse "$file"
    done < <(find flake.nix default.nix nixos -name '*.nix' | sort)
}

evaluations() {
    local profile
    for profile in "${profiles[@]}"; do
        echo "Evaluation of the $profile profile"
        if ! $have_nix; then
            skip "$no_nix"
        elif [ "$evaluator" = none ]; then
            skip "$no_system"
        else
            rows "$profile" "import $root/nixos/tests/report.nix { profile = \"$profile\"; inherit config lib; }"
        fi
    done
}

assertions() {
    echo "Assertions and warnings"
    if ! $have_nix; then
        skip "$no_nix"
    elif [ "$evaluator" = none ]; then
        skip "$no_system"
    else
        rows "" "import $root/nixos/tests/report.nix { inherit lib pkgs; }"
        local defined tried
        defined=$(($(grep -c '(refuse\|^ *refuse (\|lib\.optional (\|lib\.optional$' nixos/modules/services/nats/checks.nix) +
            $(grep -c '^ *assertion =' nixos/modules/services/nats/bridges.nix)))
        tried=$(grep -c '^      says = ' nixos/tests/assertions.nix)
        if [ "$tried" -ge "$defined" ]; then
            good "none of the $defined is left out ($tried cases)"
        else
            bad "checks.nix and bridges.nix have $defined, and only $tried are tried (nixos/tests/assertions.nix)"
        fi
    fi
}

# What the module takes for reloadable must be so by the table of keys.
reloads() {
    echo "Reload or restart"
    local key table=docs/configuration.md
    while IFS= read -r key; do
        # shellcheck disable=SC2016 # the backquotes are the table's
        if awk -F'|' -v key=" \`$key\` " '$2 == key { found = 1; ok = $6 ~ /yes/ } END { exit !(found && ok) }' "$table" ||
            grep -q "^| \`$key\.[^|]*|[^|]*|[^|]*|[^|]*| yes" "$table"; then
            good "$key is taken over by a reload"
        else
            bad "$key is not reloadable by $table"
        fi
    done < <(sed -n '/reloadable = \[/,/\];/s/^ *"\(.*\)"$/\1/p' nixos/modules/services/nats/server.nix)
}

package() {
    echo "Package"
    local version
    version=$(sed -n 's/.*<version>\(.*\)<\/version>.*/\1/p' pom.xml | head -n 1)
    if grep -q "version = \"$version\"" nixos/pkgs/millrace.nix; then
        good "the package has the version of the sources: $version"
    else
        bad "nixos/pkgs/millrace.nix does not have the version of pom.xml, $version"
    fi
    # Whoever changes a library is not to be stopped by it; who builds the package is.
    if nixos/pkgs/lock --check >"$work/said" 2>&1; then
        good "the lock of its libraries holds what the poms name"
    elif $build; then
        bad "the lock of its libraries is behind: $(head -n 1 "$work/said")"
    else
        skip "the lock of its libraries is behind, so the package cannot be built from source: $(head -n 1 "$work/said")"
    fi
    if ! $have_nix; then
        skip "evaluation of the packages: $no_nix"
    elif [ "$evaluator" != nixpkgs ]; then
        skip "evaluation of the packages: it needs the whole nixpkgs in NIX_PATH"
    else
        tell "the packages evaluate" instantiate --eval -A millrace.name default.nix
    fi
    if ! $build; then
        skip "building it: only with --build"
    elif ! command -v nix-build >/dev/null 2>&1 || [ "$evaluator" != nixpkgs ]; then
        skip "building it: that needs nix-build and the whole nixpkgs in NIX_PATH"
    else
        tell "the package builds" nix-build --no-out-link -A millrace default.nix
    fi
}

# The lock names what flake.nix asks for, as Nix itself reads the two; nothing is fetched for it.
lock() {
    echo "Lock of the flake"
    local asked reference locked
    asked=$(sed -n 's/^ *inputs\.nixpkgs\.url = "github:\(.*\)";$/\1/p' flake.nix)
    reference=$(tr -d ' \n' <flake.lock | sed -n 's/.*"original":{"owner":"\([^"]*\)","ref":"\([^"]*\)","repo":"\([^"]*\)","type":"github"}.*/\1\/\3\/\2/p')
    locked=$(tr -d ' \n' <flake.lock)
    if [ -n "$asked" ] && [ "$asked" = "$reference" ]; then
        good "it is a lock of $asked"
    else
        bad "flake.nix asks for '$asked', and flake.lock has '$reference'"
    fi
    if printf '%s' "$locked" | grep -Eq '"lastModified":[0-9]{10},"narHash":"sha256-[A-Za-z0-9+/]{43}=".*"rev":"[0-9a-f]{40}"'; then
        good "it has a revision, its hash and its time"
    else
        bad "it lacks a revision, its hash or its time"
    fi
    if ! $have_nix || ! command -v nix >/dev/null 2>&1; then
        skip "what Nix says of it: $no_nix"
    elif ! git rev-parse --git-dir >/dev/null 2>&1; then
        skip "what Nix says of it: this is no checkout"
    else
        tell "Nix would not change it" own_store nix --extra-experimental-features "nix-command flakes" \
            flake metadata --offline --no-update-lock-file "git+file://$root"
    fi
}

outputs() {
    echo "Outputs of flake.nix and default.nix"
    local name names
    if ! $outputs; then
        skip "evaluating them: only with --outputs"
    elif ! $have_nix; then
        skip "$no_nix"
    elif [ "$evaluator" != nixpkgs ]; then
        skip "they need the whole nixpkgs in NIX_PATH"
    elif ! names=$(instantiate --eval --json --strict --read-write-mode nixos/tests/outputs.nix -A names 2>"$work/errors"); then
        bad "they have no names"
        tail -n 15 "$work/errors" | sed 's/^/      /'
    else
        while IFS= read -r name || [ -n "$name" ]; do
            tell "$name" instantiate --eval --strict --read-write-mode nixos/tests/outputs.nix -A "found.\"$name\""
        done < <(printf '%s' "$names" | tr ',' '\n' | sed -e 's/^\[*"//' -e 's/"\]*$//')
    fi
}

# server: prints the command that is asked to check files.
server() {
    if [ -n "${NATS_SERVER_BIN:-}" ]; then
        echo "$NATS_SERVER_BIN"
    elif [ -x dist/target/image/bin/nats-server ]; then
        echo "$root/bin/nats-server"
    else
        command -v nats-server
    fi
}

# generated PROFILE: the file that the profile makes against the one that is kept, then -t.
generated() {
    local profile=$1 kept=nixos/tests/expected/$1.conf check=$work/$1 name command
    echo "Generated file of the $profile profile"
    mkdir -p "$check"
    if $have_nix && [ "$evaluator" != none ]; then
        if ! evaluate "$profile" config.services.rave.nats.configText >"$check/nats-server.conf" 2>"$work/errors"; then
            bad "it cannot be generated"
            tail -n 15 "$work/errors" | sed 's/^/      /'
            return
        fi
        if $update; then
            mkdir -p "${kept%/*}"
            cp "$check/nats-server.conf" "$kept"
            good "$kept is written"
        else
            tell "it is $kept (else: --update)" diff "$kept" "$check/nats-server.conf"
        fi
    else
        cp "$kept" "$check/nats-server.conf"
        skip "generating it: $(if $have_nix; then echo "$no_system"; else echo "$no_nix"; fi); $kept is taken"
    fi
    while IFS= read -r name; do
        echo "a password for the check" >"$check/${name#password_}"
        set -- "$@" "${name#password_}=$check/${name#password_}"
    done < <(grep -o 'password_[A-Za-z0-9_-]*' "$check/nats-server.conf" | sort -u)
    shift
    tell "passwords come from files" sh nixos/modules/services/nats/credentials.sh users "$check/users.conf" "$@"
    : >"$check/empty"
    if sh nixos/modules/services/nats/credentials.sh users "$check/never.conf" "gitlab=$check/empty" >"$work/refusal" 2>&1; then
        bad "an empty password is not refused"
    else
        tell "an empty password is refused, with what to do" grep -q "'gitlab' is empty: write one into" "$work/refusal"
    fi
    command=$(server)
    if [ -z "$command" ]; then
        skip "nats-server -t: no server is built (bin/millrace build) and none is on the PATH"
        return
    fi
    # shellcheck disable=SC2086 # the command may have arguments
    tell "nats-server -t accepts it" timeout 60 $command -t -c "$check/nats-server.conf"
    sed 's/^port:/prot:/' "$check/nats-server.conf" >"$check/wrong.conf"
    # shellcheck disable=SC2086
    if timeout 60 $command -t -c "$check/wrong.conf" >"$work/said" 2>&1; then
        bad "nats-server -t accepts a file with a slip"
    else
        good "nats-server -t refuses it with a slip in it"
    fi
}

shell_scripts
syntax
evaluations
assertions
reloads
lock
package
outputs
for profile in "${profiles[@]}"; do
    generated "$profile"
done

echo
if [ "$failed" -eq 0 ]; then
    echo "✓ $passed passed, none failed, $skipped skipped"
    exit 0
fi
echo "✗ $failed failed, $passed passed, $skipped skipped"
exit 1
