# nats.service, the configuration under /etc, and the way of secrets into it.
{
  config,
  lib,
  options,
  pkgs,
  ...
}:
let
  cfg = config.services.rave.nats;
  format = import ./format.nix { inherit lib; };
  logins = import ./users.nix { inherit cfg lib; };
  inherit (lib) mkDefault mkIf optionalAttrs;

  memory = format.bytes cfg.memory;
  ownFolder = cfg.dataDir == "/var/lib/nats";
  acme = config.security.acme.certs.${cfg.tls.acmeHost}.directory;
  tlsFiles = lib.filterAttrs (_: file: file != null) (
    optionalAttrs cfg.tls.enable {
      "tls-cert.pem" = if cfg.tls.acmeHost != null then "${acme}/fullchain.pem" else cfg.tls.certFile;
      "tls-key.pem" = if cfg.tls.acmeHost != null then "${acme}/key.pem" else cfg.tls.keyFile;
      "tls-ca.pem" = cfg.tls.caFile;
    }
  );

  # As text and not as a file of this checkout: that would put the whole checkout into the closure.
  credentials = pkgs.writeScript "nats-credentials" (builtins.readFile ./credentials.sh);
  kill = lib.getExe' pkgs.coreutils "kill";

  # Users take their passwords from the system's own folder, then the server its files from /run/nats.
  user =
    name:
    {
      user = name;
      password = format.password name;
    }
    // optionalAttrs (logins.all.${name}.rights != null) {
      permissions = lib.mapAttrs (
        _: right: if builtins.isAttrs right then lib.filterAttrs (_: list: list != [ ]) right else right
      ) logins.all.${name}.rights;
    };
  usersOf =
    account: map user (lib.attrNames (lib.filterAttrs (_: u: u.account == account) logins.usable));

  accountNames = lib.unique ([ cfg.account ] ++ lib.attrNames cfg.accounts);
  account =
    name:
    let
      given = cfg.accounts.${name} or { };
      jetstream = given.jetstream or { enable = cfg.jetstream.enable; };
      limited = lib.filterAttrs (_: v: v != null) {
        max_memory = if jetstream.maxMemory or null == null then null else format.bytes jetstream.maxMemory;
        max_store = if jetstream.maxFileStore or null == null then null else format.bytes jetstream.maxFileStore;
        max_streams = jetstream.maxStreams or null;
        max_consumers = jetstream.maxConsumers or null;
      };
    in
    {
      users = usersOf name;
    }
    // optionalAttrs (cfg.jetstream.enable && jetstream.enable) {
      jetstream = if limited == { } then "enabled" else limited;
    }
    // optionalAttrs ((given.limits or { }) != { }) { inherit (given) limits; };

  # What a reload takes over; a change of anything else restarts the server (docs/configuration.md).
  reloadable = [
    "accounts"
    "authorization"
    "client_advertise"
    "debug"
    "log_file"
    "logtime"
    "logtime_utc"
    "mappings"
    "max_connections"
    "max_control_line"
    "max_payload"
    "max_traced_msg_len"
    "no_fast_producer_stall"
    "ping_interval"
    "ping_max"
    "server_metadata"
    "server_tags"
    "tls"
    "trace"
    "trace_headers"
    "trace_verbose"
    "write_deadline"
  ];

  file = pkgs.writeText "nats-server.conf" cfg.configText;

  checked =
    pkgs.runCommand "nats-server.conf-checked"
      {
        nativeBuildInputs = [
          cfg.package
          pkgs.openssl
        ];
      }
      ''
        mkdir check
        sed 's|/run/nats/tls-|'"$PWD"'/check/tls-|' ${file} >check/nats-server.conf
        ${lib.concatMapStrings (name: "echo 'password_${name}: \"only to check\"' >>check/users.conf\n") (lib.attrNames logins.usable)}
        ${lib.optionalString cfg.tls.enable ''
          openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=check \
            -keyout check/tls-key.pem -out check/tls-cert.pem
          cp check/tls-cert.pem check/tls-ca.pem
        ''}
        MILLRACE_MEMORY=256m nats-server -t -c check/nats-server.conf
        cp ${file} $out
      '';

  # The same files on the way in, from the service manager, and at a reload, from where they came.
  placing =
    folder:
    [ "${credentials} users /run/nats/users.conf ${lib.escapeShellArgs (logins.files folder)}" ]
    ++ lib.mapAttrsToList (
      name: path: "${credentials} copy /run/nats/${name} ${if folder == null then path else "${folder}/${name}"}"
    ) tlsFiles;

  # By root: clients stay connected while passwords and certificates change.
  reload = pkgs.writeShellScript "nats-reload" ''
    set -eu
    export CREDENTIALS_OWNER=nats:nats CREDENTIALS_STAGE=/run
    ${lib.concatStringsSep "\n" (placing null)}
    ${kill} -HUP "$1"
  '';

  hardening = import ./hardening.nix;
in
{
  options.services.rave.nats.configText = lib.mkOption {
    type = lib.types.str;
    readOnly = true;
    internal = true;
    description = "The configuration file as it is written.";
  };

  config = mkIf cfg.enable {
    services.rave.nats.configText = ''
      # Made by services.rave.nats. Passwords are variables; users.conf, which the service writes
      # into its own folder when it starts, has them.
      include "users.conf"
      ${format.text cfg.settings}'';

    services.rave.nats.settings =
      lib.mapAttrsRecursiveCond (set: !(set ? _variable)) (_: mkDefault) (
        {
          server_name = cfg.serverName;
          inherit (cfg) host port debug trace;
          http = "${cfg.monitoring.host}:${toString cfg.monitoring.port}";
          max_connections = cfg.limits.maxConnections;
          max_payload = cfg.limits.maxPayload;
          logtime = true;
          lame_duck_duration = "${toString cfg.lameDuckSeconds}s";
          accounts =
            lib.genAttrs accountNames account
            // { ${cfg.systemAccount.name}.users = usersOf cfg.systemAccount.name; };
          system_account = cfg.systemAccount.name;
        }
        // optionalAttrs (cfg.monitoring.basePath != "/") { http_base_path = cfg.monitoring.basePath; }
        // optionalAttrs (cfg.logging.file != null) { log_file = cfg.logging.file; }
        // optionalAttrs (!cfg.auth.enable) { no_auth_user = "anonymous"; }
        // optionalAttrs cfg.jetstream.enable {
          jetstream = {
            # The server adds a folder jetstream of its own.
            store_dir = cfg.dataDir;
            max_memory_store = format.bytes cfg.jetstream.maxMemory;
            max_file_store = format.bytes cfg.jetstream.maxFileStore;
          };
        }
        // optionalAttrs cfg.tls.enable {
          tls = {
            cert_file = "/run/nats/tls-cert.pem";
            key_file = "/run/nats/tls-key.pem";
          }
          // optionalAttrs (cfg.tls.caFile != null) { ca_file = "/run/nats/tls-ca.pem"; }
          // optionalAttrs cfg.tls.verify { verify = true; };
        }
        // optionalAttrs cfg.websocket.enable {
          websocket = {
            host = "127.0.0.1";
            inherit (cfg.websocket) port;
            no_tls = true;
          };
        }
      );

    environment.etc."nats/nats-server.conf".source = file;
    environment.etc."nats/users.conf".source = "/run/nats/users.conf";

    system = optionalAttrs (options ? system && options.system ? checks) { checks = lib.optional cfg.validateConfig checked; };

    users.users.nats = {
      description = "NATS server";
      isSystemUser = true;
      group = "nats";
      home = cfg.dataDir;
    };
    users.groups.nats = { };

    systemd.tmpfiles.settings.nats = mkIf (!ownFolder) {
      ${cfg.dataDir}.d = {
        user = "nats";
        group = "nats";
        mode = "0750";
      };
    };

    security.acme.certs = mkIf (cfg.tls.enable && cfg.tls.acmeHost != null) {
      ${cfg.tls.acmeHost}.reloadServices = [ "nats.service" ];
    };

    systemd.services.nats-secrets = mkIf (logins.generated != [ ]) {
      description = "Passwords of the NATS server that nobody else chose";
      before = [ "nats.service" ];
      wantedBy = [ "multi-user.target" ];
      path = [ pkgs.coreutils ];
      serviceConfig = hardening // {
        Type = "oneshot";
        RemainAfterExit = true;
        ExecStart = "${credentials} generate ${
          lib.escapeShellArgs (map (name: "${logins.secrets}/${name}") logins.generated)
        }";
        StateDirectory = "nats-secrets";
        StateDirectoryMode = "0700";
        PrivateNetwork = true;
        PrivateUsers = false;
      };
    };

    systemd.services.nats = {
      description = "NATS server (Millrace)";
      documentation = [ "file:/etc/nats/nats-server.conf" ];
      wantedBy = [ "multi-user.target" ];
      wants = lib.optional (logins.generated != [ ]) "nats-secrets.service";
      after = [
        "network.target"
      ]
      ++ lib.optional (logins.generated != [ ]) "nats-secrets.service"
      ++ lib.optional (cfg.tls.enable && cfg.tls.acmeHost != null) "acme-${cfg.tls.acmeHost}.service";
      reloadTriggers = [ file ];
      restartTriggers = [ (builtins.toJSON (removeAttrs cfg.settings reloadable)) ];
      path = [ pkgs.coreutils pkgs.gnused ];
      onFailure = cfg.health.onFailure;
      # Ten starts in ten minutes are enough to call it broken; onFailure is then told.
      startLimitIntervalSec = 600;
      startLimitBurst = 10;
      environment.MILLRACE_MEMORY = "${toString (memory / 1048576)}m";

      serviceConfig =
        hardening
        // {
          # Ready when clients are taken; a server that hangs is ended and started again.
          Type = "notify";
          NotifyAccess = "main";
          WatchdogSec = 30;
          # The JVM writes every thread's stack to the journal on QUIT, then it is killed.
          WatchdogSignal = "SIGQUIT";
          TimeoutAbortSec = 10;
          TimeoutStartSec = 300;
          User = "nats";
          Group = "nats";
          WorkingDirectory = cfg.dataDir;
          RuntimeDirectory = "nats";
          RuntimeDirectoryMode = "0700";
          LoadCredential =
            lib.mapAttrsToList (name: u: "user-${name}:${u.file}") logins.usable
            ++ lib.mapAttrsToList (name: path: "${name}:${path}") tlsFiles;
          ExecStartPre = placing "%d";
          ExecStart = "${lib.getExe' cfg.package "nats-server"} -c /etc/nats/nats-server.conf";
          ExecReload = "+${reload} $MAINPID";
          # USR2 is lame duck: new clients are refused, those that are there are sent away evenly.
          KillSignal = "SIGUSR2";
          KillMode = "mixed";
          SuccessExitStatus = "0 SIGUSR2";
          TimeoutStopSec = cfg.lameDuckSeconds + 30;
          Restart = "always";
          RestartSec = 5;
          # A file for each client, and some for streams, the log and the runtime.
          LimitNOFILE = cfg.limits.maxConnections + 16384;
          ReadWritePaths = [ cfg.dataDir ];
        }
        // optionalAttrs ownFolder {
          StateDirectory = "nats";
          StateDirectoryMode = "0750";
        }
        // optionalAttrs cfg.safeMode {
          MemoryMax = "${toString (memory / 1048576)}M";
          CPUQuota = cfg.cpuQuota;
          TasksMax = 1024;
          OOMScoreAdjust = 200;
        };
    };
  };
}
