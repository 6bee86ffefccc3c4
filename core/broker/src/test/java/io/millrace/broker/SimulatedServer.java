package io.millrace.broker;

import io.millrace.config.LimitsOptions;
import io.millrace.config.OptionsBuilder;
import io.millrace.runtime.Randomness;
import io.millrace.testkit.KeptLog;
import io.millrace.testkit.SimulatedLoop;
import io.millrace.testkit.SimulatedPeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A whole server on a simulated network, and what it has logged. Owned by one test. */
final class SimulatedServer {
    static final long MILLI = 1_000_000L;
    static final long SECOND = 1_000 * MILLI;

    static final String QUIET =
            "CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,\"protocol\":1}\r\n";

    final SimulatedLoop loop = new SimulatedLoop();
    final List<String> logged = new ArrayList<>();
    final Server server;

    SimulatedServer() {
        this(1, options -> {});
    }

    SimulatedServer(Consumer<OptionsBuilder> change) {
        this(1, change);
    }

    SimulatedServer(long seed, Consumer<OptionsBuilder> change) {
        OptionsBuilder options = new OptionsBuilder();
        change.accept(options);
        server =
                new Server(
                        options.build(),
                        loop,
                        Randomness.seeded(seed),
                        KeptLog.ofAll(logged),
                        Runnable::run);
        try {
            server.listen();
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /** A client that is connected and has read its INFO. */
    SimulatedPeer client() {
        SimulatedPeer peer = loop.connect();
        loop.settle();
        peer.forget();
        return peer;
    }

    /** A client that has said CONNECT, without verbose, and its first PING. */
    SimulatedPeer quietClient() {
        SimulatedPeer peer = client();
        say(peer, QUIET + "PING\r\n");
        return peer;
    }

    /** Says it, lets everything happen that follows now, and returns what that client hears. */
    String say(SimulatedPeer peer, String text) {
        peer.say(text);
        loop.settle();
        return peer.heard();
    }

    String hearAfter(SimulatedPeer peer, long nanos) {
        loop.advance(nanos);
        return peer.heard();
    }

    /** The end of whoever ended last. */
    ClosedReason lastEnd() {
        List<ConnectionInfo> closed = server.closedConnectionInfos();
        ClosedReason reason = closed.getLast().reason();
        if (reason == null) {
            throw new IllegalStateException("closed without a reason");
        }
        return reason;
    }

    /** The defaults with a few of the bounds that tests of slow readers need. */
    static LimitsOptions limits(
            int maxPayload, long maxPending, long writeDeadlineNanos, boolean noStall) {
        return new LimitsOptions(
                65536,
                0,
                0,
                4096,
                maxPayload,
                maxPending,
                writeDeadlineNanos,
                120 * SECOND,
                2,
                10_000,
                noStall);
    }
}
