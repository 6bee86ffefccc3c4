# Every assertion and every warning of the module, each made to fire alone; and the bridges with what
# watches them, which the profiles leave off.
#
# Gives a list of { name, fired, expected }: what was said, and a part of what should be. Needs only
# the module system: options of NixOS that the module sets are taken as they come.
{ lib, pkgs }:
let
  module = ../modules/services/nats;

  taken = lib.mkOption {
    type = lib.types.anything;
    default = { };
  };

  evaluate =
    { nats, ... }:
    (lib.evalModules {
      modules = [
        module
        {
          options = {
            assertions = lib.mkOption { type = lib.types.listOf lib.types.unspecified; };
            warnings = lib.mkOption { type = lib.types.listOf lib.types.str; };
            networking.hostName = lib.mkOption { default = "rave"; };
            security.acme.certs = taken;
            environment = taken;
            meta = taken;
            networking.firewall = taken;
            services.logrotate = taken;
            services.nginx = taken;
            services.prometheus = taken;
            services.grafana = taken;
            system = taken;
            systemd = taken;
            users = taken;
          };
          config = {
            _module.args.pkgs = pkgs;
            services.rave.nats = {
              enable = true;
            }
            // nats;
          };
        }
      ];
    }).config;

  secret = "/run/secrets/x";
  user = {
    passwordFile = secret;
    inboxPrefix = "_INBOX_a";
  };
  withUser = user: {
    auth.enable = true;
    auth.users.a = user;
  };
  store = "${builtins.storeDir}/00000000000000000000000000000000-x";
  bridges = {
    package = pkgs.coreutils;
    gitlab = {
      enable = true;
      credentials.hook-token = secret;
    };
    alertmanager = {
      enable = true;
      credentials.alertmanager-token = secret;
    };
    matrix = {
      enable = true;
      credentials.matrix-token = secret;
      settings.matrix.homeserver = "https://matrix.example.org";
    };
  };
  stream = {
    subjects = [ "a.>" ];
    max_bytes = "1GB";
  };

  refused = {
    "auth without users" = {
      nats.auth.enable = true;
      says = "there are no users. Add some to services.rave.nats.auth.users";
    };
    "too little memory" = {
      nats.memory = "64MB";
      says = "memory is 64 MiB; the server needs 128M at least. Raise it.";
    };
    "more memory for streams than fits" = {
      nats.jetstream.maxMemory = "2GB";
      says = "Lower it, or raise services.rave.nats.memory to 2048M.";
    };
    "streams on files larger than their store" = {
      nats.streams = {
        A = stream;
        B = stream // { subjects = [ "b.>" ]; };
      };
      says = "more than jetstream.maxFileStore (1024 MiB). Lower their max_bytes, or raise it.";
    };
    "streams in memory larger than their store" = {
      nats.streams.A = stream // { storage = "memory"; };
      says = "more than jetstream.maxMemory (256 MiB). Lower their max_bytes, or raise it.";
    };
    "streams without JetStream" = {
      nats.jetstream.enable = false;
      nats.streams.A = stream;
      says = "jetstream.enable is off. Switch it on, or remove them.";
    };
    "TLS without a certificate" = {
      nats.tls.enable = true;
      says = "Set tls.certFile and tls.keyFile, or tls.acmeHost.";
    };
    "TLS with two certificates" = {
      nats.tls = {
        enable = true;
        acmeHost = "x";
        certFile = secret;
      };
      says = "are both set. Keep one of them.";
    };
    "certificates of clients that nobody signs" = {
      nats.tls = {
        enable = true;
        certFile = secret;
        keyFile = secret;
        verify = true;
      };
      says = "Set tls.caFile.";
    };
    "one port for two things" = {
      nats.port = 8222;
      says = "port and monitoring.port are both 8222. Change one of them.";
    };
    "WebSocket on a port that is taken" = {
      nats.websocket = {
        enable = true;
        port = 4222;
      };
      says = "websocket.port is taken by another port of the server. Change it.";
    };
    "pages elsewhere than nginx looks" = {
      nats.nginx.enable = true;
      nats.monitoring.basePath = "/x";
      says = "Leave basePath unset.";
    };
    "the system account as an ordinary one" = {
      nats.account = "SYS";
      says = "Rename one of them.";
    };
    "a password among the settings" = {
      nats.settings.authorization.users = [
        {
          user = "x";
          password = "hidden";
        }
      ];
      says = "settings.authorization.users.password would lie in the Nix store, where everybody can read it. Use";
    };
    "the server's own account" = {
      nats.accounts."$G" = { };
      says = "Choose another name.";
    };
    "a password file in the store" = {
      nats = withUser (user // { passwordFile = store; });
      says = "auth.users.a.passwordFile lies in the Nix store";
    };
    "a relative path" = {
      nats = withUser (user // { passwordFile = "secret"; });
      says = "must be an absolute path, and is secret. Write it from the root.";
    };
    "an empty password" = {
      nats = withUser (user // { password = ""; });
      says = "auth.users.a.password is empty: everybody could log in as a. Remove it and set";
    };
    "a password in the configuration" = {
      nats = withUser (user // { password = "hidden"; });
      says = "auth.users.a.password would lie in the Nix store";
    };
    "no password" = {
      nats = withUser (user // { passwordFile = null; });
      says = "auth.users.a has no password. Set";
    };
    "two passwords" = {
      nats = withUser (user // { generatePassword = true; });
      says = "has both passwordFile and generatePassword. Keep one of them.";
    };
    "a name that no file can have" = {
      nats.auth = {
        enable = true;
        users."a b" = user;
      };
      says = "names of users are letters, digits, - and _. Rename it.";
    };
    "a name of the module's own" = {
      nats.auth = {
        enable = true;
        users.health = user;
      };
      says = "auth.users.health: the module has a user of that name for itself. Rename it.";
    };
    "a user without rights" = {
      nats = withUser {
        passwordFile = secret;
        publish = [ ];
        subscribe = [ ];
      };
      says = "auth.users.a may neither publish nor subscribe. Give it subjects";
    };
    "a user of no account" = {
      nats = withUser (user // { account = "B"; });
      says = "account is B, which is not declared. Add it to services.rave.nats.accounts.";
    };
    "a bridge for GitLab without a secret" = {
      nats.bridges = lib.recursiveUpdate bridges { gitlab.credentials = lib.mkForce { }; };
      says = "bridges.gitlab has no secret token: set credentials.hook-token";
    };
    "a bridge for Alertmanager without a secret" = {
      nats.bridges = lib.recursiveUpdate bridges { alertmanager.credentials = lib.mkForce { }; };
      says = "bridges.alertmanager has no secret token: set credentials.alertmanager-token";
    };
    "a bridge to Matrix without its token" = {
      nats.bridges = lib.recursiveUpdate bridges { matrix.credentials = lib.mkForce { }; };
      says = "bridges.matrix has no access token: set credentials.matrix-token";
    };
    "a bridge to no Matrix server" = {
      nats.bridges = lib.recursiveUpdate bridges { matrix.settings.matrix.homeserver = ""; };
      says = "bridges.matrix.settings.matrix.homeserver is missing";
    };
    "a bridge that logs in as nobody" = {
      nats.bridges = lib.recursiveUpdate bridges { gitlab.user = "b"; };
      says = "bridges.gitlab logs in as b, whom nobody has declared: add it to services.rave.nats.auth.users";
    };
  };

  warned = {
    "pages open to the network" = {
      nats.monitoring = {
        host = "0.0.0.0";
        openFirewall = true;
      };
      says = "Leave monitoring.openFirewall off and use services.rave.nats.nginx.";
    };
    "a hole in the firewall for nobody" = {
      nats.monitoring.openFirewall = true;
      says = "Set monitoring.host, or leave it off.";
    };
    "open to all without logins" = {
      nats.openFirewall = true;
      says = "Switch auth.enable on, or let the firewall be.";
    };
    "logins in the clear" = {
      nats = withUser user // { openFirewall = true; };
      says = "Switch tls.enable on.";
    };
    "everybody's messages in the log" = {
      nats = withUser user // { trace = true; };
      says = "trace logs every line of the protocol";
    };
    "rights of one token" = {
      nats = withUser (user // { publish = [ "gitlab.*" ]; });
      says = "gitlab.* is for one token only";
    };
    "no inbox" = {
      nats = withUser {
        passwordFile = secret;
        subscribe = [ "a.>" ];
      };
      says = "has no inbox, so it gets no answers";
    };
    "the old name of the monitoring port" = {
      nats.httpPort = 8333;
      says = "services.rave.nats.monitoring.port";
    };
  };

  # The bridges with Prometheus and Alertmanager, for users with passwords of their own.
  watched =
    evaluate {
      nats = {
        inherit bridges;
        prometheus.enable = true;
        auth = {
          enable = true;
          users = lib.genAttrs [ "gitlab" "monitoring" "matrix" ] (name: {
            passwordFile = "/run/secrets/${name}";
            inboxPrefix = "_INBOX_${name}";
          });
        };
      };
    };
  unit = name: watched.systemd.services.${name}.serviceConfig;
  prometheus = watched.services.prometheus;
  promised = {
    "the bridges are allowed" = failed watched ++ watched.warnings == [ ];
    "each bridge gets its secret and the password of its user" =
      map (name: (unit name).LoadCredential) [
        "millrace-gitlab"
        "millrace-alertmanager"
        "millrace-matrix"
      ] == [
        [
          "hook-token:${secret}"
          "nats-password:/run/secrets/gitlab"
        ]
        [
          "alertmanager-token:${secret}"
          "nats-password:/run/secrets/monitoring"
        ]
        [
          "matrix-token:${secret}"
          "nats-password:/run/secrets/matrix"
        ]
      ];
    "the bridge for Alertmanager is the program for webhooks" =
      lib.hasInfix "/bin/millrace-bridge gitlab --config " (unit "millrace-alertmanager").ExecStart;
    "the bridges are scraped, too" =
      lib.concatMap (c: c.targets) (lib.last prometheus.scrapeConfigs).static_configs == [
        "127.0.0.1:4199"
        "127.0.0.1:4196"
        "127.0.0.1:4197"
      ];
    "Prometheus tells Alertmanager" =
      map (a: lib.concatMap (c: c.targets) a.static_configs) prometheus.alertmanagers == [
        [ "127.0.0.1:9093" ]
      ];
    "Alertmanager tells the bridge" =
      map (r: map (w: w.url) r.webhook_configs) prometheus.alertmanager.configuration.receivers == [
        [ "http://127.0.0.1:4198/hooks/alertmanager" ]
      ];
    "Alertmanager has the secret to show" =
      (unit "alertmanager").LoadCredential == [ "alertmanager-token:${secret}" ];
  };

  failed = config: map (a: a.message) (lib.filter (a: !a.assertion) config.assertions);
in
lib.mapAttrsToList (name: case: {
  inherit name;
  expected = case.says;
  fired = failed (evaluate case);
}) refused
++ lib.mapAttrsToList (name: case: {
  inherit name;
  expected = case.says;
  fired = (evaluate case).warnings;
}) warned
++ lib.mapAttrsToList (name: kept: {
  inherit name;
  expected = null;
  fired = lib.optional (!kept) "it is otherwise";
}) promised
++ [
  {
    name = "the options as they come";
    expected = null;
    fired = failed (evaluate { nats = { }; }) ++ (evaluate { nats = { }; }).warnings;
  }
]
