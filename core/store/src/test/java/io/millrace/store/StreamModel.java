package io.millrace.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a stream should hold, kept in the plainest way. */
final class StreamModel {
    static final long NEVER = Long.MAX_VALUE;

    /** A message and the numbers at which it came and went. */
    static final class Entry {
        final String subject;
        final String headers;
        final String payload;
        final long appended;
        long deleted = NEVER;

        /** Those of a number other than 0 came together. */
        long group;

        Entry(String subject, String headers, String payload, long appended) {
            this.subject = subject;
            this.headers = headers;
            this.payload = payload;
            this.appended = appended;
        }

        int bytes() {
            return subject.length()
                    + headers.length()
                    + payload.length()
                    + 30
                    + (headers.isEmpty() ? 0 : 4);
        }
    }

    /** A change of a state and its number. */
    record Change(String text, long number) {}

    final int id;
    final boolean inMemory;
    long created;
    long dropped = NEVER;
    long lastSequence;
    final TreeMap<Long, Entry> messages = new TreeMap<>();
    final Map<Integer, List<Change>> states = new TreeMap<>();
    final Map<Integer, Long> statesCreated = new TreeMap<>();
    final Map<Integer, Long> statesDropped = new TreeMap<>();

    StreamModel(int id, boolean inMemory, long created) {
        this.id = id;
        this.inMemory = inMemory;
        this.created = created;
    }

    List<Long> live() {
        List<Long> live = new ArrayList<>();
        messages.forEach(
                (sequence, entry) -> {
                    if (entry.deleted == NEVER) {
                        live.add(sequence);
                    }
                });
        return live;
    }

    static boolean matches(String filter, String subject) {
        String[] f = filter.split("\\.", -1);
        String[] s = subject.split("\\.", -1);
        for (int i = 0; i < f.length; i++) {
            if (f[i].equals(">")) {
                return s.length > i;
            }
            if (i >= s.length || (!f[i].equals("*") && !f[i].equals(s[i]))) {
                return false;
            }
        }
        return f.length == s.length;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
