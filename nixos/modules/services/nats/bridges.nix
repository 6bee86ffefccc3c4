# services.rave.nats.bridges: the webhook bridge (GitLab and others into streams), the same program
# once more for Alertmanager, which is another user with other rights, and the Matrix bridge (streams
# into rooms, commands back). What the settings mean is in docs/bridges.md.
#
#   services.rave.nats.bridges = {
#     package = pkgs.callPackage ../../../pkgs/millrace-bridges.nix { archive = ./millrace-bridges-….tar.gz; };
#     gitlab = {
#       enable = true;
#       credentials.hook-token = "/run/secrets/gitlab-hook-token";
#     };
#     alertmanager = {
#       enable = true;
#       credentials.alertmanager-token = "/run/secrets/alertmanager-token";
#     };
#     matrix = {
#       enable = true;
#       credentials.matrix-token = "/run/secrets/matrix-token";
#       settings.matrix.homeserver = "https://matrix.example.org";
#       settings.rooms = [
#         { name = "deploys"; room = "#deploys:example.org"; stream = "GITLAB"; consumer = "matrix"; subjects = [ "gitlab.deploy.*" ]; }
#       ];
#     };
#   };
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.services.rave.nats;
  bridges = cfg.bridges;
  inherit (lib) mkOption mkEnableOption types;
  json = pkgs.formats.json { };
  logins = import ./users.nix { inherit cfg lib; };

  # Not AF_UNIX: a bridge tells the service manager nothing.
  hardening = import ./hardening.nix // {
    RestrictAddressFamilies = [
      "AF_INET"
      "AF_INET6"
    ];
  };

  bridge = user: what: {
    enable = mkEnableOption what;
    user = mkOption {
      type = types.nullOr types.str;
      default = if cfg.auth.enable then user else null;
      defaultText = lib.literalExpression ''if config.services.rave.nats.auth.enable then "${user}" else null'';
      description = "User of {option}`services.rave.nats.auth.users` to log in as; null for none.";
    };
    credentials = mkOption {
      type = types.attrsOf (types.addCheck types.str (path: !lib.hasPrefix builtins.storeDir path));
      default = { };
      example = {
        hook-token = "/run/secrets/hook-token";
      };
      description = ''
        Files with secrets by the names that the settings use, outside of the Nix store. The service
        gets them by LoadCredential; only root need be able to read them.
      '';
    };
    settings = mkOption {
      type = json.type;
      default = { };
      description = "The bridge's configuration, see docs/bridges.md.";
    };
  };

  # Under TLS by the name that the certificate is for.
  server =
    if cfg.tls.enable && cfg.tls.acmeHost != null then
      cfg.tls.acmeHost
    else if cfg.host == "0.0.0.0" || cfg.host == "::" then
      "127.0.0.1"
    else
      cfg.host;

  # The server and the login, unless the settings have others.
  natsSettings =
    one:
    {
      urls = [ "${if cfg.tls.enable then "tls" else "nats"}://${server}:${toString cfg.port}" ];
    }
    // lib.optionalAttrs (one.user != null) {
      user = one.user;
      password_file = "nats-password";
    }
    // lib.optionalAttrs (one.user != null && (cfg.auth.users.${one.user}.inboxPrefix or null) != null) {
      inbox_prefix = cfg.auth.users.${one.user}.inboxPrefix;
    };

  settings = one: defaults: lib.recursiveUpdate (defaults // { nats = natsSettings one; }) one.settings;

  credentials =
    one:
    lib.optionalAttrs (one.user != null && (logins.all.${one.user}.file or null) != null) {
      nats-password = logins.all.${one.user}.file;
    }
    // one.credentials;

  service = program: name: what: one: defaults: {
    description = what;
    wantedBy = [ "multi-user.target" ];
    wants = [ "network-online.target" ];
    after = [
      "network-online.target"
      "nats.service"
    ];
    serviceConfig = hardening // {
      Type = "exec";
      ExecStart = "${bridges.package}/bin/millrace-bridge ${program} --config ${json.generate "millrace-${name}.json" (settings one defaults)}";
      LoadCredential = lib.mapAttrsToList (secret: path: "${secret}:${path}") (credentials one);
      DynamicUser = true;
      Restart = "always";
      RestartSec = "5s";
      # A JVM that was asked to end ends with 128 + SIGTERM.
      SuccessExitStatus = 143;
      TimeoutStopSec = "20s";
      MemoryMax = "256M";
      TasksMax = 256;
      LimitNOFILE = 4096;
    };
  };
in
{
  options.services.rave.nats.bridges = {
    package = mkOption {
      type = types.package;
      default = pkgs.millrace-bridges or (throw "services.rave.nats.bridges.package: build the archive with bridges/build package and pass it to nixos/pkgs/millrace-bridges.nix");
      defaultText = lib.literalExpression "pkgs.millrace-bridges";
      description = "The bridges, with bin/millrace-bridge.";
    };
    gitlab = bridge "gitlab" "the webhook bridge: GitLab and others into streams";
    alertmanager = bridge "monitoring" "the webhook bridge for Alertmanager: alerts into a stream";
    matrix = bridge "matrix" "the Matrix bridge: streams into rooms, commands back";
  };

  config = lib.mkMerge [
    {
      services.rave.nats.bridges = {
        gitlab.settings.status = lib.mkDefault "127.0.0.1:4196";
        matrix.settings.status = lib.mkDefault "127.0.0.1:4197";
        alertmanager.settings = {
          listen = lib.mkDefault "127.0.0.1:4198";
          status = lib.mkDefault "127.0.0.1:4199";
        };
      };
    }

    (lib.mkIf cfg.enable {
      assertions = [
        {
          assertion = !bridges.gitlab.enable || bridges.gitlab.credentials != { };
          message = "services.rave.nats.bridges.gitlab has no secret token: set credentials.hook-token to a file that holds what GitLab shows (openssl rand -hex 24).";
        }
        {
          assertion = !bridges.alertmanager.enable || bridges.alertmanager.credentials ? alertmanager-token;
          message = "services.rave.nats.bridges.alertmanager has no secret token: set credentials.alertmanager-token to a file that holds what Alertmanager shows (openssl rand -hex 24).";
        }
        {
          assertion = !bridges.matrix.enable || bridges.matrix.credentials ? matrix-token;
          message = "services.rave.nats.bridges.matrix has no access token: set credentials.matrix-token to a file that holds the bot's.";
        }
        {
          assertion = !bridges.matrix.enable || (bridges.matrix.settings.matrix.homeserver or "") != "";
          message = "services.rave.nats.bridges.matrix.settings.matrix.homeserver is missing: set it to the Matrix server's address.";
        }
      ]
      ++
        map
          (name: {
            assertion =
              let
                one = bridges.${name};
              in
              !one.enable || one.user == null || logins.all ? ${one.user};
            message = "services.rave.nats.bridges.${name} logs in as ${toString bridges.${name}.user}, whom nobody has declared: add it to services.rave.nats.auth.users, or set user.";
          })
          [
            "gitlab"
            "alertmanager"
            "matrix"
          ];

      systemd.services = lib.mkMerge [
        (lib.mkIf bridges.gitlab.enable {
          millrace-gitlab =
            service "gitlab" "gitlab" "Webhooks of GitLab and others into NATS" bridges.gitlab
              (
                lib.optionalAttrs (bridges.gitlab.credentials ? hook-token) {
                  gitlab.token_file = "hook-token";
                }
              );
        })
        (lib.mkIf bridges.alertmanager.enable {
          millrace-alertmanager =
            service "gitlab" "alertmanager" "Alerts of Alertmanager into NATS" bridges.alertmanager
              { alertmanager.token_file = "alertmanager-token"; };
        })
        (lib.mkIf bridges.matrix.enable {
          millrace-matrix = service "matrix" "matrix" "NATS into Matrix rooms, commands back" bridges.matrix {
            matrix.access_token_file = "matrix-token";
          };
        })
      ];
    })
  ];
}
