package io.millrace.jetstream;

import io.millrace.jetstream.api.ApiError;
import io.millrace.jetstream.api.ApiException;
import io.millrace.jetstream.api.Discard;
import io.millrace.jetstream.api.StreamConfig;
import io.millrace.store.StoreException;
import io.millrace.store.StreamStore;
import io.millrace.store.SubjectFilter;
import java.util.ArrayList;
import java.util.List;

/** How much a stream may hold, and what gives way when it holds more. Owned by the loop. */
final class StreamBounds {
    /** More than this go by one record for all of them. */
    private static final long MANY = 1000;

    private final Stream stream;

    StreamBounds(Stream stream) {
        this.stream = stream;
    }

    /**
     * Messages that are to be stored together with one.
     *
     * @param ofItsSubject how many of them have the same subject
     */
    record Others(long messages, long bytes, long ofItsSubject) {}

    static final Others NOTHING = new Others(0, 0, 0);

    /**
     * Refuses a message for which there is no room: in the account, or where the old ones are not
     * to give way.
     *
     * @param before what is stored with it, in front of it
     * @return what it counts for
     */
    long admit(Incoming message, Others before) throws ApiException, StoreException {
        long size =
                stream.store()
                        .surcharged(
                                message.subjectLength, message.headersLength, message.bodyLength);
        stream.account().admit(stream.config().storage(), before.bytes() + size);
        if (stream.config().discard() == Discard.NEW) {
            requireRoom(
                    message.subject, message.subjectOffset, message.subjectLength, size, before);
        }
        return size;
    }

    private void requireRoom(byte[] subject, int offset, int length, long size, Others before)
            throws ApiException, StoreException {
        StreamConfig config = stream.config();
        StreamStore store = stream.store();
        long perSubject = config.maxMsgsPerSubject();
        boolean subjectIsFull =
                perSubject > 0
                        && stream.subjects().count(subject, offset, length) + before.ofItsSubject()
                                >= perSubject;
        if (subjectIsFull && config.discardNewPerSubject()) {
            throw ApiError.STREAM_STORE_FAILED_F.because("maximum messages per subject exceeded");
        }
        if (config.maxMsgs() > 0
                && store.messages() + before.messages() >= config.maxMsgs()
                && !subjectIsFull) {
            throw ApiError.STREAM_STORE_FAILED_F.because("maximum messages exceeded");
        }
        if (config.maxBytes() > 0 && store.bytes() + before.bytes() + size > config.maxBytes()) {
            throw ApiError.STREAM_STORE_FAILED_F.because("maximum bytes exceeded");
        }
    }

    /** Whether it matters to a message how many there are. */
    boolean isBounded() {
        StreamConfig config = stream.config();
        return config.maxMsgs() > 0
                || config.maxBytes() > 0
                || config.maxMsgsPerSubject() > 0
                || config.discard() == Discard.NEW;
    }

    /** After a message was appended: the oldest give way. */
    void enforce(byte[] subject, int offset, int length) throws StoreException {
        StreamConfig config = stream.config();
        long perSubject = config.maxMsgsPerSubject();
        if (perSubject > 0) {
            for (long count = stream.subjects().count(subject, offset, length);
                    count > perSubject;
                    count--) {
                if (!stream.remove(stream.subjects().first(subject, offset, length))) {
                    break;
                }
            }
        }
        enforceTotals(config);
    }

    private void enforceTotals(StreamConfig config) throws StoreException {
        StreamStore store = stream.store();
        if (config.maxMsgs() > 0 && store.messages() - config.maxMsgs() > MANY) {
            stream.cut(store.firstOfNewest(config.maxMsgs()));
        }
        while ((config.maxMsgs() > 0 && store.messages() > config.maxMsgs())
                || (config.maxBytes() > 0 && store.bytes() > config.maxBytes())) {
            if (store.messages() == 0 || !stream.remove(store.firstSequence())) {
                return;
            }
        }
    }

    /** After the limits were changed. */
    void enforceAll() throws StoreException {
        StreamConfig config = stream.config();
        long perSubject = config.maxMsgsPerSubject();
        if (perSubject > 0) {
            List<byte[]> tooMany = new ArrayList<>();
            stream.store()
                    .subjectCounts(
                            SubjectFilter.of(">"),
                            (subject, length, count) -> {
                                if (count > perSubject) {
                                    byte[] copy = new byte[length];
                                    System.arraycopy(subject, 0, copy, 0, length);
                                    tooMany.add(copy);
                                }
                            });
            for (byte[] subject : tooMany) {
                stream.purge(SubjectFilter.of(subject), 0, perSubject);
            }
        }
        enforceTotals(config);
    }
}
