# What a complete system needs besides: a disk, a boot loader, a release. The virtual machine brings
# its own; on a real one, this is what hardware-configuration.nix would say.
{ lib, ... }:
{
  boot.loader.grub.device = lib.mkDefault "/dev/vda";
  fileSystems."/" = lib.mkDefault {
    device = "/dev/disk/by-label/nixos";
    fsType = "ext4";
  };
  time.timeZone = lib.mkDefault "UTC";
  system.stateVersion = "26.05";
}
