package io.millrace.broker;

import io.millrace.protocol.Publication;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A part of this server that takes part in an account like a client. Owned by the loop. What it
 * hears is handled after the delivery that brought it, so that a handler may publish.
 */
public final class InternalClient implements Subscriber {
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

    /** Sends a message into the account. Loop only, outside a delivery. */
    public void publish(String subject, byte[] payload) {
        byte[] name = subject.getBytes(StandardCharsets.UTF_8);
        byte[] size = Integer.toString(payload.length).getBytes(StandardCharsets.US_ASCII);
        byte[] whole = new byte[name.length + 1 + size.length + 2 + payload.length + 2];
        Publication p = new Publication();
        System.arraycopy(name, 0, whole, 0, name.length);
        int position = name.length;
        whole[position++] = ' ';
        p.tailOffset = position;
        System.arraycopy(size, 0, whole, position, size.length);
        position += size.length;
        whole[position++] = '\r';
        whole[position++] = '\n';
        p.messageOffset = position;
        System.arraycopy(payload, 0, whole, position, payload.length);
        position += payload.length;
        whole[position++] = '\r';
        whole[position] = '\n';
        p.buffer = whole;
        p.subjectBuffer = whole;
        p.subjectLength = name.length;
        p.messageLength = payload.length;
        p.tailLength = whole.length - p.tailOffset;
        p.tailCanonical = true;
        server.router().route(account, p, this);
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
                            origin instanceof ClientSession client
                                    ? ConnectionInfo.of(client.connection(), null, false)
                                    : null);
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
}
