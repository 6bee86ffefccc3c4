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
     * @param sender who asks; null for another part of this server
     */
    public record Request(
            String subject,
            @Nullable String reply,
            String payload,
            Account account,
            @Nullable ConnectionInfo sender) {}

    /** Hears {@code subject} from now on. Loop only. */
    public void subscribe(String subject, Handler handler) {
        Subscription subscription =
                new Subscription(
                        new Ear(handler),
                        subject.getBytes(StandardCharsets.UTF_8),
                        Integer.toString(++lastSid).getBytes(StandardCharsets.US_ASCII),
                        null,
                        false);
        account.interest().add(subscription);
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
    }

    /**
     * Hears {@code subject} from now on, at once and without a copy; what this client publishes
     * itself, too. Loop only.
     *
     * @param queue the group of which one member hears each message; null for every message
     */
    public Subscription listen(String subject, @Nullable String queue, Listener listener) {
        Subscription subscription =
                new Subscription(
                        new KeenEar(listener),
                        subject.getBytes(StandardCharsets.UTF_8),
                        Integer.toString(++lastSid).getBytes(StandardCharsets.US_ASCII),
                        queue,
                        false);
        account.interest().add(subscription);
        return subscription;
    }

    /** Ends what {@link #listen} began. Loop only; may be called twice. */
    public void unlisten(Subscription subscription) {
        account.interest().remove(subscription);
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
        return server.router().routeTo(account, destination, offset, length, message, this);
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

    /** Whether anybody would hear it. Loop only. */
    boolean isHeard(String subject) {
        byte[] name = subject.getBytes(StandardCharsets.UTF_8);
        return account.interest().hasInterest(name, 0, name.length);
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
            subscription.delivered++;
            Request request =
                    new Request(
                            text(p.subjectBuffer, p.subjectOffset, p.subjectLength),
                            p.replyLength == 0
                                    ? null
                                    : text(p.buffer, p.replyOffset, p.replyLength),
                            text(p.buffer, p.bodyOffset(), p.bodyLength()),
                            account,
                            origin.describe());
            server.loop().execute(() -> handler.handle(request));
            return true;
        }

        @Override
        public long connectionId() {
            return id;
        }

        private static String text(byte[] b, int offset, int length) {
            return new String(b, offset, length, StandardCharsets.UTF_8);
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
            if (!listener.hear(p, origin)) {
                return false;
            }
            subscription.delivered++;
            return true;
        }

        @Override
        public long connectionId() {
            return id;
        }
    }
}
