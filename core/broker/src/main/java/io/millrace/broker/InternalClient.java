package io.millrace.broker;

import io.millrace.protocol.Publication;
import io.millrace.protocol.PublicationWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A part of this server that takes part in an account like a client. Owned by the loop. What it
 * hears is handled after the delivery that brought it, so that a handler may publish.
 */
public final class InternalClient implements Subscriber {
    private static final byte[] NONE = new byte[0];

    private final Server server;
    private final Account account;
    private final long id;
    private int lastSid;

    InternalClient(Server server, Account account, long id) {
        this.server = server;
        this.account = account;
        this.id = id;
    }

    /** Takes one message that a client sent. */
    public interface Handler {
        void handle(Request request);
    }

    /**
     * A message for a part of this server.
     *
     * @param reply where the answer goes; null when none is wanted
     * @param headers as they were sent; empty without any
     * @param sender who asks; null for another part of this server
     */
    public record Request(
            String subject,
            @Nullable String reply,
            String payload,
            String headers,
            Account account,
            @Nullable ConnectionInfo sender) {
        /** The value of the first header of that name; "" when there is none. */
        public String header(String name) {
            for (String line : headers.split("\r\n", -1)) {
                int colon = line.indexOf(':');
                if (colon > 0 && line.substring(0, colon).equalsIgnoreCase(name)) {
                    return line.substring(colon + 1).strip();
                }
            }
            return "";
        }
    }

    /** Hears {@code subject} from now on. Loop only. */
    public void subscribe(String subject, Handler handler) {
        begin(subscription(subject, handler));
    }

    /** The same for a service that nats-server does not have: it counts nowhere. Loop only. */
    public void subscribeUncounted(String subject, Handler handler) {
        Subscription subscription = subscription(subject, handler);
        subscription.uncounted = true;
        account.interest().add(subscription);
    }

    private Subscription subscription(String subject, Handler handler) {
        return new Subscription(
                new Ear(handler),
                subject.getBytes(StandardCharsets.UTF_8),
                Integer.toString(++lastSid).getBytes(StandardCharsets.US_ASCII),
                null,
                false);
    }

    /**
     * Takes what comes on {@code subject} and does nothing with it: a lone server has nothing to do
     * there, and still is there. Nothing is made for its sake. Loop only.
     */
    public void hold(String subject) {
        begin(
                new Subscription(
                        new DeafEar(),
                        subject.getBytes(StandardCharsets.UTF_8),
                        Integer.toString(++lastSid).getBytes(StandardCharsets.US_ASCII),
                        null,
                        false));
    }

    private void begin(Subscription subscription) {
        account.interest().add(subscription);
        account.keep(subscription);
    }

    /** Takes one message while it is delivered. */
    public interface Listener {
        /**
         * Hears a message. May not publish: that is for the end of the turn or later.
         *
         * @param message slices valid during the call only
         * @return whether it was taken; when nobody takes a request, its sender is told so
         */
        boolean hear(Publication message, Origin origin);

        /** Whether it tells a message's trace by itself what became of the message. */
        default boolean tellsTraces() {
            return false;
        }
    }

    /** Tells a trace that a service has the message; whether the trace was all that was wanted. */
    private boolean isOnlyTraced(Publication p, Origin origin) {
        MessageTrace trace = origin.trace();
        if (trace == null) {
            return false;
        }
        String subject = MessageTrace.subjectOf(p);
        if (account != server.accounts().system() && subject.startsWith("$")) {
            trace.served(
                    subject,
                    switch (subject) {
                        case "$SYS.REQ.USER.INFO" -> "$SYS.REQ.USER." + account.name() + ".INFO";
                        case "$SYS.REQ.ACCOUNT.PING.CONNZ", "$SYS.REQ.SERVER.PING.CONNZ" ->
                                "$SYS.REQ.ACCOUNT." + account.name() + ".CONNZ";
                        case "$SYS.REQ.ACCOUNT.PING.STATZ" ->
                                "$SYS.REQ.ACCOUNT." + account.name() + ".STATZ";
                        default -> subject;
                    });
        }
        return trace.isOnly();
    }

    /**
     * Hears {@code subject} from now on, at once and without a copy; what this client publishes
     * itself, too. Loop only.
     *
     * @param queue the group of which one member hears each message; null for every message
     */
    public Subscription listen(String subject, @Nullable String queue, Listener listener) {
        Subscription subscription = keen(subject, queue, listener);
        begin(subscription);
        return subscription;
    }

    /** The same for a subject that stands for others, which {@link Interest#served} counts. */
    public Subscription listenUncounted(String subject, Listener listener) {
        Subscription subscription = keen(subject, null, listener);
        subscription.uncounted = true;
        account.interest().add(subscription);
        return subscription;
    }

    private Subscription keen(String subject, @Nullable String queue, Listener listener) {
        return new Subscription(
                new KeenEar(listener),
                subject.getBytes(StandardCharsets.UTF_8),
                Integer.toString(++lastSid).getBytes(StandardCharsets.US_ASCII),
                queue,
                false);
    }

    /** Ends what {@link #listen} began. Loop only; may be called twice. */
    public void unlisten(Subscription subscription) {
        account.interest().remove(subscription);
        account.drop(subscription);
    }

    /** Sends a message into the account. Loop only, outside a delivery. */
    public void publish(String subject, byte[] payload) {
        byte[] name = subject.getBytes(StandardCharsets.UTF_8);
        publish(
                new PublicationWriter()
                        .write(
                                name,
                                0,
                                name.length,
                                NONE,
                                0,
                                0,
                                NONE,
                                0,
                                0,
                                payload,
                                0,
                                payload.length));
    }

    /**
     * Sends a message into the account. Loop only, outside a delivery.
     *
     * @param headers a whole header block, its empty line included
     */
    public void publish(String subject, String headers, byte[] payload) {
        byte[] name = subject.getBytes(StandardCharsets.UTF_8);
        byte[] block = headers.getBytes(StandardCharsets.UTF_8);
        publish(
                new PublicationWriter()
                        .write(
                                name,
                                0,
                                name.length,
                                NONE,
                                0,
                                0,
                                block,
                                0,
                                block.length,
                                payload,
                                0,
                                payload.length));
    }

    /**
     * Sends a message into the account. Loop only, outside a delivery.
     *
     * @return how many took it
     */
    public int publish(Publication message) {
        return server.router().route(account, message, this);
    }

    /**
     * Sends a message to those who listen to {@code destination}, whatever subject it shows. Loop
     * only, outside a delivery.
     *
     * @return how many took it
     */
    public int publishTo(byte[] destination, int offset, int length, Publication message) {
        return server.router().routeElsewhere(account, destination, offset, length, message, this);
    }

    /** Whether anybody listens to a subject. Loop only, outside a delivery. */
    public boolean isHeard(byte[] subject, int offset, int length) {
        return server.router().isHeard(account, subject, offset, length);
    }

    /** Whether somebody listens to exactly this subject, not only to a wildcard. Loop only. */
    public boolean isNamed(byte[] subject, int offset, int length) {
        return account.interest().isNamed(subject, offset, length);
    }

    /** The most bytes that wait for a client that listens there. Loop only, outside a delivery. */
    public long backlogBytes(byte[] subject, int offset, int length) {
        return server.router().backlogBytes(account, subject, offset, length);
    }

    /**
     * Runs {@code watch} whenever the interest in {@code subject} may have changed; it may look,
     * but not publish. Loop only.
     */
    public void watch(String subject, Runnable watch) {
        account.interest().watches().add(subject, watch);
    }

    /** Ends what {@link #watch} began. Loop only. */
    public void unwatch(String subject, Runnable watch) {
        account.interest().watches().remove(subject, watch);
    }

    public Account account() {
        return account;
    }

    /**
     * A client has asked for a service of the server. Loop only. It is a service of the system
     * account in nats-server, where the answers to all such requests come by one subscription.
     */
    public void asked() {
        Account system = server.accounts().system();
        if (system != null && system != account) {
            Responses.of(server, system);
        }
    }

    /** Whether anybody would listen who does something with it. Loop only. */
    boolean isHeard(String subject) {
        byte[] name = subject.getBytes(StandardCharsets.UTF_8);
        MatchResult match = new MatchResult();
        account.interest().match(name, 0, name.length, match);
        for (int i = 0; i < match.plainCount(); i++) {
            Subscriber subscriber = match.plain(i).subscriber;
            if (!(subscriber instanceof DeafEar) && subscriber.leadsOn(name, 0, name.length)) {
                return true;
            }
        }
        return match.groupCount() > 0;
    }

    /** Whether nobody would hear until somebody subscribes. Loop only. */
    boolean isIgnored(String subject) {
        byte[] name = subject.getBytes(StandardCharsets.UTF_8);
        MatchResult match = new MatchResult();
        account.interest().match(name, 0, name.length, match);
        for (int i = 0; i < match.plainCount(); i++) {
            if (!(match.plain(i).subscriber instanceof DeafEar)) {
                return false;
            }
        }
        return match.groupCount() == 0;
    }

    @Override
    public boolean deliver(Subscription subscription, Publication p, Subscriber origin) {
        return false;
    }

    @Override
    public long connectionId() {
        return id;
    }

    /** One subscription's way to its handler. */
    private final class Ear implements Subscriber {
        private final Handler handler;

        Ear(Handler handler) {
            this.handler = handler;
        }

        @Override
        public boolean deliver(Subscription subscription, Publication p, Subscriber origin) {
            if (origin == InternalClient.this) {
                return false;
            }
            if (isOnlyTraced(p, origin)) {
                return true;
            }
            subscription.delivered++;
            asked();
            Request request =
                    new Request(
                            text(p.subjectBuffer, p.subjectOffset, p.subjectLength),
                            p.replyLength == 0
                                    ? null
                                    : text(p.buffer, p.replyOffset, p.replyLength),
                            text(p.buffer, p.bodyOffset(), p.bodyLength()),
                            text(p.buffer, p.messageOffset, p.headerLength),
                            account,
                            origin.describe());
            server.loop().execute(() -> handler.handle(request));
            return true;
        }

        @Override
        public long connectionId() {
            return id;
        }

        /** Each account has its own. */
        @Override
        public boolean hearsImports(Subscription subscription) {
            return false;
        }

        private static String text(byte[] b, int offset, int length) {
            return new String(b, offset, length, StandardCharsets.UTF_8);
        }
    }

    /** Takes everything and hears nothing. */
    private final class DeafEar implements Subscriber {
        @Override
        public boolean deliver(Subscription subscription, Publication p, Subscriber origin) {
            subscription.delivered++;
            return true;
        }

        @Override
        public boolean hearsImports(Subscription subscription) {
            return false;
        }

        @Override
        public long connectionId() {
            return id;
        }
    }

    /** One listener's place in the interest. */
    private final class KeenEar implements Subscriber {
        private final Listener listener;

        KeenEar(Listener listener) {
            this.listener = listener;
        }

        @Override
        public boolean deliver(Subscription subscription, Publication p, Subscriber origin) {
            if (!listener.tellsTraces() && isOnlyTraced(p, origin)) {
                return true;
            }
            if (!listener.hear(p, origin)) {
                return false;
            }
            subscription.delivered++;
            return true;
        }

        /** Streams do; requests to the server's own services stay in their account. */
        @Override
        public boolean hearsImports(Subscription subscription) {
            return !subscription.subject().startsWith("$JS.");
        }

        @Override
        public long connectionId() {
            return id;
        }
    }
}
