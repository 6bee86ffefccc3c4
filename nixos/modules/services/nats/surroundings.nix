# What stands around the server: firewall, log rotation, health, backup, nginx, the command line.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.services.rave.nats;
  logins = import ./users.nix { inherit cfg lib; };
  inherit (lib) mkIf mkMerge optional optionalAttrs;

  scripts = ../../../../scripts;
  script = name: pkgs.writeScript name (builtins.readFile (scripts + "/${name}"));
  credentials = pkgs.writeScript "nats-credentials" (builtins.readFile ./credentials.sh);

  local = host: if host == "0.0.0.0" || host == "::" then "127.0.0.1" else host;
  # Who connects from this machine under TLS uses the name that the certificate is for.
  name = if cfg.tls.enable && cfg.tls.acmeHost != null then cfg.tls.acmeHost else local cfg.host;
  at = user: "${if cfg.tls.enable then "tls" else "nats"}://${lib.optionalString (user != "") "${user}@"}${name}:${toString cfg.port}";
  pages = "http://${local cfg.monitoring.host}:${toString cfg.monitoring.port}";
  under = page: if cfg.monitoring.basePath == "/" then "/${page}" else "${cfg.monitoring.basePath}/${page}";
  ca = if cfg.tls.enable && cfg.tls.caFile != null then cfg.tls.caFile else "";

  # For the small services beside the server, none of which compiles while it runs.
  confined = import ./hardening.nix // {
    MemoryDenyWriteExecute = true;
  };

  # Contexts that nobody has to log in for are made for everybody's use.
  context =
    file: user: url:
    let
      login = logins.all.${user};
    in
    "${credentials} context ${
      lib.escapeShellArgs (
        [
          "/run/nats-cli/${file}.json"
          url
        ]
        ++ (
          if user == "anonymous" then
            [
              ""
              ""
              ""
            ]
          else
            [
              user
              login.file
              (if login.inbox == null then "" else login.inbox)
            ]
        )
        ++ [ ca ]
      )
    }";
  people = lib.filter (user: user != "health" && user != "backup") (lib.attrNames logins.usable);
  # Without logins there is nothing to keep from the users of the machine but the system account.
  cliGroup = if cfg.auth.enable then cfg.cli.group else "users";
  everyday = if cfg.auth.enable then "admin" else "anonymous";

  # The command line as people type it.
  nats = pkgs.writeShellScriptBin "nats" (
    builtins.replaceStrings
      [
        "@contexts@"
        "@group@"
        "@nats@"
      ]
      [
        "/run/nats-cli"
        cliGroup
        (lib.getExe' cfg.cli.package "nats")
      ]
      (builtins.readFile ./cli.sh)
  );

  guarded = extra: {
    proxyPass = pages;
    recommendedProxySettings = true;
    extraConfig = ''
      limit_except GET { deny all; }
      ${extra}
    '';
  };
  fenced = lib.optionalString (!lib.elem "all" cfg.nginx.allow) (
    lib.concatMapStrings (network: "allow ${network};\n") cfg.nginx.allow + "deny all;"
  );
in
{
  config = mkIf cfg.enable (mkMerge [
    {
      networking.firewall.allowedTCPPorts =
        optional cfg.openFirewall cfg.port ++ optional cfg.monitoring.openFirewall cfg.monitoring.port;
    }

    (mkIf (cfg.logging.file != null) {
      services.logrotate.settings.nats = {
        files = cfg.logging.file;
        frequency = "daily";
        rotate = cfg.logging.keepDays;
        compress = true;
        # The server writes into the renamed file until it has heard of it: compress that a day later.
        delaycompress = true;
        missingok = true;
        notifempty = true;
        su = "nats nats";
        postrotate = "${lib.getExe' config.systemd.package "systemctl"} kill --kill-whom=main --signal=USR1 nats.service || true";
      };
    })

    (mkIf cfg.health.enable {
      systemd.services.nats-health-check = {
        description = "Whether the NATS server is well";
        after = [ "nats.service" ];
        onFailure = cfg.health.onFailure;
        path = [
          pkgs.bash
          pkgs.coreutils
          pkgs.curl
          cfg.cli.package
          config.systemd.package
        ];
        environment = {
          HOME = "/var/empty";
          XDG_CONFIG_HOME = "/var/empty";
          NATS_HEALTH_URL = "${pages}${under "healthz"}";
          NATS_UNIT = "nats.service";
          NATS_MAX_FAILURES = toString cfg.health.maxFailures;
          NATS_ALERT_URL = at "health";
          NATS_ALERT_SUBJECT = cfg.health.alertSubject;
          NATS_ALERT_CREDENTIAL_FILE = "%d/password";
        }
        // optionalAttrs (ca != "") { NATS_CA = "%d/ca"; };
        serviceConfig = confined // {
          Type = "oneshot";
          # As root: it restarts the server. Without any capability it can do little else.
          ExecStart = "${pkgs.bash}/bin/bash ${script "nats-health-check.sh"}";
          LoadCredential = [ "password:${logins.all.health.file}" ] ++ optional (ca != "") "ca:${ca}";
          StateDirectory = "nats-health-check";
          TimeoutStartSec = 300;
        };
      };
      systemd.timers.nats-health-check = {
        description = "Looks after the NATS server";
        wantedBy = [ "timers.target" ];
        timerConfig = {
          OnBootSec = "2min";
          OnUnitActiveSec = cfg.health.interval;
        };
      };
    })

    (mkIf (cfg.backup.enable && cfg.jetstream.enable) {
      users.users.nats-backup = {
        description = "Backups of the NATS server";
        isSystemUser = true;
        group = "nats-backup";
      };
      users.groups.nats-backup = { };
      systemd.services.nats-backup = {
        description = "Backup of the NATS server's streams";
        after = [ "nats.service" ];
        requisite = [ "nats.service" ];
        onFailure = cfg.health.onFailure;
        path = [
          pkgs.bash
          pkgs.coreutils
          pkgs.gnugrep
          pkgs.util-linux
          cfg.cli.package
        ];
        environment = {
          HOME = "/tmp";
          XDG_CONFIG_HOME = "/tmp";
          NATS_URL = at "backup";
          NATS_BACKUP_CREDENTIAL_FILE = "%d/password";
          NATS_BACKUP_DIR = cfg.backup.dir;
          NATS_BACKUP_KEEP = toString cfg.backup.keep;
        }
        // optionalAttrs (ca != "") { NATS_CA = "%d/ca"; };
        serviceConfig = confined // {
          Type = "oneshot";
          User = "nats-backup";
          Group = "nats-backup";
          # By root: the folder may be anywhere.
          ExecStartPre = "+${lib.getExe' pkgs.coreutils "install"} -d -m 0700 -o nats-backup -g nats-backup ${cfg.backup.dir}";
          ExecStart = "${pkgs.bash}/bin/bash ${script "nats-backup.sh"}";
          LoadCredential = [ "password:${logins.all.backup.file}" ] ++ optional (ca != "") "ca:${ca}";
          ReadWritePaths = [ "-${cfg.backup.dir}" ];
          TimeoutStartSec = "6h";
        };
      };
      systemd.timers.nats-backup = {
        description = "Backs up the NATS server's streams";
        wantedBy = [ "timers.target" ];
        timerConfig = {
          OnCalendar = cfg.backup.at;
          RandomizedDelaySec = "10min";
          Persistent = true;
        };
      };
    })

    (mkIf cfg.nginx.enable {
      services.nginx = {
        enable = true;
        virtualHosts.${cfg.nginx.virtualHost} = {
          locations = {
            "= ${lib.removeSuffix "/" cfg.nginx.path}".return = "301 ${cfg.nginx.path}";
            ${cfg.nginx.path} = guarded fenced;
            "= ${cfg.nginx.path}healthz" = guarded "";
            "= ${cfg.nginx.path}ws" =
              if cfg.websocket.enable then
                {
                  proxyPass = "http://127.0.0.1:${toString cfg.websocket.port}";
                  proxyWebsockets = true;
                  recommendedProxySettings = true;
                  # Clients ping every two minutes; nginx would hang up after one.
                  extraConfig = ''
                    proxy_read_timeout 1h;
                    proxy_send_timeout 1h;
                    proxy_buffering off;
                  '';
                }
              else
                { return = ''503 "services.rave.nats.websocket.enable is off\n"''; };
          };
        }
        // optionalAttrs cfg.nginx.acme {
          enableACME = true;
          forceSSL = true;
        };
      };
    })

    (mkIf cfg.cli.enable {
      # Before the command line itself, should that be there, too.
      environment.systemPackages = [ (lib.hiPrio nats) ];
      systemd.services.nats-contexts = {
        description = "Contexts of the nats command line";
        wantedBy = [ "multi-user.target" ];
        wants = optional (logins.generated != [ ]) "nats-secrets.service";
        after = optional (logins.generated != [ ]) "nats-secrets.service";
        # New passwords come with a reload or a restart of the server.
        partOf = [ "nats.service" ];
        path = [
          pkgs.coreutils
          pkgs.gnused
        ];
        environment.CREDENTIALS_GROUP = cliGroup;
        serviceConfig =
          let
            contexts = [
              (context "rave" everyday (at ""))
              (context "system" cfg.systemAccount.user (at ""))
            ]
            ++ map (user: context user user (at "")) (lib.subtractLists [ cfg.systemAccount.user everyday ] people)
            ++ [ "${lib.getExe' pkgs.coreutils "chgrp"} ${cliGroup} /run/nats-cli" ];
          in
          confined
          // {
            Type = "oneshot";
            RemainAfterExit = true;
            ExecStart = contexts;
            ExecReload = contexts;
            RuntimeDirectory = "nats-cli";
            RuntimeDirectoryMode = "0750";
            # The contexts belong to a group of people.
            CapabilityBoundingSet = "CAP_CHOWN CAP_DAC_READ_SEARCH CAP_DAC_OVERRIDE";
            SystemCallFilter = confined.SystemCallFilter ++ [ "@chown" ];
            PrivateUsers = false;
            PrivateNetwork = true;
          };
      };
      systemd.services.nats = {
        wants = [ "nats-contexts.service" ];
        unitConfig.PropagatesReloadTo = "nats-contexts.service";
      };
    })
  ]);
}
