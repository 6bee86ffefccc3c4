# Every output of flake.nix and default.nix, on every system, as what Nix would build: nothing is
# built, but all of it is evaluated. For scripts/test-nats-config.sh --outputs, with a whole nixpkgs.
#
#   nix-instantiate --eval --strict --read-write-mode nixos/tests/outputs.nix -A names
#   … -A found.NAME      the derivation of one
{
  nixpkgs ? <nixpkgs>,
}:
let
  root = ../..;
  flake = import (root + "/flake.nix");
  systems = [
    "x86_64-linux"
    "aarch64-linux"
  ];

  # What nixpkgs' own flake.nix gives to those who take it as an input.
  whole = import (nixpkgs + "/lib");
  lib = whole // {
    nixosSystem =
      arguments:
      import (nixpkgs + "/nixos/lib/eval-config.nix") (
        {
          inherit lib;
          system = null;
        }
        // arguments
      );
  };
  outputs = flake.outputs {
    self = outputs // {
      outPath = toString root;
    };
    nixpkgs = {
      outPath = nixpkgs;
      inherit lib;
    };
  };

  derivations = prefix: set: lib.mapAttrs' (name: value: lib.nameValuePair "${prefix} ${name}" value.drvPath) set;

  ofFlake =
    system:
    derivations "flake ${system}: package" outputs.packages.${system}
    // derivations "flake ${system}: check" outputs.checks.${system}
    // lib.mapAttrs' (name: app: lib.nameValuePair "flake ${system}: app ${name}" app.program) outputs.apps.${system}
    // {
      "flake ${system}: formatter" = outputs.formatter.${system}.drvPath;
    };

  ofDefault =
    system:
    let
      plain = import (root + "/default.nix") { inherit nixpkgs system; };
      pkgs = import nixpkgs { inherit system; };
      # An archive of one's own; any file has a name and a content.
      archive = root + "/LICENSE";
    in
    derivations "default.nix ${system}:" {
      inherit (plain) millrace devVm prodVm test;
      millrace-bin = plain.millrace-bin.override { inherit archive; };
      millrace-bridges = pkgs.callPackage (root + "/nixos/pkgs/millrace-bridges.nix") { inherit archive; };
    };

  machines = lib.mapAttrs' (
    name: machine: lib.nameValuePair "flake: machine ${name}" machine.config.system.build.toplevel.drvPath
  ) outputs.nixosConfigurations;

  # The module alone, as whoever takes it into his own configuration has it.
  module = lib.nixosSystem {
    system = "x86_64-linux";
    modules = [
      outputs.nixosModules.default
      {
        services.rave.nats.enable = true;
        boot.isContainer = true;
        system.stateVersion = "26.05";
      }
    ];
  };
in
rec {
  names = lib.attrNames found;
  found =
    lib.foldl' (all: system: all // ofFlake system // ofDefault system) machines systems
    // {
      "flake: the module in a configuration of one's own" = module.config.system.build.toplevel.drvPath;
      "flake: the overlay" =
        (import nixpkgs {
          system = "x86_64-linux";
          overlays = [ outputs.overlays.default ];
        }).millrace.drvPath;
    };
}
