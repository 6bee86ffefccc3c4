package io.millrace.jetstream;

import io.millrace.broker.Origin;
import io.millrace.jetstream.api.AckBody;
import io.millrace.jetstream.api.AckKind;
import io.millrace.jetstream.api.AckSubject;
import io.millrace.jetstream.api.PullRefusedException;
import io.millrace.jetstream.api.PullRequest;
import io.millrace.protocol.Publication;
import io.millrace.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes the acknowledgements of one account, and the answers to flow control, and gives each to its
 * consumer. Loop only.
 */
/* One subscription for all consumers: what a consumer costs while it idles does not grow with what
 * others do. */
final class AckDesk {
    /** "+NXT" */
    private static final int NEXT_PREFIX = 4;

    private final JetStreamAccount account;
    private final AckSubject subject = new AckSubject();
    private byte[] lastPath = new byte[0];
    private @Nullable Consumer last;

    AckDesk(JetStreamAccount account) {
        this.account = account;
    }

    void serve() {
        account.hearAll("$JS.ACK.>", this::hear);
        account.hearAll("$JS.FC.>", (p, origin) -> flow(p));
    }

    private boolean hear(Publication p, Origin origin) {
        if (!subject.parse(p.subjectBuffer, p.subjectOffset, p.subjectLength)) {
            return false;
        }
        Consumer consumer = consumer(p);
        if (consumer == null || consumer.isClosed()) {
            return false;
        }
        try {
            take(consumer, p);
        } catch (StoreException failed) {
            account.engine().storeFailed(consumer.stream(), failed);
        }
        return true;
    }

    /** Consumers send their acknowledgements in runs: the last one is looked at first. */
    private @Nullable Consumer consumer(Publication p) {
        byte[] b = p.subjectBuffer;
        Consumer known = last;
        if (known != null
                && !known.isClosed()
                && Arrays.equals(
                        lastPath,
                        0,
                        lastPath.length,
                        b,
                        subject.streamOffset(),
                        subject.consumerOffset() + subject.consumerLength())) {
            return known;
        }
        Stream stream =
                account.stream(
                        new String(
                                b,
                                subject.streamOffset(),
                                subject.streamLength(),
                                StandardCharsets.UTF_8));
        Consumer found =
                stream == null
                        ? null
                        : stream.consumer(
                                new String(
                                        b,
                                        subject.consumerOffset(),
                                        subject.consumerLength(),
                                        StandardCharsets.UTF_8));
        if (found != null) {
            last = found;
            lastPath =
                    Arrays.copyOfRange(
                            b,
                            subject.streamOffset(),
                            subject.consumerOffset() + subject.consumerLength());
        }
        return found;
    }

    private void take(Consumer consumer, Publication p) throws StoreException {
        byte[] b = p.buffer;
        int offset = p.bodyOffset();
        int length = p.bodyLength();
        long sequence = subject.streamSequence();
        Acks acks = consumer.acks();
        boolean confirms = p.replyLength > 0;
        switch (AckKind.of(b, offset, length)) {
            case ACK -> {
                sample(consumer);
                if (acks.acknowledge(sequence, subject.consumerSequence())) {
                    consumer.acknowledgedNow();
                    consumer.wake();
                }
            }
            case NEXT -> {
                sample(consumer);
                if (acks.acknowledge(sequence, subject.consumerSequence())) {
                    consumer.acknowledgedNow();
                }
                confirms = false;
                next(consumer, p);
            }
            case NAK -> {
                long delay = AckBody.delayNanos(b, offset, length);
                refused(consumer);
                acks.refuse(sequence, delay);
                consumer.acknowledgedNow();
                consumer.wake();
            }
            case PROGRESS -> {
                acks.inProgress(sequence);
                consumer.acknowledgedNow();
            }
            case TERM -> {
                terminated(consumer, AckBody.reason(b, offset, length));
                if (acks.terminate(sequence, subject.consumerSequence())) {
                    consumer.acknowledgedNow();
                    consumer.wake();
                }
            }
            case UNKNOWN -> {}
        }
        if (confirms) {
            consumer.confirm(Arrays.copyOfRange(b, p.replyOffset, p.replyOffset + p.replyLength));
        }
    }

    private void next(Consumer consumer, Publication p) {
        if (p.replyLength == 0 || !(consumer.delivery() instanceof PullDelivery pull)) {
            return;
        }
        byte[] reply = Arrays.copyOfRange(p.buffer, p.replyOffset, p.replyOffset + p.replyLength);
        byte[] body = Arrays.copyOfRange(p.buffer, p.bodyOffset(), p.bodyOffset() + p.bodyLength());
        account.engine()
                .turn()
                .request(
                        () -> {
                            try {
                                if (!consumer.isClosed()) {
                                    pull.request(
                                            reply,
                                            AckBody.next(body, 0, body.length),
                                            PullRequest.isObject(
                                                    body, NEXT_PREFIX, body.length - NEXT_PREFIX));
                                }
                            } catch (PullRefusedException bad) {
                                new StatusMessages(account).send(reply, bad.status());
                            } catch (StoreException failed) {
                                account.engine().storeFailed(consumer.stream(), failed);
                            }
                        });
    }

    private void refused(Consumer consumer) {
        long sequence = subject.streamSequence();
        long consumerSequence = subject.consumerSequence();
        long deliveries = subject.delivered();
        consumer.advise(
                "MSG_NAKED",
                "nak",
                page ->
                        page.number("consumer_seq", consumerSequence)
                                .number("stream_seq", sequence)
                                .number("deliveries", deliveries));
    }

    private void terminated(Consumer consumer, String reason) {
        long sequence = subject.streamSequence();
        long consumerSequence = subject.consumerSequence();
        long deliveries = subject.delivered();
        if (!consumer.state().isPending(sequence)) {
            return;
        }
        consumer.advise(
                "MSG_TERMINATED",
                "terminated",
                page ->
                        page.number("consumer_seq", consumerSequence)
                                .number("stream_seq", sequence)
                                .number("deliveries", deliveries)
                                .textUnlessEmpty("reason", reason));
    }

    /** A share of the acknowledgements is told of, with the time they took. */
    private void sample(Consumer consumer) {
        int percent = consumer.samplePercent();
        long sequence = subject.streamSequence();
        if (percent <= 0
                || !consumer.state().isPending(sequence)
                || (percent < 100 && account.engine().chance().nextInt(100) >= percent)) {
            return;
        }
        long consumerSequence = subject.consumerSequence();
        long deliveries = subject.delivered();
        long took = account.engine().epochNanos() - consumer.state().deliveredAtNanos(sequence);
        account.engine()
                .turn()
                .soon(
                        () ->
                                account.advisories()
                                        .metric(
                                                "CONSUMER.ACK." + consumer.path(),
                                                "consumer_ack",
                                                page ->
                                                        page.text(
                                                                        "stream",
                                                                        consumer.stream().name())
                                                                .text("consumer", consumer.name())
                                                                .number(
                                                                        "consumer_seq",
                                                                        consumerSequence)
                                                                .number("stream_seq", sequence)
                                                                .number("ack_time", took)
                                                                .number("deliveries", deliveries)));
    }

    /** An answer to a request for flow control: $JS.FC.STREAM.CONSUMER.TOKEN. */
    private boolean flow(Publication p) {
        String answered =
                new String(
                        p.subjectBuffer, p.subjectOffset, p.subjectLength, StandardCharsets.UTF_8);
        String[] tokens = answered.split("\\.", -1);
        if (tokens.length != 5) {
            return false;
        }
        Stream stream = account.stream(tokens[2]);
        Consumer consumer = stream == null ? null : stream.consumer(tokens[3]);
        return consumer != null
                && consumer.delivery() instanceof PushDelivery push
                && push.flowConfirmed(answered);
    }
}
