package io.millrace.jetstream;

import io.millrace.auth.SubjectSet;
import io.millrace.jetstream.api.AckPolicy;
import io.millrace.jetstream.api.ApiError;
import io.millrace.jetstream.api.ApiException;
import io.millrace.jetstream.api.ConsumerConfig;
import io.millrace.jetstream.api.ConsumerRules;
import io.millrace.jetstream.api.DeliverPolicy;
import io.millrace.jetstream.api.Retention;
import io.millrace.jetstream.api.StreamConfig;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonFields;
import io.millrace.store.NewestRun;
import io.millrace.store.StoreException;
import io.millrace.store.SubjectFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a consumer comes to be, or gets another configuration. Loop only. */
final class ConsumerMaking {
    private static final String LETTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int NAME_LENGTH = 8;
    private static final long[] NONE = new long[0];

    private final JetStreamAccount account;

    ConsumerMaking(JetStreamAccount account) {
        this.account = account;
    }

    /** What a request says. */
    record Asked(String stream, ConsumerConfig config, String action, boolean pedantic) {
        static Asked of(JsonFields fields) throws JsonException {
            JsonFields config = fields.object("config", "ConsumerConfig");
            Asked asked =
                    new Asked(
                            fields.text("stream_name"),
                            config == null
                                    ? ConsumerConfig.builder().build()
                                    : ConsumerConfig.read(config),
                            fields.text("action"),
                            fields.flag("pedantic"));
            if (config != null) {
                config.refuseUnknown();
            }
            return asked;
        }
    }

    /**
     * Makes the consumer that a request asks for, or changes the one that is there.
     *
     * @param found the newest message of each subject
     * @return null when it begins with those and they have to be found first, as {@link #seeking}
     *     does
     */
    @Nullable Consumer make(ApiRequest request, Asked asked, @Nullable NewestRun found)
            throws ApiException, StoreException {
        if (!asked.stream().equals(request.stream())) {
            throw ApiError.STREAM_MISMATCH.asException();
        }
        ConsumerConfig named = named(request, asked.config());
        Stream stream = account.required(request.stream());
        ConsumerConfig config =
                ConsumerRules.complete(
                        named,
                        stream.config(),
                        account.engine().limits(),
                        account.limits().maxAckPending(),
                        asked.pedantic());
        refuseCycle(stream, config);
        Consumer known = named.name().isEmpty() ? null : stream.consumer(named.name());
        if (known != null) {
            return update(stream, known, config, asked);
        }
        if (asked.action().equals("update")) {
            throw ApiError.CONSUMER_DOES_NOT_EXIST.asException();
        }
        requireRoom(stream, config);
        requireSoleReader(stream, config, null);
        long[] newest = NONE;
        long end = stream.store().lastSequence();
        if (config.deliverPolicy() == DeliverPolicy.LAST_PER_SUBJECT) {
            if (found == null) {
                return null;
            }
            newest = found.found();
            end = found.upTo();
        }
        String name = named.name().isEmpty() ? newName(stream) : named.name();
        Consumer made =
                Consumer.create(
                        stream,
                        new ConsumerDefinition(name, account.engine().epochNanos(), end, config),
                        newest);
        stream.add(made);
        made.open(newest);
        made.journalBeginning();
        made.advise("CREATED", "consumer_action", page -> page.text("action", "create"));
        return made;
    }

    /** Finds out piece by piece what {@link #make} has to know. */
    static NewestRun seeking(Stream stream, Asked asked) {
        return stream.store()
                .newest(
                        asked.config().filters().stream().map(SubjectFilter::of).toList(),
                        stream.store().lastSequence(),
                        Integer.MAX_VALUE - 8);
    }

    private Consumer update(Stream stream, Consumer known, ConsumerConfig config, Asked asked)
            throws ApiException, StoreException {
        boolean same = known.config().equals(config);
        if (asked.action().equals("create") && !same) {
            throw ApiError.CONSUMER_ALREADY_EXISTS.asException();
        }
        if (same) {
            return known;
        }
        ConsumerConfig changed =
                ConsumerRules.update(
                        known.config(),
                        config,
                        stream.config(),
                        account.engine().limits(),
                        account.limits().maxAckPending(),
                        asked.pedantic());
        requireSoleReader(stream, changed, known);
        known.reconfigure(changed);
        return known;
    }

    /** The configuration with the name that subject and body agree on. */
    private static ConsumerConfig named(ApiRequest request, ConsumerConfig config)
            throws ApiException {
        return switch (request.call()) {
            case CONSUMER_CREATE -> ephemeral(config);
            case CONSUMER_CREATE_DURABLE -> durable(request, config);
            default -> withName(request, config);
        };
    }

    private static ConsumerConfig ephemeral(ConsumerConfig config) throws ApiException {
        if (config.isDurable()) {
            throw ApiError.CONSUMER_EPHEMERAL_WITH_DURABLE_NAME.asException();
        }
        return config;
    }

    private static ConsumerConfig durable(ApiRequest request, ConsumerConfig config)
            throws ApiException {
        if (!config.isDurable()) {
            throw ApiError.CONSUMER_DURABLE_NAME_NOT_SET.asException();
        }
        if (!config.durable().equals(request.consumer())) {
            throw ApiError.CONSUMER_DURABLE_NAME_NOT_MATCH_SUBJECT.asException();
        }
        return config.toBuilder().name(config.durable()).build();
    }

    private static ConsumerConfig withName(ApiRequest request, ConsumerConfig config)
            throws ApiException {
        String name = request.consumer();
        if (config.isDurable() && !config.durable().equals(name)) {
            throw ApiError.CONSUMER_DURABLE_NAME_NOT_MATCH_SUBJECT.asException();
        }
        if (request.call() == ApiCall.CONSUMER_CREATE_FILTERED) {
            requireSameFilter(request, config);
        }
        return config.toBuilder().name(name).build();
    }

    private static void requireSameFilter(ApiRequest request, ConsumerConfig config)
            throws ApiException {
        int from = request.call().streamToken() + 2;
        String filter = String.join(".", request.tokens().subList(from, request.tokens().size()));
        List<String> filters = config.filters();
        if (filters.size() != 1 || !filters.getFirst().equals(filter)) {
            throw ApiError.CONSUMER_CREATE_FILTER_SUBJECT_MISMATCH.asException();
        }
    }

    private static void refuseCycle(Stream stream, ConsumerConfig config) throws ApiException {
        if (!config.isPush()) {
            return;
        }
        for (String subject : stream.config().subjects()) {
            if (SubjectSet.overlap(subject, config.deliverSubject())) {
                throw ApiError.CONSUMER_DELIVER_CYCLE.asException();
            }
        }
    }

    private void requireRoom(Stream stream, ConsumerConfig config) throws ApiException {
        StreamConfig limits = stream.config();
        long most = limits.maxConsumers();
        if (most <= 0) {
            most = account.engine().limits().defaultMaxConsumers();
        }
        boolean full = most > 0 && stream.consumers().size() >= most;
        long ofAccount = account.limits().maxConsumers();
        if (full || (ofAccount > 0 && account.consumerCount() >= ofAccount)) {
            throw ApiError.MAXIMUM_CONSUMERS_LIMIT.asException();
        }
        if (limits.retention() == Retention.WORKQUEUE
                && config.ackPolicy() != AckPolicy.EXPLICIT
                && !config.direct()) {
            throw ApiError.CONSUMER_WQ_REQUIRES_EXPLICIT_ACK.asException();
        }
    }

    /** In a work queue, each message is for one consumer only. */
    private static void requireSoleReader(
            Stream stream, ConsumerConfig config, @Nullable Consumer except) throws ApiException {
        if (stream.config().retention() != Retention.WORKQUEUE) {
            return;
        }
        if (config.deliverPolicy() != DeliverPolicy.ALL) {
            throw ApiError.CONSUMER_WQ_CONSUMER_NOT_DELIVER_ALL.asException();
        }
        for (Consumer other : stream.consumers()) {
            if (other == except) {
                continue;
            }
            if (config.filters().isEmpty()) {
                throw ApiError.CONSUMER_WQ_MULTIPLE_UNFILTERED.asException();
            }
            if (other.config().filters().isEmpty() || overlap(config, other.config())) {
                throw ApiError.CONSUMER_WQ_CONSUMER_NOT_UNIQUE.asException();
            }
        }
    }

    private static boolean overlap(ConsumerConfig one, ConsumerConfig other) {
        for (String filter : one.filters()) {
            for (String theirs : other.filters()) {
                if (SubjectSet.overlap(filter, theirs)) {
                    return true;
                }
            }
        }
        return false;
    }

    private String newName(Stream stream) {
        while (true) {
            StringBuilder name = new StringBuilder(NAME_LENGTH);
            for (int i = 0; i < NAME_LENGTH; i++) {
                name.append(LETTERS.charAt(account.engine().chance().nextInt(LETTERS.length())));
            }
            if (stream.consumer(name.toString()) == null) {
                return name.toString();
            }
        }
    }

    /** Whether a consumer may be set back to a sequence; 0 for its ack floor. */
    void requireResettable(Consumer consumer, long sequence) throws ApiException {
        if (sequence == 0) {
            return;
        }
        ConsumerConfig config = consumer.config();
        switch (config.deliverPolicy()) {
            case ALL -> {}
            case BY_START_SEQUENCE -> {
                if (sequence < config.optStartSequence()) {
                    throw ApiError.CONSUMER_INVALID_RESET.because("below start seq");
                }
            }
            case BY_START_TIME -> {
                try {
                    long first =
                            consumer.stream().store().firstSequenceAt(config.optStartTimeNanos());
                    if (sequence < first) {
                        throw ApiError.CONSUMER_INVALID_RESET.because("below start time");
                    }
                } catch (StoreException failed) {
                    throw account.engine().answerFor(failed);
                }
            }
            default -> throw ApiError.CONSUMER_INVALID_RESET.because("not allowed to reset");
        }
    }
}
