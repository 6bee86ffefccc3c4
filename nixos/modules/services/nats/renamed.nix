{ lib, ... }:
let
  inherit (lib) mkRenamedOptionModule mkRemovedOptionModule;
  nats = name: [ "services" "rave" "nats" ] ++ lib.splitString "." name;
in
{
  imports = [
    (mkRenamedOptionModule (nats "httpPort") (nats "monitoring.port"))
    (mkRenamedOptionModule (nats "httpHost") (nats "monitoring.host"))
    (mkRemovedOptionModule (nats "extraConfig") "Use services.rave.nats.settings, whose values are checked.")
  ];
}
