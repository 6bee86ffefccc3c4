# What cannot work is refused, what is unwise is warned of; each says what to do.
{ config, lib, ... }:
let
  cfg = config.services.rave.nats;
  format = import ./format.nix { inherit lib; };
  logins = import ./users.nix { inherit cfg lib; };

  memory = format.bytes cfg.memory;
  bytes = format.bytes;
  say = n: "${toString (n / 1048576)} MiB";
  inStore = path: path != null && lib.hasPrefix "${builtins.storeDir}/" path;
  absolute = path: path == null || lib.hasPrefix "/" path;
  option = "services.rave.nats";

  refuse = condition: message: {
    assertion = !condition;
    message = "${option}.${message}";
  };

  users = if cfg.auth.enable then cfg.auth.users else { };
  eachUser =
    check: lib.concatLists (lib.mapAttrsToList (name: user: check "auth.users.${name}" name user) users);

  files =
    lib.mapAttrsToList (name: user: {
      name = "auth.users.${name}.passwordFile";
      path = user.passwordFile;
    }) users
    ++ map
      (name: {
        name = "tls.${name}";
        path = cfg.tls.${name};
      })
      [
        "certFile"
        "keyFile"
        "caFile"
      ]
    ++ [
      {
        name = "systemAccount.passwordFile";
        path = cfg.systemAccount.passwordFile;
      }
    ];
  # Certificates are no secrets, and may lie in the store.
  secret = file: file.name != "tls.certFile" && file.name != "tls.caFile";

  # Where settings hold a password that is not hashed.
  clear =
    place: value:
    if builtins.isAttrs value then
      lib.concatLists (
        lib.mapAttrsToList (
          name: v:
          if
            lib.elem name [ "password" "pass" "token" ]
            && builtins.isString v
            && builtins.match "[$]2[abxy][$].*" v == null
          then
            [ "${place}.${name}" ]
          else
            clear "${place}.${name}" v
        ) value
      )
    else if builtins.isList value then
      lib.concatMap (clear place) value
    else
      [ ];
  inTheClear = clear "settings" cfg.settings;

  subjects =
    user: user.publish.allow ++ user.publish.deny ++ user.subscribe.allow ++ user.subscribe.deny;
  oneToken = lib.filter (subject: builtins.match "[^.*>]+\\.\\*" subject != null || subject == "*");
  streamBytes = lib.foldl' (sum: s: sum + bytes s.max_bytes) 0;
  streamsOn = storage: lib.filter (s: s.storage == storage) (lib.attrValues cfg.streams);
in
{
  config = lib.mkIf cfg.enable {
    assertions =
      [
        (refuse (cfg.auth.enable && users == { })
          "auth.enable is on, but there are no users. Add some to ${option}.auth.users, or switch it off."
        )
        (refuse (memory < 134217728)
          "memory is ${say memory}; the server needs 128M at least. Raise it."
        )
        (refuse (cfg.jetstream.enable && bytes cfg.jetstream.maxMemory > memory)
          "jetstream.maxMemory (${say (bytes cfg.jetstream.maxMemory)}) is more than memory (${say memory}), so it would not be memory. Lower it, or raise ${option}.memory to ${toString (bytes cfg.jetstream.maxMemory / 1048576)}M."
        )
        (refuse (cfg.jetstream.enable && streamBytes (streamsOn "file") > bytes cfg.jetstream.maxFileStore)
          "streams on files may hold ${say (streamBytes (streamsOn "file"))} in all, more than jetstream.maxFileStore (${say (bytes cfg.jetstream.maxFileStore)}). Lower their max_bytes, or raise it."
        )
        (refuse (cfg.jetstream.enable && streamBytes (streamsOn "memory") > bytes cfg.jetstream.maxMemory)
          "streams in memory may hold ${say (streamBytes (streamsOn "memory"))} in all, more than jetstream.maxMemory (${say (bytes cfg.jetstream.maxMemory)}). Lower their max_bytes, or raise it."
        )
        (refuse (!cfg.jetstream.enable && cfg.streams != { })
          "streams are declared, but jetstream.enable is off. Switch it on, or remove them."
        )
        (refuse (cfg.tls.enable && cfg.tls.acmeHost == null && (cfg.tls.certFile == null || cfg.tls.keyFile == null))
          "tls.enable is on without a certificate. Set tls.certFile and tls.keyFile, or tls.acmeHost."
        )
        (refuse (cfg.tls.enable && cfg.tls.acmeHost != null && (cfg.tls.certFile != null || cfg.tls.keyFile != null))
          "tls.acmeHost and tls.certFile or tls.keyFile are both set. Keep one of them."
        )
        (refuse (cfg.tls.enable && cfg.tls.verify && cfg.tls.caFile == null)
          "tls.verify is on, but nobody is named who may sign for clients. Set tls.caFile."
        )
        (refuse (cfg.port == cfg.monitoring.port)
          "port and monitoring.port are both ${toString cfg.port}. Change one of them."
        )
        (refuse (cfg.websocket.enable && lib.elem cfg.websocket.port [ cfg.port cfg.monitoring.port ])
          "websocket.port is taken by another port of the server. Change it."
        )
        (refuse (cfg.nginx.enable && cfg.monitoring.basePath != lib.removeSuffix "/" cfg.nginx.path)
          "monitoring.basePath must be nginx.path without its last slash, for nginx does not strip it. Leave basePath unset."
        )
        (refuse (cfg.account == cfg.systemAccount.name || cfg.accounts ? ${cfg.systemAccount.name})
          "systemAccount.name is used for an ordinary account, too. Rename one of them."
        )
        (refuse (inTheClear != [ ])
          "${lib.concatStringsSep ", ${option}." inTheClear} would lie in the Nix store, where everybody can read it. Use ${option}.auth.users with a passwordFile, or a bcrypt hash."
        )
        (refuse (lib.any (account: account == "$G") (lib.attrNames cfg.accounts))
          "accounts may not hold $G, which is the server's own. Choose another name."
        )
      ]
      ++ map (file:
        refuse (secret file && inStore file.path)
          "${file.name} lies in the Nix store (${toString file.path}), where everybody can read it. Name a file outside, such as one of sops-nix or agenix, as a string."
      ) (lib.filter secret files)
      ++ map (file:
        refuse (!absolute file.path) "${file.name} must be an absolute path, and is ${toString file.path}. Write it from the root."
      ) files
      ++ eachUser (
        path: name: user:
        [
          (refuse (user.password == "")
            "${path}.password is empty: everybody could log in as ${name}. Remove it and set ${path}.passwordFile, or generatePassword."
          )
          (refuse (user.password != null && user.password != "")
            "${path}.password would lie in the Nix store, where everybody can read it. Write it into a file and set ${path}.passwordFile."
          )
          (refuse (user.password == null && user.passwordFile == null && !user.generatePassword)
            "${path} has no password. Set ${path}.passwordFile to a file that holds one, or ${path}.generatePassword."
          )
          (refuse (user.passwordFile != null && user.generatePassword)
            "${path} has both passwordFile and generatePassword. Keep one of them."
          )
          (refuse (builtins.match "[A-Za-z0-9_-]+" name == null)
            "${path}: names of users are letters, digits, - and _. Rename it."
          )
          (refuse (lib.elem name logins.names)
            "${path}: the module has a user of that name for itself. Rename it."
          )
          (refuse (user.publish.allow == [ ] && user.subscribe.allow == [ ] && user.inboxPrefix == null)
            "${path} may neither publish nor subscribe. Give it subjects in publish or subscribe."
          )
          (refuse (user.account != cfg.account && !(cfg.accounts ? ${user.account}))
            "${path}.account is ${user.account}, which is not declared. Add it to ${option}.accounts."
          )
        ]
      );

    warnings =
      lib.optional (cfg.monitoring.openFirewall && !lib.elem cfg.monitoring.host [ "127.0.0.1" "::1" "localhost" ])
        "${option}.monitoring is open to the network, without login and without TLS. Leave monitoring.openFirewall off and use ${option}.nginx."
      ++ lib.optional (cfg.monitoring.openFirewall && lib.elem cfg.monitoring.host [ "127.0.0.1" "::1" "localhost" ])
        "${option}.monitoring.openFirewall opens a port on which only ${cfg.monitoring.host} listens. Set monitoring.host, or leave it off."
      ++ lib.optional (cfg.openFirewall && !cfg.auth.enable)
        "${option}.openFirewall is on without logins: whoever reaches the machine may do everything. Switch auth.enable on, or let the firewall be."
      ++ lib.optional (cfg.openFirewall && cfg.auth.enable && !cfg.tls.enable)
        "${option}.openFirewall is on without TLS: passwords cross the network in the clear. Switch tls.enable on."
      ++ lib.optional (cfg.trace && cfg.auth.enable)
        "${option}.trace logs every line of the protocol, with the subjects and payloads of all users. Switch it off where that is not wanted."
      ++ lib.concatLists (
        lib.mapAttrsToList (
          name: user:
          let
            narrow = oneToken (subjects user);
          in
          lib.optional (narrow != [ ])
            "${option}.auth.users.${name}: ${lib.concatStringsSep ", " narrow} is for one token only and does not cover deeper subjects such as a.b.c. Write > instead of * where those are meant."
        ) users
      )
      ++ lib.concatLists (
        lib.mapAttrsToList (
          name: user:
          lib.optional
            (
              user.inboxPrefix == null
              && !lib.any (s: s == ">" || lib.hasPrefix "_INBOX" s) user.subscribe.allow
            )
            "${option}.auth.users.${name} has no inbox, so it gets no answers to requests and no acknowledgements of streams. Set inboxPrefix."
        ) users
      );
  };
}
