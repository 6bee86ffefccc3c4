# What watches the server: its place in the machine's Prometheus, Alertmanager and Grafana.
#
# Prometheus and Grafana are the machine's own, switched on elsewhere (services.prometheus.enable,
# services.grafana.enable); here they only get to know NATS. Alertmanager is switched on with the
# bridge that it talks to. The files are those of the folder monitoring.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.services.rave.nats;
  inherit (lib) mkOption mkEnableOption types;

  files = ../../../../monitoring;
  local = host: if host == "0.0.0.0" || host == "::" then "127.0.0.1" else host;
  pages = "${local cfg.monitoring.host}:${toString cfg.monitoring.port}";
  metrics = (if cfg.monitoring.basePath == "/" then "" else cfg.monitoring.basePath) + "/metrics";

  # The rules ask for the job by its name.
  rules =
    file:
    pkgs.writeText "nats-${file}" (
      builtins.replaceStrings [ ''job="millrace"'' ] [ ''job="${cfg.prometheus.job}"'' ] (
        builtins.readFile (files + "/${file}")
      )
    );

  bridges = lib.filterAttrs (_: bridge: bridge.enable) {
    inherit (cfg.bridges) gitlab matrix alertmanager;
  };
  bridge = cfg.bridges.alertmanager;
  told = cfg.prometheus.enable && bridge.enable;
  # Tests evaluate without Alertmanager's own module, so nothing may be there.
  alertmanagerRuns = config.services.prometheus.alertmanager.enable or false;
  alertmanagerPort = config.services.prometheus.alertmanager.port or 9093;
in
{
  options.services.rave.nats = {
    prometheus = {
      enable = mkEnableOption "the server, its rules and its alerts in {option}`services.prometheus`";
      job = mkOption {
        type = types.strMatching "[A-Za-z0-9_-]+";
        default = "nats";
        description = "Name of the job; the bridges, where they are on, are the job of this name and `-bridges`.";
      };
      interval = mkOption {
        type = types.strMatching "[0-9]+(ms|s|m)";
        default = "15s";
        description = "Time between two scrapes.";
      };
      receiver = mkOption {
        type = types.raw;
        readOnly = true;
        defaultText = lib.literalMD "the receiver `nats`";
        description = ''
          The receiver that Alertmanager gets for {option}`services.rave.nats.bridges.alertmanager`,
          to put among the receivers of a configuration of your own.
        '';
      };
    };
    grafana.enable = mkEnableOption "the boards of the server in {option}`services.grafana`";
  };

  config = lib.mkMerge [
    {
      services.rave.nats.prometheus.receiver = {
        name = "nats";
        webhook_configs = [
          {
            url = "http://${bridge.settings.listen}/hooks/alertmanager";
            max_alerts = 500;
            http_config.authorization.credentials_file = "/run/credentials/alertmanager.service/alertmanager-token";
          }
        ];
      };
    }

    (lib.mkIf (cfg.enable && cfg.prometheus.enable) {
      services.prometheus = {
        scrapeConfigs = [
          {
            job_name = cfg.prometheus.job;
            scrape_interval = cfg.prometheus.interval;
            metrics_path = metrics;
            static_configs = [ { targets = [ pages ]; } ];
          }
        ]
        ++ lib.optional (bridges != { }) {
          job_name = "${cfg.prometheus.job}-bridges";
          scrape_interval = cfg.prometheus.interval;
          static_configs = lib.mapAttrsToList (name: one: {
            targets = [ one.settings.status ];
            labels.bridge = name;
          }) bridges;
        };
        ruleFiles = map rules [
          "rules.yml"
          "alerts.yml"
        ];
      };
    })

    (lib.mkIf (cfg.enable && told) {
      services.prometheus = {
        # All of it gives way to what somebody says himself.
        alertmanager = {
          enable = lib.mkDefault true;
          listenAddress = lib.mkDefault "127.0.0.1";
          configuration = lib.mkDefault {
            route = {
              receiver = "nats";
              group_by = [
                "alertname"
                "instance"
              ];
              # Longer than the stream ALERTS takes a repetition for the same message.
              repeat_interval = "4h";
            };
            receivers = [ cfg.prometheus.receiver ];
          };
        };
        alertmanagers = [
          {
            static_configs = lib.optional alertmanagerRuns {
              targets = [ "127.0.0.1:${toString alertmanagerPort}" ];
            };
          }
        ];
      };
      systemd.services = lib.mkIf alertmanagerRuns {
        alertmanager.serviceConfig.LoadCredential = [
          "alertmanager-token:${bridge.credentials.alertmanager-token}"
        ];
      };
    })

    (lib.mkIf (cfg.enable && cfg.grafana.enable) {
      services.grafana.provision = {
        enable = true;
        dashboards.settings.providers = [
          {
            name = "nats";
            folder = "NATS";
            options.path = "${files + "/grafana"}";
          }
        ];
      };
    })
  ];
}
