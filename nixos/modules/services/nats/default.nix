# services.rave.nats: Millrace, a server for the NATS protocol, as a service of NixOS.
#
#   options.nix       what can be set
#   renamed.nix       names that the platform used before
#   checks.nix        what is refused or warned of, each with its remedy
#   server.nix        nats.service, its configuration and its secrets
#   surroundings.nix  firewall, log rotation, health, backup, nginx, command line
#   streams.nix       streams and consumers that are declared
#   bridges.nix       GitLab and Alertmanager into streams, streams into Matrix rooms
#   monitoring.nix    Prometheus, Alertmanager, Grafana
{
  imports = [
    ./options.nix
    ./renamed.nix
    ./checks.nix
    ./server.nix
    ./surroundings.nix
    ./streams.nix
    ./bridges.nix
    ./monitoring.nix
  ];

  meta.maintainers = [ ];
}
