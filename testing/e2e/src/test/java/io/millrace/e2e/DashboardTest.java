package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The dashboard in a browser: log in, see figures move, browse a stream, edit a key, be refused.
 * -Dmillrace.screenshots=FOLDER keeps pictures of it.
 */
final class DashboardTest {
    private static final Path SCRIPT =
            Repository.root().resolve("testing/e2e/src/test/resources/dashboard/dashboard.cjs");
    private static final String CONFIGURATION =
            """
            jetstream { max_file_store: 100MB }
            websocket { listen: "127.0.0.1:-1", no_tls: true }
            accounts {
              APP { jetstream: enabled, users: [
                { user: ann, password: a }
                { user: bob, password: b, permissions {
                    publish: ["$JS.API.STREAM.*", "$JS.API.STREAM.*.ORDERS", "$JS.API.CONSUMER.LIST.*",
                              "$JS.API.STREAM.MSG.GET.*"]
                    subscribe: ["_INBOX.>"] } }
              ] }
            }
            """;

    private ServerProcess server;

    @BeforeEach
    void start() throws IOException {
        server = ServerProcess.startStoring("http: \"127.0.0.1:-1\"\n" + CONFIGURATION);
        try (RawClient ann = RawClient.connect(server.port(), "\"user\":\"ann\",\"pass\":\"a\"")) {
            ann.send("SUB in 1\r\n");
            ask(
                    ann,
                    "$JS.API.STREAM.CREATE.ORDERS",
                    "{\"name\":\"ORDERS\",\"subjects\":[\"orders.>\"]}");
            for (int i = 0; i < 3; i++) {
                ask(ann, "orders.new", "one coffee");
            }
            ask(
                    ann,
                    "$JS.API.CONSUMER.CREATE.ORDERS.bar",
                    "{\"stream_name\":\"ORDERS\",\"config\":{\"name\":\"bar\",\"durable_name\":\"bar\","
                            + "\"ack_policy\":\"explicit\"}}");
            ask(
                    ann,
                    "$JS.API.STREAM.CREATE.KV_config",
                    "{\"name\":\"KV_config\",\"subjects\":[\"$KV.config.>\"],\"max_msgs_per_subject\":1,"
                            + "\"allow_direct\":true,\"deny_delete\":true,\"allow_rollup_hdrs\":true}");
            ask(ann, "$KV.config.colour", "blue");
        }
    }

    private static void ask(RawClient client, String subject, String body) {
        client.send("PUB %s in %d\r\n%s\r\n".formatted(subject, body.length(), body));
        while (!client.readLine().startsWith("MSG in 1 ")) {
            // what else there is to hear
        }
        assertThat(client.readLine()).doesNotContain("\"error\"");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void browsersGetThePageAndScriptsWhatTheyKnow() throws Exception {
        HttpResponse<String> page = get("/", "text/html,application/xhtml+xml");
        assertThat(page.body()).contains("dashboard/app.js");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'", "script-src 'self'");
        assertThat(get("/", "*/*").body()).contains("varz").doesNotContain("dashboard/app.js");
        assertThat(get("/dashboard/app.js", "*/*").headers().firstValue("Content-Type"))
                .hasValue("text/javascript; charset=utf-8");
        assertThat(get("/dashboard/vendor/lit-html.js", "*/*").statusCode()).isEqualTo(200);
        assertThat(get("/dashboard/Dashboard.class", "*/*").statusCode()).isEqualTo(404);
        assertThat(get("/dashboard/%2e%2e/Monitor.class", "*/*").statusCode()).isEqualTo(404);
    }

    @Test
    void itsFilesCanOnlyBeRead() throws Exception {
        String charts = "/dashboard/vendor/uPlot.iife.min.js";
        assertThat(ask("POST", charts, "*/*").statusCode()).isEqualTo(405);
        assertThat(ask("PUT", "/", "text/html").statusCode()).isEqualTo(405);
        HttpResponse<String> described = ask("HEAD", charts, "*/*");
        assertThat(described.statusCode()).isEqualTo(200);
        assertThat(described.body()).isEmpty();
        HttpResponse<String> whole = get(charts, "*/*");
        assertThat(whole.headers().firstValueAsLong("Content-Length"))
                .hasValue(whole.body().getBytes(StandardCharsets.UTF_8).length);
        assertThat(whole.body()).contains("var uPlot=").endsWith("();\n");
    }

    /** The JVM is told to do without the names of days in other languages. */
    @Test
    void datesAreAsHttpHasThem() throws Exception {
        String date = get("/varz", "*/*").headers().firstValue("Date").orElse("");
        Instant told = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));

        assertThat(told).isBetween(Instant.now().minusSeconds(300), Instant.now().plusSeconds(1));
        assertThat(date).endsWith(" GMT").hasSize(29);
    }

    private HttpResponse<String> get(String path, String accept) throws Exception {
        return ask("GET", path, accept);
    }

    private HttpResponse<String> ask(String method, String path, String accept) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder()
                            .uri(URI.create("http://127.0.0.1:" + server.monitorPort() + path))
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .header("Accept", accept)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void everythingIsDoneInABrowser() throws Exception {
        inABrowser("http://127.0.0.1:" + server.monitorPort() + "/");
    }

    @Test
    void theSameBehindNginxUnderAPath() throws Exception {
        Assumptions.assumeTrue(Clients.onPath("nginx"), "nginx is not installed");
        Path folder = Repository.newFolder("nginx");
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path configuration = Files.writeString(folder.resolve("nginx.conf"), nginx(folder, port));
        Process nginx =
                new ProcessBuilder("nginx", "-p", folder.toString(), "-c", configuration.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("out.log").toFile())
                        .start();
        try {
            await().ignoreExceptions()
                    .until(
                            () -> {
                                RawClient.dial(port).close();
                                return true;
                            });
            inABrowser("http://127.0.0.1:" + port + "/nats/");
        } finally {
            nginx.destroy();
            nginx.waitFor(10, TimeUnit.SECONDS);
        }
    }

    private String nginx(Path folder, int port) {
        return """
               daemon off; pid %1$s/pid; error_log %1$s/error.log;
               events {}
               http {
                 access_log off;
                 client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy;
                 fastcgi_temp_path %1$s/f; uwsgi_temp_path %1$s/u; scgi_temp_path %1$s/s;
                 server {
                   listen 127.0.0.1:%2$d;
                   location /nats/ { proxy_pass http://127.0.0.1:%3$d/; }
                   location = /nats/ws {
                     proxy_pass http://127.0.0.1:%4$d/; proxy_http_version 1.1;
                     proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;
                   }
                 }
               }
               """
                .formatted(folder, port, server.monitorPort(), server.webSocketPort());
    }

    private static void inABrowser(String url) throws Exception {
        Assumptions.assumeTrue(Clients.onPath("node"), "node is not installed");
        Assumptions.assumeTrue(Clients.onPath("chromium"), "chromium is not installed");
        Optional<Path> library = Repository.tool("node/node_modules");
        Assumptions.assumeTrue(
                library.isPresent() && Files.isDirectory(library.get().resolve("playwright-core")),
                "playwright-core is not among the tools (.ci/install-tools)");
        List<String> command =
                new ArrayList<>(List.of("node", SCRIPT.toString(), url, "/usr/bin/chromium"));
        String pictures = System.getProperty("millrace.screenshots", "");
        if (!pictures.isEmpty()) {
            command.add(pictures);
        }
        Path log = Repository.newFolder("browser").resolve("log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(Map.of("NODE_PATH", library.get().toString()));
        Process browser = builder.start();
        assertThat(browser.waitFor(180, TimeUnit.SECONDS)).as("ended in time").isTrue();
        assertThat(browser.exitValue()).as(Files.readString(log)).isZero();
    }
}
