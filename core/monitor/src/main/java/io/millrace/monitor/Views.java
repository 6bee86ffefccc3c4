package io.millrace.monitor;

import io.millrace.broker.Server;
import io.millrace.jetstream.JetStream;
import io.millrace.monitor.metrics.JsonPages;
import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonPage;
import io.millrace.runtime.Log;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What there is to see, over HTTP and in the system account alike. Any thread but the loop's. */
final class Views implements JsonPages {
    final Server server;
    final VarzPage varz;
    final ConnzPage connz;
    final SubszPage subsz;
    final JszPage jsz;
    final HealthCheck healthz;
    final AccountzPage accountz;
    final AccstatzPage accstatz;
    final RuntimeVars vars = new RuntimeVars();

    Views(
            Server server,
            Supplier<@Nullable JetStream> jetstream,
            @Nullable Monitor monitor,
            Log log) {
        this.server = server;
        this.varz = new VarzPage(server, jetstream, monitor);
        this.connz = new ConnzPage(server);
        this.subsz = new SubszPage(server);
        this.jsz = new JszPage(server, jetstream);
        this.healthz = new HealthCheck(server, jetstream, log);
        this.accountz = new AccountzPage(server, jetstream);
        this.accstatz = new AccstatzPage(server);
    }

    /** Writes the fields with which most views begin. */
    static void begin(JsonPage page, Server server) {
        page.text("server_id", server.identity().id())
                .text("now", GoTime.rfc3339(server.clock().epochNanos()));
    }

    @Override
    public void varz(JsonPage page) {
        varz.write(page);
    }

    @Override
    public void subsz(JsonPage page) {
        subsz.write(page, SubszPage.Selection.USUAL);
    }

    @Override
    public Wellness wellness() {
        return healthz.wellness();
    }

    /** The routes of a server without a cluster. */
    @Override
    public void routez(JsonPage page) {
        page.text("server_id", server.identity().id())
                .text("server_name", server.identity().name())
                .text("now", GoTime.rfc3339(server.clock().epochNanos()))
                .number("num_routes", 0)
                .array("routes")
                .endArray();
    }

    /** The gateways of a server that has none. */
    void gatewayz(JsonPage page) {
        begin(page, server);
        page.object("outbound_gateways").endObject().object("inbound_gateways").endObject();
    }

    /** The leaf nodes of a server that has none. */
    void leafz(JsonPage page) {
        begin(page, server);
        page.number("leafnodes", 0).array("leafs").endArray();
    }
}
