package io.millrace.jetstream;

import io.millrace.broker.Account;
import io.millrace.broker.ClientNumbers;
import io.millrace.broker.Server;
import io.millrace.jetstream.api.AckPolicy;
import io.millrace.jetstream.api.ConsumerConfig;
import io.millrace.jetstream.api.StreamConfig;

/**
 * What can be seen of the streams and consumers of one account where subscriptions and clients are
 * counted. Owned by the loop.
 */
/* One subscription hears all requests here and one all acknowledgements. What is counted are the
 * subjects that are served through them, as many as nats-server has subscriptions for. */
final class Presence {
    /** Requests for the next message, and to begin again. */
    private static final int OF_CONSUMER = 2;

    /** Both kinds of subjects that acknowledgements, and answers to flow control, may have. */
    private static final int OF_ANSWERS = 2;

    /** The last message of a subject is asked for with the subject, too. */
    private static final int OF_DIRECT = 2;

    private final Server server;
    private final Account account;

    Presence(Server server, Account account) {
        this.server = server;
        this.account = account;
    }

    /** A stream begins, and has no subjects yet. */
    void streamComes() {
        numbers().came(account);
        numbers().cameToSystem();
    }

    /** It hears its subjects. */
    void streamCame() {
        numbers().came(account);
    }

    /** How many subjects are served for a stream, instead of {@code before}. */
    int served(StreamConfig config, int before) {
        int now = config.allowDirect() ? OF_DIRECT : 0;
        account.interest().served(now - before);
        return now;
    }

    void streamLeft(int served, ClosedBy why) {
        account.interest().served(-served);
        if (why != ClosedBy.SHUTDOWN) {
            numbers().left(account);
            numbers().leftSystem();
            numbers().left(account);
        }
    }

    /** How many subjects are served for a new consumer. */
    int consumerCame(ConsumerConfig config) {
        numbers().came(account);
        numbers().cameToSystem();
        inSystem(1);
        return served(config, 0);
    }

    /** How many subjects are served for a consumer, instead of {@code before}. */
    int served(ConsumerConfig config, int before) {
        int now = OF_CONSUMER;
        if (config.ackPolicy() != AckPolicy.NONE) {
            now += OF_ANSWERS;
        }
        if (config.flowControl()) {
            now += OF_ANSWERS;
        }
        account.interest().served(now - before);
        return now;
    }

    void consumerLeft(int served, ClosedBy why) {
        account.interest().served(-served);
        inSystem(-1);
        if (why != ClosedBy.SHUTDOWN) {
            numbers().left(account);
            numbers().leftSystem();
        }
    }

    /** Servers of a cluster ask each other there how a consumer is doing. */
    private void inSystem(int subjects) {
        Account system = server.accounts().system();
        if (system != null) {
            system.interest().served(subjects);
        }
    }

    private ClientNumbers numbers() {
        return server.clientNumbers();
    }
}
