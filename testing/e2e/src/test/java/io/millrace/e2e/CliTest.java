package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.e2e.Cli.Running;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The official command line against the server. */
final class CliTest {
    @AutoClose private static ServerProcess server;
    private static Cli app;
    private static Cli system;

    @BeforeAll
    static void start() {
        server =
                ServerProcess.start(
                        """
                        accounts {
                          APP { users: [{user: app, password: pw}] }
                          SYS { users: [{user: system, password: pw}] }
                        }
                        system_account: SYS
                        """);
        app = Cli.as("app", server);
        system = Cli.as("system", server);
    }

    /** The other side listens for sure once its subscription shows in the server's list. */
    private static void awaitSubscription(String subject) {
        await("subscription on " + subject)
                .atMost(ServerProcess.PATIENCE)
                .until(
                        () ->
                                system.run("server", "request", "connections", "--subscriptions")
                                        .contains("\"" + subject + "\""));
    }

    @Test
    void publishesToASubscriber() {
        try (Running subscriber = app.start("subscribe", "cli.news", "--count", "2")) {
            subscriber.awaitOutput("Subscribing on cli.news");
            awaitSubscription("cli.news");
            app.run("publish", "cli.news", "first", "--header", "Colour:green");
            app.run("publish", "cli.news", "second");
            assertThat(subscriber.finish())
                    .contains("Colour: green")
                    .contains("first")
                    .contains("second");
        }
    }

    @Test
    void replies() {
        try (Running service = app.start("reply", "cli.echo", "answer to {{.Request}}")) {
            service.awaitOutput("Listening on");
            awaitSubscription("cli.echo");
            assertThat(app.run("request", "cli.echo", "question")).contains("answer to question");
        }
    }

    @Test
    void saysThatNobodyResponds() {
        assertThat(app.run("request", "cli.nobody", "question"))
                .containsIgnoringCase("no responders");
    }

    @Test
    void measuresTheRoundTrip() {
        assertThat(app.run("rtt")).contains(server.url()).containsPattern("\\d+(\\.\\d+)?(µs|ms)");
    }

    @Test
    void showsTheAccount() {
        assertThat(app.run("account", "info"))
                .containsPattern("User: +app")
                .containsPattern("Account: +APP")
                .containsPattern("Headers Supported: +true");
    }

    @Test
    void showsTheServer() {
        assertThat(system.run("server", "info"))
                .contains("Server information for e2e")
                .containsPattern("Auth Required: +true")
                .containsPattern("Maximum Payload: +1.0 MiB");
    }

    @Test
    void listsTheServers() {
        assertThat(system.run("server", "list", "1")).contains("Server Overview").contains("e2e");
    }

    @Test
    void pingsTheServers() {
        assertThat(system.run("server", "ping", "1")).containsPattern("e2e +rtt=");
    }

    @Test
    void reportsConnections() {
        try (Running subscriber = app.start("subscribe", "cli.reported")) {
            subscriber.awaitOutput("Subscribing on cli.reported");
            awaitSubscription("cli.reported");
            assertThat(system.run("server", "report", "connections", "--account", "APP"))
                    .contains("127.0.0.1:")
                    .contains("APP");
        }
    }

    @Test
    void reportsAccounts() {
        assertThat(system.run("server", "report", "accounts"))
                .contains("Accounts Overview")
                .contains("SYS");
    }

    @Test
    void watchesTheHealth() {
        assertThat(system.run("server", "check", "connection")).contains("OK Connection");
        assertThat(system.run("server", "request", "variables"))
                .contains("\"server_name\":\"e2e\"");
    }

    @Test
    void seesConnectionsComeAndGo() {
        try (Running events = system.start("events", "--json")) {
            // Nothing tells when it listens, so that connections come and go until one is seen.
            await("a connection among the events")
                    .atMost(ServerProcess.PATIENCE)
                    .until(
                            () -> {
                                app.run("publish", "cli.anything", "x");
                                return events.output().contains("client_disconnect");
                            });
            assertThat(events.output())
                    .contains("\"type\":\"io.nats.server.advisory.v1.client_connect\"")
                    .contains("\"acc\":\"APP\"");
        }
    }

    @Test
    void benchesPublishersAndSubscribers() {
        try (Running subscriber =
                app.start("bench", "sub", "cli.bench", "--msgs", "20000", "--no-progress")) {
            awaitSubscription("cli.bench");
            assertThat(
                            app.run(
                                    "bench",
                                    "pub",
                                    "cli.bench",
                                    "--msgs",
                                    "20000",
                                    "--size",
                                    "128",
                                    "--clients",
                                    "2",
                                    "--no-progress"))
                    .contains("msgs/sec");
            assertThat(subscriber.finish()).contains("msgs/sec");
        }
    }

    @Test
    void benchesAService() {
        try (Running _ = app.start("bench", "service", "serve", "cli.service", "--no-progress")) {
            awaitSubscription("cli.service");
            assertThat(
                            app.run(
                                    "bench",
                                    "service",
                                    "request",
                                    "cli.service",
                                    "--msgs",
                                    "500",
                                    "--no-progress"))
                    .contains("msgs/sec");
        }
    }
}
