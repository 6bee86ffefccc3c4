# Without flakes:
#
#   nix-build -A millrace        the server from source
#   nix-build -A devVm           a virtual machine of the development profile
#   nix-build -A prodVm          … of the production profile
#   nix-build -A test            the NixOS test (needs KVM)
#   imports = [ (import ./. { }).module ];   in a configuration
{
  nixpkgs ? <nixpkgs>,
  system ? builtins.currentSystem,
}:
let
  pkgs = import nixpkgs {
    inherit system;
    overlays = [ (import ./nixos/overlay.nix) ];
  };
  machine =
    configuration:
    import (nixpkgs + "/nixos/lib/eval-config.nix") {
      inherit system;
      modules = [
        configuration
        { nixpkgs.overlays = [ (import ./nixos/overlay.nix) ]; }
      ];
    };
in
{
  inherit (pkgs) millrace millrace-bin;
  module = ./nixos/modules/services/nats;
  overlay = import ./nixos/overlay.nix;
  devVm = (machine ./nixos/configs/modular-development.nix).config.system.build.vm;
  prodVm = (machine ./nixos/configs/modular-production.nix).config.system.build.vm;
  test = pkgs.testers.runNixOSTest ./nixos/tests/vm.nix;
}
