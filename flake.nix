{
  description = "Millrace, a server for the NATS protocol with JetStream, and its NixOS module";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;
      systems = [
        "x86_64-linux"
        "aarch64-linux"
      ];
      each =
        f:
        lib.genAttrs systems (
          system:
          f (
            import nixpkgs {
              inherit system;
              overlays = [ self.overlays.default ];
            }
          )
        );
      machine =
        system: configuration:
        lib.nixosSystem {
          inherit system;
          modules = [
            configuration
            { nixpkgs.overlays = [ self.overlays.default ]; }
          ];
        };
      vm = system: configuration: (machine system configuration).config.system.build.vm;
      development = ./nixos/configs/modular-development.nix;
      production = ./nixos/configs/modular-production.nix;
    in
    {
      overlays.default = import ./nixos/overlay.nix;

      nixosModules.default = {
        imports = [ ./nixos/modules/services/nats ];
        nixpkgs.overlays = [ self.overlays.default ];
      };

      nixosConfigurations = {
        rave-dev = machine "x86_64-linux" development;
        rave-prod = machine "x86_64-linux" production;
      };

      packages = each (pkgs: {
        default = pkgs.millrace;
        inherit (pkgs) millrace;
        rave-dev-vm = vm pkgs.stdenv.hostPlatform.system development;
        rave-prod-vm = vm pkgs.stdenv.hostPlatform.system production;
      });

      # nix run .#rave-dev-vm
      apps = each (
        pkgs:
        lib.genAttrs [ "rave-dev-vm" "rave-prod-vm" ] (name: {
          type = "app";
          program = "${self.packages.${pkgs.stdenv.hostPlatform.system}.${name}}/bin/run-rave-vm";
        })
      );

      # The machine test needs KVM; the others only evaluate.
      checks = each (pkgs: {
        inherit (pkgs) millrace;
        machine = pkgs.testers.runNixOSTest ./nixos/tests/vm.nix;
        assertions =
          let
            report = import ./nixos/tests/report.nix {
              inherit lib;
              inherit pkgs;
            };
          in
          pkgs.runCommand "nats-assertions" { inherit report; } ''
            printf '%s' "$report"
            ! printf '%s' "$report" | grep '^no '
            touch $out
          '';
      });

      formatter = each (pkgs: pkgs.nixfmt);
    };
}
