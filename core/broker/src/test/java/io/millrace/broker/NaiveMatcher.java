package io.millrace.broker;

/** The rules of wildcards, written down in the shortest way. */
final class NaiveMatcher {
    private NaiveMatcher() {}

    /** Whether a subscription to {@code pattern} receives what is published to {@code subject}. */
    static boolean covers(String pattern, String subject) {
        String[] wanted = pattern.split("\\.", -1);
        String[] tokens = subject.split("\\.", -1);
        for (String token : tokens) {
            if (token.isEmpty()) {
                return false;
            }
        }
        for (int i = 0; i < wanted.length; i++) {
            boolean last = i == wanted.length - 1;
            if (last && wanted[i].equals(">")) {
                return tokens.length > i;
            }
            if (i >= tokens.length || !(wanted[i].equals("*") || wanted[i].equals(tokens[i]))) {
                return false;
            }
        }
        return wanted.length == tokens.length;
    }
}
