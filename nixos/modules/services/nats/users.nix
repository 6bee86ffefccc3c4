# Everybody who may log in: the users of the platform and those that the module's own services need.
{ cfg, lib }:
let
  secrets = "/var/lib/nats-secrets";

  rights =
    publish: subscribe:
    { inherit publish subscribe; };

  # Name -> account, file of the password, whether it is drawn here, rights (null: all), inboxes.
  own =
    {
      ${cfg.systemAccount.user} = {
        account = cfg.systemAccount.name;
        file = cfg.systemAccount.passwordFile;
      };
    }
    // lib.optionalAttrs cfg.auth.enable {
      admin = { };
    }
    // lib.optionalAttrs (!cfg.auth.enable) {
      anonymous = { };
    }
    // lib.optionalAttrs cfg.health.enable {
      health = {
        rights = rights { allow = [ cfg.health.alertSubject "health.check.>" ]; } { allow = [ "_INBOX_health.>" ]; };
        inbox = "_INBOX_health";
      };
    }
    // lib.optionalAttrs (cfg.backup.enable && cfg.jetstream.enable) {
      backup = {
        rights = rights {
          allow = [
            "$JS.API.INFO"
            "$JS.API.STREAM.NAMES"
            "$JS.API.STREAM.LIST"
            "$JS.API.STREAM.INFO.*"
            "$JS.API.STREAM.SNAPSHOT.*"
            "$JS.API.CONSUMER.NAMES.*"
            "$JS.API.CONSUMER.LIST.*"
            "$JS.API.CONSUMER.INFO.*.*"
            "$JS.SNAPSHOT.ACK.>"
          ];
        } { allow = [ "_INBOX.>" ]; };
      };
    };

  platform = lib.mapAttrs (_: user: {
    inherit (user) account;
    file = user.passwordFile;
    generated = user.generatePassword;
    rights =
      rights user.publish (
        user.subscribe
        // lib.optionalAttrs (user.inboxPrefix != null) {
          allow = user.subscribe.allow ++ [ "${user.inboxPrefix}.>" ];
        }
      )
      // lib.optionalAttrs user.allowResponses { allow_responses = true; };
    inbox = user.inboxPrefix;
  }) (lib.optionalAttrs cfg.auth.enable cfg.auth.users);

  complete =
    name: user:
    let
      generated = user.generated or true && (user.file or null) == null;
    in
    {
      account = user.account or cfg.account;
      rights = user.rights or null;
      inbox = user.inbox or null;
      inherit generated;
      file =
        if (user.file or null) != null then
          user.file
        else if generated then
          "${secrets}/${name}"
        else
          null;
    };
in
rec {
  inherit secrets;
  names = lib.attrNames own;
  all = lib.mapAttrs complete (platform // own);
  # Those that can be used: a user without a password is refused by an assertion.
  usable = lib.filterAttrs (_: user: user.file != null) all;
  generated = lib.attrNames (lib.filterAttrs (_: user: user.generated) all);
  # "NAME=PATH" of each, under a folder when one is given.
  files =
    folder:
    lib.mapAttrsToList (
      name: user: "${name}=${if folder == null then user.file else "${folder}/user-${name}"}"
    ) usable;
}
