package io.millrace.auth;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A set of subjects with wildcards that is asked whether it covers one. Immutable once built. */
/* A tree of tokens, so that asking costs the depth of the subject and hardly the length of the
 * list, and takes no object: a token is compared as bytes. */
public final class SubjectSet {
    private final Node root = new Node(new byte[0]);
    private final List<String> subjects;

    SubjectSet(List<String> subjects) {
        this.subjects = List.copyOf(subjects);
        for (String subject : subjects) {
            add(subject);
        }
    }

    List<String> subjects() {
        return subjects;
    }

    boolean isEmpty() {
        return subjects.isEmpty();
    }

    private void add(String subject) {
        Node node = root;
        for (String token : subject.split("\\.", -1)) {
            node =
                    switch (token) {
                        case "*" -> node.anyOrNew();
                        case ">" -> node.restOrNew();
                        default -> node.literalOrNew(token);
                    };
        }
        node.isEnd = true;
    }

    /** Whether a member covers the literal subject. */
    boolean covers(byte[] b, int offset, int length) {
        return length > 0 && covers(root, b, offset, offset + length);
    }

    private static boolean covers(Node node, byte[] b, int from, int end) {
        if (node.rest != null) {
            return true;
        }
        int to = from;
        while (to < end && b[to] != '.') {
            to++;
        }
        Node literal = node.literal(b, from, to);
        Node any = node.any;
        if (to == end) {
            return (literal != null && literal.isEnd) || (any != null && any.isEnd);
        }
        return (literal != null && covers(literal, b, to + 1, end))
                || (any != null && covers(any, b, to + 1, end));
    }

    /** Whether {@code wide} covers everything that {@code narrow}, wildcards included, covers. */
    public static boolean isSubset(String narrow, String wide) {
        String[] n = narrow.split("\\.", -1);
        String[] w = wide.split("\\.", -1);
        for (int i = 0; i < w.length; i++) {
            if (w[i].equals(">")) {
                return i < n.length;
            }
            if (i >= n.length || n[i].equals(">")) {
                return false;
            }
            if (!w[i].equals("*") && !w[i].equals(n[i])) {
                return false;
            }
        }
        return n.length == w.length;
    }

    /** Whether some literal subject is covered by both. */
    public static boolean overlap(String one, String other) {
        String[] a = one.split("\\.", -1);
        String[] b = other.split("\\.", -1);
        for (int i = 0; ; i++) {
            boolean aEnds = i >= a.length;
            boolean bEnds = i >= b.length;
            if (aEnds || bEnds) {
                return aEnds && bEnds;
            }
            if (a[i].equals(">") || b[i].equals(">")) {
                return true;
            }
            boolean wild = a[i].equals("*") || b[i].equals("*");
            if (!wild && !a[i].equals(b[i])) {
                return false;
            }
        }
    }

    private static final class Node {
        private final byte[] token;

        /** In the order of their bytes, for a search that halves. */
        private final List<Node> literals = new ArrayList<>(2);

        private @Nullable Node any;
        private @Nullable Node rest;
        private boolean isEnd;

        Node(byte[] token) {
            this.token = token;
        }

        Node anyOrNew() {
            Node child = any == null ? new Node(new byte[0]) : any;
            any = child;
            return child;
        }

        Node restOrNew() {
            Node child = rest == null ? new Node(new byte[0]) : rest;
            rest = child;
            return child;
        }

        Node literalOrNew(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            int at = find(bytes, 0, bytes.length);
            if (at >= 0) {
                return literals.get(at);
            }
            Node child = new Node(bytes);
            literals.add(-at - 1, child);
            return child;
        }

        @Nullable Node literal(byte[] b, int from, int to) {
            int at = find(b, from, to);
            return at < 0 ? null : literals.get(at);
        }

        /** Where the token is; if nowhere, minus one minus where it belongs. */
        private int find(byte[] b, int from, int to) {
            int low = 0;
            int high = literals.size() - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                byte[] there = literals.get(middle).token;
                int order = Arrays.compare(there, 0, there.length, b, from, to);
                if (order == 0) {
                    return middle;
                }
                if (order < 0) {
                    low = middle + 1;
                } else {
                    high = middle - 1;
                }
            }
            return -low - 1;
        }
    }
}
