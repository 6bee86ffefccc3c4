package io.millrace.auth;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A set of subjects with wildcards that is asked whether it covers one. Immutable once built. */
/* A tree of tokens, so that asking costs the depth of the subject and not the length of the list,
 * and takes no object: a token is compared as bytes. */
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

    /** Whether a member covers everything that {@code subject}, wildcards included, covers. */
    boolean coversAllOf(String subject) {
        for (String member : subjects) {
            if (isSubset(subject, member)) {
                return true;
            }
        }
        return false;
    }

    /** Whether some literal subject is covered by {@code subject} and by a member. */
    boolean overlaps(String subject) {
        for (String member : subjects) {
            if (overlap(subject, member)) {
                return true;
            }
        }
        return false;
    }

    /** Whether {@code wide} covers everything that {@code narrow} covers. */
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
        private final Map<String, Node> building = new HashMap<>(2);
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

        Node literalOrNew(String token) {
            return building.computeIfAbsent(
                    token,
                    name -> {
                        Node child = new Node(name.getBytes(StandardCharsets.UTF_8));
                        literals.add(child);
                        return child;
                    });
        }

        @Nullable Node literal(byte[] b, int from, int to) {
            for (int i = 0; i < literals.size(); i++) {
                Node child = literals.get(i);
                if (Arrays.equals(child.token, 0, child.token.length, b, from, to)) {
                    return child;
                }
            }
            return null;
        }
    }
}
