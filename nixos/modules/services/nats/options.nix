{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption mkEnableOption types;
  cfg = config.services.rave.nats;
  format = import ./format.nix { inherit lib; };
  json = pkgs.formats.json { };

  size =
    default: description:
    mkOption {
      type = format.sizeType;
      inherit default description;
      example = "1GB";
    };

  subjects = description: mkOption {
    type = types.coercedTo (types.listOf types.str) (allow: { inherit allow; }) (
      types.submodule {
        options = {
          allow = mkOption {
            type = types.listOf types.str;
            default = [ ];
            description = "Subjects that are allowed; `>` is all of them, `*` one token.";
          };
          deny = mkOption {
            type = types.listOf types.str;
            default = [ ];
            description = "Subjects that are refused although they are allowed.";
          };
        };
      }
    );
    default = [ ">" ];
    example = [ "gitlab.>" ];
    inherit description;
  };

  passwordFile = mkOption {
    type = types.nullOr types.str;
    default = null;
    example = "/run/secrets/nats/gitlab";
    description = ''
      File on the machine that holds the password, plain or as bcrypt, in one line. The service
      manager hands it to the server (`LoadCredential`), so that root alone has to be able to read
      it. Paths of sops-nix and agenix fit. Paths into the Nix store are refused: everybody can
      read those.
    '';
  };

  user = types.submodule (
    { name, ... }:
    {
      options = {
        inherit passwordFile;
        password = mkOption {
          type = types.nullOr types.str;
          default = null;
          visible = false;
          description = "Refused: it would lie in the Nix store.";
        };
        generatePassword = mkOption {
          type = types.bool;
          default = false;
          description = ''
            Without a {option}`passwordFile`: a password is drawn when the machine starts for the
            first time and kept in {file}`/var/lib/nats-secrets/${name}`, readable by root alone.
          '';
        };
        account = mkOption {
          type = types.str;
          default = cfg.account;
          defaultText = lib.literalExpression "config.services.rave.nats.account";
          description = "Account that the user belongs to.";
        };
        publish = subjects "Subjects that the user may publish to.";
        subscribe = subjects "Subjects that the user may subscribe to.";
        inboxPrefix = mkOption {
          type = types.nullOr types.str;
          default = null;
          example = "_INBOX_gitlab";
          description = ''
            Own prefix of the user's inboxes. The right to subscribe to them is added, and the
            command line's context uses it. Without it the user needs `_INBOX.>`, and then it can
            read the answers to other users of the account, too.
          '';
        };
        allowResponses = mkOption {
          type = types.bool;
          default = false;
          description = "Whether the user may answer requests it received, once and within two minutes.";
        };
      };
    }
  );

  account = types.submodule {
    options = {
      jetstream = {
        enable = mkEnableOption "streams for the account" // {
          default = cfg.jetstream.enable;
          defaultText = lib.literalExpression "config.services.rave.nats.jetstream.enable";
        };
        maxMemory = mkOption {
          type = types.nullOr format.sizeType;
          default = null;
          description = "Most memory for its streams; null is what the server has.";
        };
        maxFileStore = mkOption {
          type = types.nullOr format.sizeType;
          default = null;
          description = "Most disk for its streams; null is what the server has.";
        };
        maxStreams = mkOption {
          type = types.nullOr types.ints.unsigned;
          default = null;
          description = "Most streams; null is no limit.";
        };
        maxConsumers = mkOption {
          type = types.nullOr types.ints.unsigned;
          default = null;
          description = "Most consumers; null is no limit.";
        };
      };
      limits = mkOption {
        type = types.attrsOf types.int;
        default = { };
        example = { max_connections = 100; };
        description = "Limits of the account as in the configuration file.";
      };
    };
  };
in
{
  options.services.rave.nats = {
    enable = mkEnableOption "Millrace, a server for the NATS protocol";

    package = mkOption {
      type = types.package;
      default = pkgs.millrace or (pkgs.callPackage ../../../pkgs/millrace.nix { });
      defaultText = lib.literalExpression "pkgs.millrace";
      description = "Package with {command}`nats-server`. `millrace` is built from source, `millrace-bin` is the released image.";
    };

    serverName = mkOption {
      type = types.strMatching "[^[:space:]]+";
      default = "nats-server";
      description = "Name of the server.";
    };

    host = mkOption {
      type = types.str;
      default = "0.0.0.0";
      description = "Address on which clients are awaited.";
    };

    port = mkOption {
      type = types.port;
      default = 4222;
      description = "Port on which clients are awaited.";
    };

    openFirewall = mkOption {
      type = types.bool;
      default = false;
      description = "Opens {option}`port` in the firewall. It used to be open always.";
    };

    dataDir = mkOption {
      type = types.strMatching "/.+";
      default = "/var/lib/nats";
      description = "Folder of the log; the streams are in its {file}`jetstream` folder.";
    };

    safeMode = mkOption {
      type = types.bool;
      default = true;
      description = ''
        Whether systemd holds the server to {option}`memory`, {option}`cpuQuota` and 1024 tasks.
        Logs are kept for 7 days then, and for 30 days without.
      '';
    };

    memory = size "512M" ''
      What the whole process may use. Heap and buffers are sized from it, streams in memory
      ({option}`jetstream.maxMemory`) may not be larger, and with {option}`safeMode` it is systemd's
      limit.
    '';

    cpuQuota = mkOption {
      type = types.strMatching "[0-9]+%";
      default = "50%";
      description = "Processor time with {option}`safeMode`; 100% is one core.";
    };

    debug = mkEnableOption "logging of what helps to find faults";
    trace = mkEnableOption "logging of every line of the protocol (needs {option}`debug` to be useful)";

    limits = {
      maxConnections = mkOption {
        type = types.ints.between 1 1000000;
        default = 65536;
        description = "Most clients at the same time. The limit of open files follows it.";
      };
      maxPayload = mkOption {
        type = types.ints.between 1 67108864;
        default = 1048576;
        description = "Largest message in bytes.";
      };
    };

    lameDuckSeconds = mkOption {
      type = types.ints.between 30 3600;
      default = 120;
      description = "Time over which clients are sent away, evenly, when the service stops. Without clients it stops at once.";
    };

    jetstream = {
      enable = mkEnableOption "streams" // { default = true; };
      maxMemory = mkOption {
        type = format.sizeType;
        default = lib.min (256 * 1048576) (format.bytes cfg.memory / 2);
        defaultText = lib.literalMD "256MB, or half of {option}`services.rave.nats.memory` where that is less";
        example = "128MB";
        description = "Most bytes of streams in memory. They are kept in files that nobody waits for, so that the system may write them out when memory is short.";
      };
      maxFileStore = size "1GB" "Most disk for streams on files.";
    };

    account = mkOption {
      type = types.strMatching "[A-Za-z0-9_-]+";
      default = "RAVE";
      description = "Account of users who name none, and of everybody while {option}`auth.enable` is off.";
    };

    accounts = mkOption {
      type = types.attrsOf account;
      default = { };
      example = lib.literalExpression ''{ PARTNER.jetstream.maxFileStore = "100MB"; }'';
      description = "Accounts beside the system's. Users of one do not see the subjects of another.";
    };

    systemAccount = {
      name = mkOption {
        type = types.strMatching "[A-Za-z0-9_-]+";
        default = "SYS";
        description = "Account in which the server speaks of itself. `nats server info` needs its user.";
      };
      user = mkOption {
        type = types.strMatching "[A-Za-z0-9_-]+";
        default = "system";
        description = "Its user.";
      };
      inherit passwordFile;
    };

    auth = {
      enable = mkEnableOption "logins. Without it everybody is a user of {option}`account`";
      users = mkOption {
        type = types.coercedTo (types.listOf types.attrs) (
          list: lib.listToAttrs (map (u: lib.nameValuePair u.name (removeAttrs u [ "name" ])) list)
        ) (types.attrsOf user);
        default = { };
        description = "Users by name, each with a file that holds the password.";
      };
    };

    tls = {
      enable = mkEnableOption "TLS on the client port";
      certFile = mkOption {
        type = types.nullOr types.str;
        default = null;
        example = "/run/secrets/nats.pem";
        description = "Certificate with its chain.";
      };
      keyFile = mkOption {
        type = types.nullOr types.str;
        default = null;
        example = "/run/secrets/nats.key";
        description = "Its private key.";
      };
      caFile = mkOption {
        type = types.nullOr types.str;
        default = null;
        description = "Certificates of those who may sign for clients.";
      };
      verify = mkEnableOption "certificates of clients as a condition";
      acmeHost = mkOption {
        type = types.nullOr types.str;
        default = null;
        example = "nats.example.org";
        description = "Name in {option}`security.acme.certs` whose certificate is used; a new one is taken over by a reload.";
      };
    };

    monitoring = {
      host = mkOption {
        type = types.str;
        default = "127.0.0.1";
        description = "Address of the monitoring pages. They have no login and no TLS of their own.";
      };
      port = mkOption {
        type = types.port;
        default = 8222;
        description = "Port of the monitoring pages.";
      };
      basePath = mkOption {
        type = types.strMatching "/|(/[A-Za-z0-9._-]+)+";
        default = if cfg.nginx.enable then lib.removeSuffix "/" cfg.nginx.path else "/";
        defaultText = lib.literalMD "the path under nginx, else `/`";
        description = "Path before that of every page. A proxy that does not strip its prefix needs it.";
      };
      openFirewall = mkOption {
        type = types.bool;
        default = false;
        description = "Opens the port in the firewall. It used to be open always.";
      };
    };

    logging = {
      file = mkOption {
        type = types.nullOr types.str;
        default = "${cfg.dataDir}/nats-server.log";
        defaultText = lib.literalExpression ''"''${config.services.rave.nats.dataDir}/nats-server.log"'';
        description = "File of the log; null is the journal, which rotates by itself. What is said before the file is open is in the journal.";
      };
      keepDays = mkOption {
        type = types.ints.positive;
        default = if cfg.safeMode then 7 else 30;
        defaultText = lib.literalMD "7 with safeMode, else 30";
        description = "Days for which rotated logs are kept, compressed.";
      };
    };

    health = {
      enable = mkEnableOption "a look at the server's health every few minutes that acts" // { default = true; };
      interval = mkOption {
        type = types.str;
        default = "5min";
        description = "Time between two looks.";
      };
      maxFailures = mkOption {
        type = types.ints.positive;
        default = 2;
        description = "Failures in a row after which the server is restarted.";
      };
      alertSubject = mkOption {
        type = types.str;
        default = "alerts.nats.health";
        description = "Subject that hears of a failure, of a restart, and of the recovery.";
      };
      onFailure = mkOption {
        type = types.listOf types.str;
        default = [ ];
        example = [ "notify-admin@%n.service" ];
        description = "Units that are started when a look fails, and when the server itself fails for good.";
      };
    };

    backup = {
      enable = mkEnableOption "backups of all streams of {option}`account`, taken while the server runs";
      dir = mkOption {
        type = types.strMatching "/.+";
        default = "/var/backup/nats";
        description = "Folder of the backups, one folder each.";
      };
      at = mkOption {
        type = types.str;
        default = "daily";
        description = "When, as in {manpage}`systemd.time(7)`.";
      };
      keep = mkOption {
        type = types.ints.positive;
        default = 7;
        description = "How many are kept.";
      };
    };

    nginx = {
      enable = mkEnableOption "the monitoring pages and the WebSocket path under nginx";
      virtualHost = mkOption {
        type = types.str;
        default = config.networking.hostName;
        defaultText = lib.literalExpression "config.networking.hostName";
        example = "rave.local";
        description = "Virtual host that gets the paths.";
      };
      path = mkOption {
        type = types.strMatching "(/[A-Za-z0-9._-]+)+/";
        default = "/nats/";
        description = "Path of the pages; `ws` below it is for WebSocket clients.";
      };
      acme = mkEnableOption "HTTPS with a certificate by ACME; HTTP is sent there";
      allow = mkOption {
        type = types.listOf types.str;
        default = [ "127.0.0.1" "::1" ];
        example = [ "10.0.0.0/8" ];
        description = "Networks that may see the pages; all may see `healthz`, which says no more than whether the server is well. `all` lifts it.";
      };
    };

    websocket = {
      enable = mkEnableOption "WebSocket clients, by way of nginx";
      port = mkOption {
        type = types.port;
        default = 8223;
        description = "Port of 127.0.0.1 that nginx passes them to.";
      };
    };

    cli = {
      enable = mkEnableOption "the command line {command}`nats` with contexts of this server" // { default = true; };
      package = lib.mkPackageOption pkgs "natscli" { };
      group = mkOption {
        type = types.str;
        default = "wheel";
        description = "Group that may use the contexts, which hold passwords.";
      };
    };

    validateConfig = mkOption {
      type = types.bool;
      default = true;
      description = "Lets the server check its configuration when the system is built.";
    };

    settings = mkOption {
      type = types.submodule { freeformType = json.type; };
      default = { };
      example = lib.literalExpression ''{ ping_interval = "30s"; jetstream.limits.duplicate_window = "10m"; }'';
      description = ''
        Everything else of the configuration file. What the options above say is in it as a default
        and can be overridden here. It lies in the Nix store: no secrets.
      '';
    };
  };
}
