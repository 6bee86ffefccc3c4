package io.millrace.jetstream;

import io.millrace.jetstream.api.ApiError;
import io.millrace.jetstream.api.ApiException;
import io.millrace.jetstream.api.Discard;
import io.millrace.jetstream.api.StreamConfig;
import io.millrace.store.RemovalRun;
import io.millrace.store.StoreException;
import io.millrace.store.StreamStore;
import java.util.ArrayList;
import java.util.List;

/** How much a stream may hold, and what gives way when it holds more. Owned by the loop. */
final class StreamBounds {
    /** With fewer messages, everything is done when it is needed. */
    private static final int LARGE = 20_000;

    private final Stream stream;

    /** What is too much by a change of the limits is being taken out. */
    private boolean tightening;

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
            long count = stream.subjects().count(subject, offset, length);
            // where a work takes them out, it is enough that they do not become more
            for (long most = tightening ? 2 : count; count > perSubject && most > 0; most--) {
                if (!stream.remove(stream.subjects().first(subject, offset, length))) {
                    break;
                }
                count--;
            }
        }
        if (!tightening) {
            enforceTotals(config);
        }
    }

    private void enforceTotals(StreamConfig config) throws StoreException {
        StreamStore store = stream.store();
        if (config.discard() == Discard.NEW) {
            return;
        }
        while ((config.maxMsgs() > 0 && store.messages() > config.maxMsgs())
                || (config.maxBytes() > 0 && store.bytes() > config.maxBytes())) {
            if (store.messages() == 0 || !stream.remove(store.firstSequence())) {
                return;
            }
        }
    }

    /** After a start: a tighter limit may not have taken everything out when the process ended. */
    void restore() {
        if (stream.store().messages() <= LARGE) {
            return;
        }
        if (stream.config().maxMsgsPerSubject() > 0) {
            // the next message needs it: it had better not wait for all of it
            stream.longWork()
                    .begin(
                            new Reading(
                                    () -> stream.store().buildIndex(Reading.SUBJECTS),
                                    () -> enforceAll(0, failed -> {}),
                                    failed -> {}));
        } else {
            enforceAll(0, failed -> {});
        }
    }

    /**
     * After the limits were changed: what is too much goes, piece by piece.
     *
     * @param number of the record of the change
     */
    void enforceAll(long number, Stream.Ending done) {
        List<RemovalRun> runs = runs();
        if (runs.isEmpty()) {
            done.ended(null);
            return;
        }
        tightening = true;
        stream.longWork()
                .begin(
                        new Removal(
                                stream,
                                runs,
                                false,
                                number,
                                removed -> {
                                    tightening = false;
                                    done.ended(null);
                                },
                                failed -> {
                                    tightening = false;
                                    done.ended(failed);
                                }));
    }

    /** The same at once, for what nobody reads from yet. */
    void enforceAllNow() throws StoreException {
        for (RemovalRun run : runs()) {
            while (run.goOn(LongWork.PIECE)) {
                // until nothing is too much
            }
            stream.tookOut();
        }
    }

    private List<RemovalRun> runs() {
        StreamConfig config = stream.config();
        List<RemovalRun> runs = new ArrayList<>();
        if (config.maxMsgsPerSubject() > 0) {
            runs.add(stream.store().trimming(config.maxMsgsPerSubject()));
        }
        boolean bounded = config.maxMsgs() > 0 || config.maxBytes() > 0;
        if (bounded && config.discard() == Discard.OLD) {
            runs.add(
                    stream.store()
                            .cutting(
                                    0,
                                    config.maxMsgs() > 0 ? config.maxMsgs() : Long.MAX_VALUE,
                                    config.maxBytes() > 0 ? config.maxBytes() : Long.MAX_VALUE));
        }
        return runs;
    }
}
