# The evaluation tests as text, a line each: "ok NAME" or "no NAME: what was found". For scripts.
{
  lib,
  pkgs ? null,
  config ? null,
  profile ? null,
}:
let
  show = value: builtins.toJSON value;
  line = good: name: found: if good then "ok ${name}" else "no ${name}: ${found}";

  assertion =
    case:
    line
      (
        if case.expected == null then
          case.fired == [ ]
        else
          lib.length case.fired == 1 && lib.hasInfix case.expected (lib.head case.fired)
      )
      (if case.expected == null then case.name else "refused or warned of: ${case.name}")
      "expected ${show case.expected}, said ${show case.fired}";

  value = row: line (row.is == row.shall) row.what "is ${show row.is}, shall be ${show row.shall}";

  rows =
    if profile == null then
      map assertion (import ./assertions.nix { inherit lib pkgs; })
    else
      map value (import ./values.nix { inherit config lib profile; });
in
lib.concatMapStrings (text: builtins.replaceStrings [ "\n" ] [ " " ] text + "\n") rows
