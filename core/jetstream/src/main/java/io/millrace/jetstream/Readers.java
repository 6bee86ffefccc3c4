package io.millrace.jetstream;

import io.millrace.store.RemovalListener;
import io.millrace.store.SubjectFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which consumers of a stream want a subject. Owned by the loop. */
/* Literal filters, those of many watchers of single keys, are found by one look-up; wildcards are
 * held against the subject one after the other. A consumer with several filters is met once, since
 * its filters do not overlap. */
final class Readers implements RemovalListener {
    private final List<Consumer> all = new ArrayList<>();
    private final List<Consumer> ofAll = new ArrayList<>();
    private final Map<Subject, List<Consumer>> ofOne = new HashMap<>();
    private final List<Pattern> ofPatterns = new ArrayList<>();
    private final Subject probe = new Subject(new byte[0], 0, 0);
    private Consumer[] found = new Consumer[4];
    private int count;

    /** A consumer and one of its filters. */
    private record Pattern(SubjectFilter filter, Consumer consumer) {}

    /** A subject as a key; the probe is changed, those in the map are not. */
    private static final class Subject {
        private byte[] bytes;
        private int offset;
        private int length;

        Subject(byte[] bytes, int offset, int length) {
            this.bytes = bytes;
            this.offset = offset;
            this.length = length;
        }

        @Override
        public int hashCode() {
            int hash = 1;
            for (int i = 0; i < length; i++) {
                hash = hash * 31 + bytes[offset + i];
            }
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Subject that
                    && Arrays.equals(
                            bytes,
                            offset,
                            offset + length,
                            that.bytes,
                            that.offset,
                            that.offset + that.length);
        }
    }

    void add(Consumer consumer) {
        all.add(consumer);
        List<SubjectFilter> filters = consumer.filters();
        if (filters.isEmpty()) {
            ofAll.add(consumer);
            return;
        }
        for (SubjectFilter filter : filters) {
            if (filter.isAll()) {
                ofAll.add(consumer);
            } else if (filter.isLiteral()) {
                byte[] text = filter.text();
                ofOne.computeIfAbsent(new Subject(text, 0, text.length), s -> new ArrayList<>())
                        .add(consumer);
            } else {
                ofPatterns.add(new Pattern(filter, consumer));
            }
        }
    }

    void remove(Consumer consumer) {
        all.remove(consumer);
        ofAll.remove(consumer);
        ofPatterns.removeIf(pattern -> pattern.consumer == consumer);
        for (SubjectFilter filter : consumer.filters()) {
            if (filter.isLiteral()) {
                byte[] text = filter.text();
                Subject subject = new Subject(text, 0, text.length);
                List<Consumer> those = ofOne.get(subject);
                if (those != null && those.remove(consumer) && those.isEmpty()) {
                    ofOne.remove(subject);
                }
            }
        }
    }

    @Override
    public boolean caresFor(long last) {
        for (Consumer consumer : all) {
            if (consumer.caresForRemoval(last)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void removed(byte[] subject, int offset, int length, long first, long last, int of) {
        if (!caresFor(last)) {
            return;
        }
        int wanted = match(subject, offset, length);
        for (int i = 0; i < wanted; i++) {
            at(i).removed(first, last, of);
        }
    }

    @Override
    public void removedAll() {
        for (Consumer consumer : all) {
            consumer.feed().removedAll();
        }
    }

    /** Finds those who want a subject; {@link #at} names them until the next call. */
    int match(byte[] subject, int offset, int length) {
        count = 0;
        for (int i = 0; i < ofAll.size(); i++) {
            found(ofAll.get(i));
        }
        if (!ofOne.isEmpty()) {
            probe.bytes = subject;
            probe.offset = offset;
            probe.length = length;
            List<Consumer> those = ofOne.get(probe);
            if (those != null) {
                for (int i = 0; i < those.size(); i++) {
                    found(those.get(i));
                }
            }
        }
        for (int i = 0; i < ofPatterns.size(); i++) {
            Pattern pattern = ofPatterns.get(i);
            if (pattern.filter.matches(subject, offset, length)) {
                found(pattern.consumer);
            }
        }
        return count;
    }

    private void found(Consumer consumer) {
        if (count == found.length) {
            found = Arrays.copyOf(found, count * 2);
        }
        found[count++] = consumer;
    }

    Consumer at(int index) {
        return found[index];
    }
}
