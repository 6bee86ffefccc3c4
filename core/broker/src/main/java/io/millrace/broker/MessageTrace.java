package io.millrace.broker;

import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonPage;
import io.millrace.protocol.Publication;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The way of one message that asks for it (Nats-Trace-Dest): where it came in, by which mapping it
 * went, who was meant to have it and why not. Owned by the loop, for as long as the message is
 * delivered.
 */
public final class MessageTrace {
    private static final int EVENTS_MAX = 10_000;

    private final Server server;
    private final Account account;
    private final String destination;
    private final TraceHeaders headers;
    private final long size;
    private final Event ingress;
    private final List<Event> events = new ArrayList<>();
    private int muted;

    private MessageTrace(Server server, ClientSession from, Publication p, TraceHeaders headers) {
        this.server = server;
        this.account = from.account();
        this.headers = headers;
        this.destination = headers.destination();
        this.size = p.messageLength;
        this.ingress =
                new Event("in", now()) {
                    @Override
                    void write(JsonPage page) {
                        page.number("kind", 0)
                                .number("cid", from.connectionId())
                                .textUnlessEmpty("name", from.options().name())
                                .text("acc", account.name())
                                .text("subj", subject);
                    }

                    private final String subject = subjectOf(p);
                };
        events.add(ingress);
    }

    /** The trace that a message asks for; null for most. */
    static @Nullable MessageTrace of(Server server, ClientSession from, Publication p) {
        if (!p.hasHeaders || !TraceDestinations.isNamed(p)) {
            return null;
        }
        TraceHeaders headers = TraceHeaders.read(p);
        return headers.destination().isEmpty() ? null : new MessageTrace(server, from, p, headers);
    }

    /** Whether the message is there for its trace alone: nobody may have it. */
    public boolean isOnly() {
        return headers.isOnly();
    }

    private long now() {
        return server.clock().epochNanos();
    }

    static String subjectOf(Publication p) {
        return new String(
                p.subjectBuffer, p.subjectOffset, p.subjectLength, StandardCharsets.UTF_8);
    }

    /** The message is not let in. */
    void refused(String error) {
        ingress.error = error;
    }

    void mapped(String to) {
        add(
                new Event("sm", now()) {
                    @Override
                    void write(JsonPage page) {
                        page.text("to", to);
                    }
                });
    }

    /**
     * A client has it, or not.
     *
     * @param error why not; "" when it has
     */
    void reached(ClientSession to, Subscription subscription, String error) {
        Event event =
                new Event("eg", now()) {
                    @Override
                    void write(JsonPage page) {
                        page.number("kind", 0)
                                .number("cid", to.connectionId())
                                .textUnlessEmpty("name", to.options().name())
                                .text("sub", subscription.subject())
                                .textUnlessEmpty("queue", subscription.queue);
                    }
                };
        event.error = error;
        add(event);
    }

    /** A service of the server has it. */
    void served(String from, String to) {
        Account system = server.accounts().system();
        served(system == null ? "" : system.name(), from, to);
    }

    /** A service of another account is asked. */
    void served(String account, String from, String to) {
        add(
                new Event("si", now()) {
                    @Override
                    void write(JsonPage page) {
                        page.text("acc", account).text("from", from).text("to", to);
                    }
                });
    }

    /** Another account takes it in. */
    void taken(String account, String to) {
        add(
                new Event("se", now()) {
                    @Override
                    void write(JsonPage page) {
                        page.text("acc", account).text("to", to);
                    }
                });
    }

    /** From here until {@link #unmute} it is where it may not be followed. */
    void mute() {
        muted++;
    }

    void unmute() {
        muted--;
    }

    /** A stream has it, under this subject. Loop only. */
    public void stored(String stream, String subject) {
        add(
                new Event("js", now()) {
                    @Override
                    void write(JsonPage page) {
                        page.text("stream", stream).textUnlessEmpty("subject", subject);
                    }
                });
    }

    /** A stream does not take it. Loop only. */
    public void notStored(String stream, String why) {
        stored(stream, "");
        events.getLast().error = why;
    }

    private void add(Event event) {
        if (muted == 0 && events.size() < EVENTS_MAX) {
            events.add(event);
        }
    }

    /** Sends it to where it was asked for, after the delivery. */
    void send() {
        InternalClient speaker = server.clientIn(account);
        if (!speaker.isHeard(destination)) {
            return;
        }
        JsonPage page = JsonPage.compact().object(null);
        server.events().server(page);
        page.object("request").object("header");
        headers.all().forEach((name, values) -> values(page, name, values));
        page.endObject().number("msgsize", size).endObject().array("events");
        events.forEach(event -> event.writeWhole(page));
        byte[] body = page.endArray().endObject().toString().getBytes(StandardCharsets.UTF_8);
        MessageEncoding encoding = headers.encoding();
        byte[] bytes = encoding.encode(body);
        server.loop()
                .execute(
                        () -> {
                            if (encoding.headers().isEmpty()) {
                                speaker.publish(destination, bytes);
                            } else {
                                speaker.publish(destination, encoding.headers(), bytes);
                            }
                        });
    }

    private static void values(JsonPage page, String name, List<String> values) {
        page.array(name);
        values.forEach(value -> page.text(null, value));
        page.endArray();
    }

    /** One thing that happened. */
    private abstract static class Event {
        private final String type;
        private final long epochNanos;
        private String error = "";

        Event(String type, long epochNanos) {
            this.type = type;
            this.epochNanos = epochNanos;
        }

        abstract void write(JsonPage page);

        void writeWhole(JsonPage page) {
            page.object(null).text("type", type).text("ts", GoTime.rfc3339(epochNanos));
            write(page);
            page.textUnlessEmpty("error", error).endObject();
        }
    }

    /**
     * The headers of a message that is traced. Immutable.
     *
     * @param destination "" for none
     * @param all by name, in the order of their names
     */
    private record TraceHeaders(
            String destination,
            boolean isOnly,
            MessageEncoding encoding,
            Map<String, List<String>> all) {
        static TraceHeaders read(Publication p) {
            Map<String, List<String>> all = new TreeMap<>();
            String block =
                    new String(p.buffer, p.messageOffset, p.headerLength, StandardCharsets.UTF_8);
            for (String line : block.split("\r\n", -1)) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    all.computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>())
                            .add(line.substring(colon + 1).strip());
                }
            }
            String wanted = first(all, "Nats-Trace-Dest");
            String only = first(all, "Nats-Trace-Only").toLowerCase(Locale.ROOT);
            return new TraceHeaders(
                    TraceDestinations.isSubject(wanted) ? wanted : "",
                    only.equals("true") || only.equals("1") || only.equals("on"),
                    MessageEncoding.of(first(all, "Accept-Encoding")),
                    all);
        }

        private static String first(Map<String, List<String>> all, String name) {
            return all.getOrDefault(name, List.of("")).getFirst();
        }
    }
}
