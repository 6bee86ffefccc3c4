# pkgs.millrace (from source) and pkgs.millrace-bin (the released image).
final: _: {
  millrace = final.callPackage ./pkgs/millrace.nix { };
  millrace-bin = final.callPackage ./pkgs/millrace-bin.nix { };
}
