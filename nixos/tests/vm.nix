# A machine test of both profiles: nix-build -A test, or nix flake check. It needs KVM, which the
# machines that this project is built on do not have: there it is evaluated (outputs.nix).
{ lib, ... }:
{
  name = "millrace-nats";

  nodes.development = {
    imports = [ ../configs/modular-development.nix ];
    virtualisation.memorySize = 1536;
    networking.hostName = lib.mkForce "development";
    networking.domain = lib.mkForce null;
  };

  nodes.production = {
    imports = [ ../configs/modular-production.nix ];
    virtualisation.memorySize = 2048;
    networking.hostName = lib.mkForce "production";
    networking.domain = lib.mkForce null;
    # The platform's, which hears of the server from its module.
    services.prometheus.enable = true;
    # Nobody to ask for a certificate here; nginx shows its own.
    security.acme.defaults.server = "https://127.0.0.1/";
  };

  testScript = ''
    start_all()

    with subtest("both are ready when systemd says so"):
        for machine in development, production:
            machine.wait_for_unit("nats.service")
            machine.succeed("nc -z 127.0.0.1 4222")
            machine.wait_for_unit("nats-contexts.service")

    with subtest("development: the commands as typed, by an ordinary user"):
        rave = "su - rave -c "
        development.succeed(rave + "'nats server info'")
        development.succeed(rave + "\"nats stream create ORDERS --subjects 'orders.>' --defaults\"")
        development.succeed(rave + "'echo hello | nats pub orders.new'")
        assert "hello" in development.succeed(rave + "'nats stream get ORDERS 1'")
        development.wait_for_unit("nginx.service")
        assert "ok" in development.succeed("curl --fail http://rave.local/nats/healthz")
        development.succeed("curl --fail http://rave.local/nats/varz")
        upgrade = "-H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13'"
        upgrade += " -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='"
        status = "-o /dev/null -w '%{http_code}' --max-time 2"
        assert "101" in development.execute(f"curl {status} {upgrade} http://rave.local/nats/ws")[1]

    with subtest("production: root's commands as typed, and HTTPS"):
        production.succeed("nats server info")
        production.succeed("nats stream create ORDERS --subjects 'orders.>' --defaults")
        production.succeed("echo hello | nats pub orders.new")
        production.wait_for_unit("nginx.service")
        production.succeed("curl --fail --insecure https://rave.local/nats/healthz")
        assert "301" in production.succeed("curl -o /dev/null -w '%{http_code}' http://rave.local/nats/healthz")

    with subtest("production: the users' rights"):
        as_gitlab = "nats --context /run/nats-cli/gitlab.json "
        production.wait_for_unit("nats-streams.service")
        assert '"stream":"GITLAB"' in production.succeed(as_gitlab + "request --raw gitlab.deploy.start x")
        for command in "pub metrics.x x", "stream ls", "stream rm GITLAB --force":
            production.fail(f"timeout 20 {as_gitlab} {command} 2>&1 | tee /dev/stderr | grep -v -i violation")
        production.fail("nats --server 127.0.0.1 --no-context rtt")

    with subtest("Prometheus scrapes the server, and its alerts are loaded"):
        production.wait_for_unit("prometheus.service")
        query = "curl --fail --silent --get http://127.0.0.1:9090/api/v1/query --data-urlencode"
        production.wait_until_succeeds(query + """ 'query=up{job="nats"} == 1' | grep '"job":"nats"'""")
        production.succeed("curl --fail --silent http://127.0.0.1:9090/api/v1/rules | grep MillraceDown")

    with subtest("limits hold"):
        assert "536870912" in production.succeed("systemctl show -p MemoryMax nats.service")
        assert "500ms" in production.succeed("systemctl show -p CPUQuotaPerSecUSec nats.service")

    with subtest("killed, it comes back with all that it confirmed"):
        production.succeed("systemctl kill -s KILL nats.service")
        production.wait_until_succeeds("nats stream info ORDERS --json | grep '\"messages\": *1'")

    with subtest("a reload takes a new password over, and nobody is disconnected"):
        production.succeed("echo another-password > /var/lib/nats-secrets/gitlab")
        production.succeed("systemctl reload nats.service")
        production.wait_until_succeeds(
            "NATS_USER=gitlab NATS_PASSWORD=another-password nats --server 127.0.0.1 --no-context rtt"
        )

    with subtest("an empty password is refused"):
        production.succeed("cp /var/lib/nats-secrets/gitlab /tmp/kept; : > /var/lib/nats-secrets/gitlab")
        production.fail("systemctl reload nats.service")
        production.succeed("cp /tmp/kept /var/lib/nats-secrets/gitlab")

    with subtest("no line of the log is lost when it is rotated"):
        production.succeed("logrotate --force $(systemctl show -p ExecStart logrotate.service | grep -o '/nix[^ ]*conf')")
        production.succeed("nats rtt; test -s /var/lib/nats/nats-server.log.1")

    with subtest("a backup"):
        production.succeed("systemctl start nats-backup.service && ls /var/backup/nats/*/ORDERS")

    with subtest("a server that hangs is started again by the watchdog"):
        before = production.succeed("systemctl show -p MainPID --value nats.service")
        production.succeed("systemctl kill -s STOP nats.service")
        production.wait_until_succeeds(
            f"test $(systemctl show -p MainPID --value nats.service) != {before.strip()} && nats rtt", timeout=180
        )

    with subtest("the health timer acts"):
        production.succeed("systemctl start nats-health-check.service")
        production.require_unit_state("nats-health-check.timer", "active")

    with subtest("stopped, it says goodbye"):
        development.succeed("systemctl stop nats.service")
        development.succeed("journalctl -u nats.service | grep -v Failed")
  '';
}
