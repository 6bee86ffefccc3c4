package io.millrace.protocol;

/** JSON strings as Go's encoding/json writes them. */
public final class JsonText {
    private static final String HEX = "0123456789abcdef";

    private JsonText() {}

    /** Appends {@code value} in quotes, with everything escaped that Go escapes. */
    public static void quote(StringBuilder out, String value) {
        out.append('"');
        int from = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (!isPlain(c)) {
                out.append(value, from, i);
                from = i + 1;
                switch (c) {
                    case '<', '>', '&' -> unicode(out, c);
                    default -> append(out, value, i);
                }
            }
        }
        out.append(value, from, value.length()).append('"');
    }

    /** The same, only that {@code <}, {@code >} and {@code &} stay, for people to read. */
    public static void quotePlainly(StringBuilder out, String value) {
        out.append('"');
        int from = 0;
        for (int i = 0; i < value.length(); i++) {
            if (!isPlain(value.charAt(i))) {
                out.append(value, from, i);
                from = i + 1;
                append(out, value, i);
            }
        }
        out.append(value, from, value.length()).append('"');
    }

    /** Whether it is written as it is everywhere; most are, and those are copied together. */
    private static boolean isPlain(char c) {
        return c >= ' ' && c < 127 && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&';
    }

    private static void append(StringBuilder out, String value, int i) {
        char c = value.charAt(i);
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            case '\u2028', '\u2029' -> unicode(out, c);
            default -> {
                if (c < 0x20) {
                    unicode(out, c);
                } else if (isLoneSurrogate(value, i)) {
                    out.append("\\ufffd");
                } else {
                    out.append(c);
                }
            }
        }
    }

    private static boolean isLoneSurrogate(String value, int i) {
        char c = value.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == value.length() || !Character.isLowSurrogate(value.charAt(i + 1));
        }
        return Character.isLowSurrogate(c)
                && (i == 0 || !Character.isHighSurrogate(value.charAt(i - 1)));
    }

    private static void unicode(StringBuilder out, char c) {
        out.append("\\u")
                .append(HEX.charAt(c >> 12))
                .append(HEX.charAt((c >> 8) & 15))
                .append(HEX.charAt((c >> 4) & 15))
                .append(HEX.charAt(c & 15));
    }
}
