# The platform's production system: NATS with logins for gitlab, matrix and monitoring, each with
# the rights that its subjects, its inbox and its streams need and no more; HTTPS; limits that hold.
# A virtual machine of it:
#
#   nix run .#rave-prod-vm        or, without flakes:
#   nix-build -A prodVm && result/bin/run-rave-vm
#
# In it, as root:
#
#   nats server info
#   nats stream create ORDERS --subjects 'orders.>' --defaults
#   echo hello | nats pub orders.new
#   curl --insecure https://rave.local/nats/healthz
#   nats --context /run/nats-cli/gitlab.json pub gitlab.deploy.start '{}'
#
# Before it goes to the world: networking.domain and the virtual host (below: rave.local) must be a
# name that ACME can check, and security.acme.defaults.email somebody's address. Until there is a
# certificate, nginx shows one that it signed itself.
{ lib, pkgs, ... }:
let
  # What reading from a durable consumer by pulling takes: to look at it, to ask for messages, to
  # acknowledge them. Not to make one: a consumer may be told to send to any subject, which would be
  # a way around all the rights here. The consumers are declared below.
  reads = stream: consumer: [
    "$JS.API.CONSUMER.INFO.${stream}.${consumer}"
    "$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}"
    "$JS.ACK.${stream}.${consumer}.>"
  ];
  # What a client asks before it writes to a stream; the acknowledgement comes to its inbox.
  looksAt = stream: [ "$JS.API.STREAM.INFO.${stream}" ];
  # A room gets one message after the other, and again the one that it did not get.
  inOrder = {
    max_ack_pending = 1;
    ack_wait = "60s";
  };
in
{
  imports = [
    ../modules/services/nats
    ./machine.nix
  ];

  networking.hostName = "rave";
  networking.domain = "local";
  networking.hosts."127.0.0.1" = [ "rave.local" ];
  networking.firewall.allowedTCPPorts = [
    80
    443
  ];

  security.acme = {
    acceptTerms = true;
    defaults.email = lib.mkDefault "admin@rave.local";
  };

  services.rave.nats = {
    enable = true;
    serverName = "rave-prod-nats";
    # GitLab, Synapse and the monitoring run on this machine. For others: host, tls and openFirewall.
    host = "127.0.0.1";
    port = 4222;
    safeMode = true;
    debug = false;

    # One number: systemd's limit, the heap and the buffers follow it.
    memory = "512MB";
    cpuQuota = "50%";
    jetstream = {
      maxMemory = "512MB";
      maxFileStore = "2GB";
    };
    limits = {
      maxConnections = 100000;
      maxPayload = 2097152;
    };

    auth = {
      enable = true;
      # With sops-nix or agenix: passwordFile = config.sops.secrets."nats/gitlab".path; instead of
      # generatePassword. The bridges read the same files by LoadCredential.
      users = {
        gitlab = {
          generatePassword = true;
          inboxPrefix = "_INBOX_gitlab";
          publish = [
            "gitlab.>"
            "build.>"
            "deploy.>"
          ]
          ++ looksAt "GITLAB";
          subscribe = [
            "gitlab.>"
            "build.>"
            "deploy.>"
          ];
        };
        matrix = {
          generatePassword = true;
          inboxPrefix = "_INBOX_matrix";
          publish = [
            "matrix.>"
            "notifications.>"
          ]
          ++ looksAt "MATRIX"
          ++ lib.concatMap looksAt [
            "GITLAB"
            "ALERTS"
          ]
          ++ reads "GITLAB" "matrix"
          ++ reads "ALERTS" "matrix"
          ++ reads "MATRIX" "matrix"
          # Where the bridge keeps how far it has read its rooms.
          ++ looksAt "KV_matrix-bridge"
          ++ [
            "$KV.matrix-bridge.>"
            "$JS.API.DIRECT.GET.KV_matrix-bridge.>"
          ];
          # The rooms show what GitLab and the monitoring say.
          subscribe = [
            "matrix.>"
            "notifications.>"
            "gitlab.>"
            "build.>"
            "deploy.>"
            "alerts.>"
          ];
        };
        monitoring = {
          generatePassword = true;
          inboxPrefix = "_INBOX_monitoring";
          publish = [
            "metrics.>"
            "alerts.>"
            "health.check.>"
            # To count streams and consumers and how far behind these are; nothing of their messages.
            "$JS.API.INFO"
            "$JS.API.STREAM.NAMES"
            "$JS.API.STREAM.LIST"
            "$JS.API.STREAM.INFO.*"
            "$JS.API.CONSUMER.NAMES.*"
            "$JS.API.CONSUMER.LIST.*"
            "$JS.API.CONSUMER.INFO.*.*"
          ];
          subscribe = [
            "metrics.>"
            "alerts.>"
            "health.check.>"
          ];
          # It is asked whether all is well, and may answer.
          allowResponses = true;
        };
      };
    };

    streams = {
      GITLAB = {
        subjects = [
          "gitlab.>"
          "build.>"
          "deploy.>"
        ];
        max_bytes = "1GB";
        max_age = "30d";
        # GitLab keeps what it could not deliver for days, and somebody may have it sent again.
        duplicate_window = "7d";
        consumers.matrix = inOrder;
      };
      MATRIX = {
        subjects = [
          "matrix.>"
          "notifications.>"
        ];
        max_bytes = "256MB";
        max_age = "7d";
        duplicate_window = "1h";
        consumers.matrix = inOrder // {
          filter_subjects = [
            "matrix.notify.>"
            "matrix.alert.>"
            "notifications.>"
          ];
        };
      };
      ALERTS = {
        subjects = [
          "alerts.>"
          "metrics.alert.>"
        ];
        max_bytes = "256MB";
        max_age = "30d";
        # Shorter than the time after which Alertmanager repeats an alert on purpose.
        duplicate_window = "3h";
        consumers.matrix = inOrder;
      };
      # The bucket in which the Matrix bridge keeps how far it has read its rooms.
      KV_matrix-bridge = {
        subjects = [ "$KV.matrix-bridge.>" ];
        max_bytes = "1MB";
        max_msgs_per_subject = 1;
        discard = "new";
        allow_direct = true;
        allow_rollup_hdrs = true;
        deny_delete = true;
      };
    };

    # wss://rave.local/nats/ws, for those who can log in.
    websocket.enable = true;

    health.alertSubject = "alerts.nats.health";
    backup.enable = true;

    nginx = {
      enable = true;
      virtualHost = "rave.local";
      acme = true;
      # healthz is for everybody, the other pages for this machine and private networks.
      allow = [
        "127.0.0.1"
        "::1"
        "10.0.0.0/8"
        "172.16.0.0/12"
        "192.168.0.0/16"
        "fd00::/8"
      ];
    };

    # For the platform's Prometheus (job nats) and Grafana, where this machine has them.
    prometheus.enable = true;
    grafana.enable = true;

    # The bridges need an archive (bridges/build package) and secrets, so they are off here. With
    # both, each logs in as a user from above; docs/bridges.md says what the settings mean:
    #
    #   bridges = {
    #     package = pkgs.callPackage ../pkgs/millrace-bridges.nix {
    #       archive = ./millrace-bridges-0.1.0-linux-x86_64.tar.gz;
    #     };
    #     # Webhooks of GitLab, 127.0.0.1:4195, as the user gitlab.
    #     gitlab = {
    #       enable = true;
    #       credentials.hook-token = "/run/secrets/gitlab-hook-token";
    #     };
    #     # Alerts of this machine's Alertmanager, 127.0.0.1:4198, as the user monitoring. The same
    #     # file goes to Alertmanager.
    #     alertmanager = {
    #       enable = true;
    #       credentials.alertmanager-token = "/run/secrets/alertmanager-token";
    #     };
    #     # Rooms, as the user matrix: each reads the consumer that its stream declares above.
    #     matrix = {
    #       enable = true;
    #       credentials.matrix-token = "/run/secrets/matrix-token";
    #       settings = {
    #         matrix.homeserver = "https://matrix.rave.local";
    #         rooms = [
    #           {
    #             name = "deploys";
    #             room = "#deploys:rave.local";
    #             stream = "GITLAB";
    #             consumer = "matrix";
    #             subjects = [ "gitlab.deploy.*" ];
    #           }
    #           {
    #             name = "alerts";
    #             room = "#alerts:rave.local";
    #             stream = "ALERTS";
    #             consumer = "matrix";
    #             subjects = [ "alerts.>" ];
    #           }
    #         ];
    #       };
    #     };
    #   };
  };

  environment.systemPackages = [ pkgs.curl ];

  virtualisation.vmVariant = {
    users.users.root.password = "rave";
    virtualisation = {
      memorySize = 2048;
      cores = 2;
      diskSize = 8192;
      graphics = false;
      forwardPorts = [
        {
          from = "host";
          host.port = 8443;
          guest.port = 443;
        }
      ];
    };
  };
}
