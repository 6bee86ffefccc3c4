package io.millrace.broker;

import java.nio.charset.StandardCharsets;

/** Text of a peer made fit for a log line: no secrets, no control characters. */
final class Redaction {
    private static final String[] SECRETS = {
        "pass", "auth_token", "jwt", "sig", "nkey", "proxy_sig"
    };

    private Redaction() {}

    /** A CONNECT with its secrets replaced. */
    static String connect(byte[] b, int offset, int length) {
        String text = new String(b, offset, length, StandardCharsets.UTF_8);
        for (String secret : SECRETS) {
            text = redact(text, "\"" + secret + "\"");
        }
        return "CONNECT " + printable(text);
    }

    /** Replaces the value behind every occurrence of {@code key}, string or not. */
    private static String redact(String text, String key) {
        StringBuilder out = new StringBuilder(text.length());
        int position = 0;
        while (true) {
            int found = indexOfIgnoreCase(text, key, position);
            if (found < 0) {
                return out.append(text, position, text.length()).toString();
            }
            int value = found + key.length();
            while (value < text.length()
                    && (text.charAt(value) == ' ' || text.charAt(value) == ':')) {
                value++;
            }
            out.append(text, position, value).append("\"[REDACTED]\"");
            position = valueEnd(text, value);
        }
    }

    private static int indexOfIgnoreCase(String text, String key, int from) {
        for (int i = from; i + key.length() <= text.length(); i++) {
            if (text.regionMatches(true, i, key, 0, key.length())) {
                return i;
            }
        }
        return -1;
    }

    private static int valueEnd(String text, int from) {
        boolean quoted = from < text.length() && text.charAt(from) == '"';
        int i = quoted ? from + 1 : from;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (quoted ? c == '"' : c == ',' || c == '}') {
                return quoted ? i + 1 : i;
            }
            i++;
        }
        return text.length();
    }

    /** Quoted as Go's %q does, for the bytes that matter. */
    static String quote(byte[] b, int offset, int length) {
        return "\"" + printable(new String(b, offset, length, StandardCharsets.UTF_8)) + "\"";
    }

    static String printable(String text) {
        StringBuilder out = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c == 0x7f) {
                if (out == null) {
                    out = new StringBuilder(text.length() + 16).append(text, 0, i);
                }
                switch (c) {
                    case '\r' -> out.append("\\r");
                    case '\n' -> out.append("\\n");
                    case '\t' -> out.append("\\t");
                    default -> {
                        out.append("\\x").append(Character.forDigit(c >> 4, 16));
                        out.append(Character.forDigit(c & 15, 16));
                    }
                }
            } else if (out != null) {
                out.append(c);
            }
        }
        return out == null ? text : out.toString();
    }
}
