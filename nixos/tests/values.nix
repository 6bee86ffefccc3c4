# What the two profiles promise, looked up in their evaluated configurations.
#
# Gives a list of { what, is, shall } for one profile; the two must be equal.
{
  profile,
  config,
  lib,
}:
let
  nats = config.services.rave.nats;
  settings = nats.settings;
  service = config.systemd.services.nats.serviceConfig;
  unit = config.systemd.services.nats;
  host = config.services.nginx.virtualHosts."rave.local";
  rotation = config.services.logrotate.settings.nats;
  user = name: lib.findFirst (u: u.user == name) null settings.accounts.RAVE.users;
  rights = name: (user name).permissions;
  file = config.environment.etc."nats/nats-server.conf".source;

  same = what: is: shall: { inherit what is shall; };

  both = [
    (same "users.conf is made when the service starts" config.environment.etc."nats/users.conf".source "/run/nats/users.conf")
    (same "the file is under /etc" (lib.hasSuffix "nats-server -c /etc/nats/nats-server.conf" service.ExecStart) true)
    (same "a changed file is a reload" (unit.reloadTriggers == [ file ]) true)
    (same "ready when it says so" service.Type "notify")
    (same "watched" service.WatchdogSec 30)
    (same "and asked for its stacks when it hangs" service.WatchdogSignal "SIGQUIT")
    (same "restarted" service.Restart "always")
    (same "stopped by lame duck" service.KillSignal "SIGUSR2")
    (same "with time for it" service.TimeoutStopSec (nats.lameDuckSeconds + 30))
    (same "files for its clients" (service.LimitNOFILE > nats.limits.maxConnections) true)
    (same "a JIT is allowed" (service ? MemoryDenyWriteExecute) false)
    (same "no capabilities" service.CapabilityBoundingSet "")
    (same "own folder" service.StateDirectory "nats")
    (same "store_dir without the folder that the server adds" settings.jetstream.store_dir "/var/lib/nats")
    (same "system account" settings.system_account "SYS")
    (same "passwords by LoadCredential" (lib.all (c: builtins.match "user-[a-z]+:/var/lib/nats-secrets/[a-z]+" c != null) service.LoadCredential) true)
    (same "no password in the settings" (lib.all (u: u.password ? _variable) (
      settings.accounts.RAVE.users ++ settings.accounts.SYS.users
    )) true)
    (same "pages for this machine" settings.http "127.0.0.1:8222")
    (same "pages under /nats" settings.http_base_path "/nats")
    (same "clients from this machine" settings.host "127.0.0.1")
    (same "port" settings.port 4222)
    (same "neither port is open" (lib.intersectLists [ 4222 8222 ] config.networking.firewall.allowedTCPPorts) [ ])
    (same "log rotated daily" rotation.frequency "daily")
    (same "compressed" rotation.compress true)
    (same "reopened" (lib.hasInfix "--signal=USR1 nats.service" rotation.postrotate) true)
    (same "looked after every five minutes" config.systemd.timers.nats-health-check.timerConfig.OnUnitActiveSec "5min")
    (same "under nginx" host.locations."/nats/".proxyPass "http://127.0.0.1:8222")
    (same "health for everybody" (lib.hasInfix "deny all;\n}" (host.locations."= /nats/healthz".extraConfig)) false)
    (same "WebSocket clients by way of nginx" host.locations."= /nats/ws".proxyPass "http://127.0.0.1:8223")
    (same "and by no other way" settings.websocket.host "127.0.0.1")
    (same "the command line is there" (lib.any (p: lib.getName p == "nats") config.environment.systemPackages) true)
    (same "contexts" (lib.any (lib.hasInfix "/run/nats-cli/system.json") config.systemd.services.nats-contexts.serviceConfig.ExecStart) true)
    (same "Prometheus' job nats asks the server's own page" (map (job: [
      job.job_name
      job.metrics_path
      (lib.concatMap (c: c.targets) job.static_configs)
    ]) config.services.prometheus.scrapeConfigs) [ [ "nats" "/nats/metrics" [ "127.0.0.1:8222" ] ] ])
    (same "rules and alerts" (map (f: f.name or (baseNameOf f)) config.services.prometheus.ruleFiles) [ "nats-rules.yml" "nats-alerts.yml" ])
    (same "boards" (map (p: lib.hasSuffix "grafana" p.options.path) config.services.grafana.provision.dashboards.settings.providers) [ true ])
    (same "bridges are off until they have secrets" (lib.filter (name: nats.bridges.${name}.enable) [ "gitlab" "alertmanager" "matrix" ]) [ ])
    (same "nothing is refused" (map (a: a.message) (lib.filter (a: !a.assertion) config.assertions)) [ ])
    (same "nothing is warned of" config.warnings [ ])
  ];

  development = [
    (same "name" settings.server_name "rave-dev-nats")
    (same "debug" settings.debug true)
    (same "trace" settings.trace true)
    (same "memory store" settings.jetstream.max_memory_store (128 * 1048576))
    (same "file store" settings.jetstream.max_file_store (512 * 1048576))
    (same "connections" settings.max_connections 65536)
    (same "no logins" settings.no_auth_user "anonymous")
    (same "no limits of systemd" (service ? MemoryMax || service ? CPUQuota) false)
    (same "logs of 30 days" rotation.rotate 30)
    (same "HTTP" host.forceSSL false)
    (same "web port" (lib.elem 80 config.networking.firewall.allowedTCPPorts) true)
  ];

  production = [
    (same "name" settings.server_name "rave-prod-nats")
    (same "debug" settings.debug false)
    (same "trace" settings.trace false)
    (same "memory" service.MemoryMax "512M")
    (same "the same number for the heap" config.systemd.services.nats.environment.MILLRACE_MEMORY "512m")
    (same "memory store, no more than that" settings.jetstream.max_memory_store (512 * 1048576))
    (same "half a core" service.CPUQuota "50%")
    (same "file store" settings.jetstream.max_file_store (2048 * 1048576))
    (same "connections" settings.max_connections 100000)
    (same "payload" settings.max_payload 2097152)
    (same "logins" (settings ? no_auth_user) false)
    (same "logs of 7 days" rotation.rotate 7)
    (same "HTTPS" host.forceSSL true)
    (same "a certificate" host.enableACME true)
    (same "pages not for the world" (lib.hasInfix "deny all;\n" (lib.last (lib.splitString "}" host.locations."/nats/".extraConfig))) true)
    (same "backup" (config.systemd.timers ? nats-backup) true)
    (same "users of the platform" (lib.attrNames nats.auth.users) [ "gitlab" "matrix" "monitoring" ])
    (same "gitlab writes to" (rights "gitlab").publish.allow [ "gitlab.>" "build.>" "deploy.>" "$JS.API.STREAM.INFO.GITLAB" ])
    (same "gitlab hears" (rights "gitlab").subscribe.allow [ "gitlab.>" "build.>" "deploy.>" "_INBOX_gitlab.>" ])
    (same "nobody of the platform has all rights" (lib.filter (name: lib.elem ">" (
      (rights name).publish.allow ++ (rights name).subscribe.allow
    )) (lib.attrNames nats.auth.users)) [ ])
    (same "nobody of the platform makes or deletes streams and consumers" (lib.filter (subject:
      builtins.match "[$]JS[.]API[.](>|(STREAM|CONSUMER)[.](>|.*(CREATE|UPDATE|DELETE|PURGE|RESTORE|SNAPSHOT).*))" subject != null
    ) (lib.concatMap (name: (rights name).publish.allow) (lib.attrNames nats.auth.users))) [ ])
    (same "nobody hears the inboxes of others" (lib.filter (subject: lib.hasPrefix "_INBOX.>" subject) (
      lib.concatMap (name: (rights name).subscribe.allow) (lib.attrNames nats.auth.users)
    )) [ ])
    (same "streams" (lib.attrNames nats.streams) [ "ALERTS" "GITLAB" "KV_matrix-bridge" "MATRIX" ])
  ];
in
both ++ { inherit development production; }.${profile}
