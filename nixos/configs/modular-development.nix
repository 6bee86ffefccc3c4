# The platform's development system: NATS without logins, watched closely, behind nginx over HTTP.
# A virtual machine of it:
#
#   nix run .#rave-dev-vm         or, without flakes:
#   nix-build -A devVm && result/bin/run-rave-vm
#
# In it, as root or as the user rave (password rave):
#
#   nats server info
#   nats stream create ORDERS --subjects 'orders.>' --defaults
#   echo hello | nats pub orders.new
#   curl http://rave.local/nats/healthz
{ pkgs, ... }:
{
  imports = [
    ../modules/services/nats
    ./machine.nix
  ];

  networking.hostName = "rave";
  networking.domain = "local";
  networking.hosts."127.0.0.1" = [ "rave.local" ];
  networking.firewall.allowedTCPPorts = [ 80 ];

  services.rave.nats = {
    enable = true;
    serverName = "rave-dev-nats";
    # Everybody who reaches the port may do everything, so only this machine does.
    host = "127.0.0.1";
    port = 4222;
    safeMode = false;
    debug = true;
    trace = true;
    lameDuckSeconds = 30;

    memory = "512MB";
    jetstream = {
      maxMemory = "128MB";
      maxFileStore = "512MB";
    };
    limits.maxConnections = 65536;
    auth.enable = false;
    # ws://rave.local/nats/ws
    websocket.enable = true;

    nginx = {
      enable = true;
      virtualHost = "rave.local";
      allow = [ "all" ];
    };

    # For the platform's Prometheus and Grafana, where this machine has them.
    prometheus.enable = true;
    grafana.enable = true;
  };

  users.users.rave = {
    isNormalUser = true;
    # For a machine to try things on, and nothing else.
    password = "rave";
    extraGroups = [ "wheel" ];
  };
  environment.systemPackages = [ pkgs.curl ];

  virtualisation = {
    vmVariant.virtualisation = {
      memorySize = 1536;
      cores = 2;
      diskSize = 4096;
      graphics = false;
      forwardPorts = [
        {
          from = "host";
          host.port = 8080;
          guest.port = 80;
        }
      ];
    };
  };
}
