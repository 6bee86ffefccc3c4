# Streams and consumers that are declared, made by the machine's own administrator of the account.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.services.rave.nats;
  logins = import ./users.nix { inherit cfg lib; };
  format = import ./format.nix { inherit lib; };
  inherit (lib) mkOption types;
  json = pkgs.formats.json { };

  second = 1000000000;

  # Durations in the files are nanoseconds; "10m" is what people write.
  nanos =
    text:
    let
      parts = builtins.match "([0-9]{1,9})(s|m|h|d)" text;
      factor = {
        s = 1;
        m = 60;
        h = 3600;
        d = 86400;
      };
    in
    if parts == null then
      null
    else
      lib.toIntBase10 (builtins.head parts) * factor.${builtins.elemAt parts 1} * second;
  duration =
    types.addCheck types.str (text: nanos text != null) // { description = "duration such as 30s, 10m, 12h or 7d"; };

  consumer = types.submodule {
    freeformType = json.type;
    options = {
      filter_subjects = mkOption {
        type = types.listOf types.str;
        default = [ ];
        description = "Subjects that it wants; none is all of the stream.";
      };
      ack_wait = mkOption {
        type = duration;
        default = "30s";
        description = "Time after which a message that nobody acknowledged is delivered anew.";
      };
      max_ack_pending = mkOption {
        type = types.int;
        default = 1000;
        description = "Most messages that may be out at the same time.";
      };
    };
  };

  stream = types.submodule {
    freeformType = json.type;
    options = {
      subjects = mkOption {
        type = types.listOf types.str;
        description = "Subjects that it keeps.";
      };
      storage = mkOption {
        type = types.enum [ "file" "memory" ];
        default = "file";
        description = "Where it keeps them.";
      };
      max_bytes = mkOption {
        type = format.sizeType;
        example = "512MB";
        description = "Most bytes; the oldest messages go first.";
      };
      max_age = mkOption {
        type = types.nullOr duration;
        default = null;
        description = "How long messages are kept; null is for ever.";
      };
      duplicate_window = mkOption {
        type = duration;
        default = "2m";
        description = "Time within which a second message of the same `Nats-Msg-Id` is not kept.";
      };
      consumers = mkOption {
        type = types.attrsOf consumer;
        default = { };
        description = "Durable consumers by name, which take messages by pulling.";
      };
    };
  };

  streamFile = name: s: {
    inherit name;
    retention = "limits";
    discard = "old";
    num_replicas = 1;
    max_consumers = -1;
    max_msgs = -1;
    max_msgs_per_subject = -1;
    max_msg_size = -1;
  } // removeAttrs s [ "consumers" ] // {
    max_bytes = format.bytes s.max_bytes;
    max_age = if s.max_age == null then 0 else nanos s.max_age;
    duplicate_window = nanos s.duplicate_window;
  };
  consumerFile = name: c: {
    inherit name;
    durable_name = name;
    deliver_policy = "all";
    ack_policy = "explicit";
    replay_policy = "instant";
    max_deliver = -1;
    max_waiting = 512;
  } // c // { ack_wait = nanos c.ack_wait; };

  files =
    lib.mapAttrs' (
      name: s: lib.nameValuePair "nats/streams/${name}.json" { text = builtins.toJSON (streamFile name s); }
    ) cfg.streams
    // lib.concatMapAttrs (
      name: s:
      lib.mapAttrs' (
        consumerName: c:
        lib.nameValuePair "nats/streams/${name}/${consumerName}.json" {
          text = builtins.toJSON (consumerFile consumerName c);
        }
      ) s.consumers
    ) cfg.streams;
  user = if cfg.auth.enable then "admin" else null;
in
{
  options.services.rave.nats.streams = mkOption {
    type = types.attrsOf stream;
    default = { };
    example = lib.literalExpression ''{ ALERTS = { subjects = [ "alerts.>" ]; max_bytes = "100MB"; max_age = "7d"; }; }'';
    description = ''
      Streams of {option}`services.rave.nats.account` that are made and kept as declared after the
      server has started. One that is no longer declared stays; a bucket (`KV_…`, `OBJ_…`) is made
      and not changed.
    '';
  };

  config = lib.mkIf (cfg.enable && cfg.streams != { }) {
    environment.etc = files;
    systemd.services.nats.wants = [ "nats-streams.service" ];
    systemd.services.nats-streams = {
      description = "Streams of the NATS server as they are declared";
      wantedBy = [ "multi-user.target" ];
      requires = [ "nats.service" ];
      after = [ "nats.service" ];
      restartTriggers = [ (builtins.toJSON cfg.streams) ];
      path = [
        pkgs.coreutils
        cfg.cli.package
      ];
      environment = {
        HOME = "/tmp";
        XDG_CONFIG_HOME = "/tmp";
        NATS_URL = "${if cfg.tls.enable then "tls" else "nats"}://${
          if cfg.tls.enable && cfg.tls.acmeHost != null then
            cfg.tls.acmeHost
          else if cfg.host == "0.0.0.0" || cfg.host == "::" then
            "127.0.0.1"
          else
            cfg.host
        }:${toString cfg.port}";
      }
      // lib.optionalAttrs (cfg.tls.enable && cfg.tls.caFile != null) { NATS_CA = "%d/ca"; };
      serviceConfig = import ./hardening.nix // {
        MemoryDenyWriteExecute = true;
        Type = "oneshot";
        RemainAfterExit = true;
        DynamicUser = true;
        # A server that has just started may be slow to answer.
        Restart = "on-failure";
        RestartSec = 5;
        LoadCredential =
          lib.optional (user != null) "password:${logins.all.admin.file}"
          ++ lib.optional (cfg.tls.enable && cfg.tls.caFile != null) "ca:${cfg.tls.caFile}";
        ExecStart = pkgs.writeShellScript "nats-streams" ''
          set -eu
          ${lib.optionalString (user != null) ''
            NATS_USER=${user}
            NATS_PASSWORD=$(cat "$CREDENTIALS_DIRECTORY/password")
            export NATS_USER NATS_PASSWORD
          ''}
          ${builtins.readFile ./streams.sh}
        '' + " /etc/nats/streams";
      };
    };
  };
}
