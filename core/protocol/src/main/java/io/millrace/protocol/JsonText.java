package io.millrace.protocol;

/** JSON strings as Go's encoding/json writes them. */
public final class JsonText {
    private static final String HEX = "0123456789abcdef";

    private JsonText() {}

    /** Appends {@code value} in quotes, with everything escaped that Go escapes. */
    public static void quote(StringBuilder out, String value) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            switch (value.charAt(i)) {
                case '<', '>', '&' -> unicode(out, value.charAt(i));
                default -> append(out, value, i);
            }
        }
        out.append('"');
    }

    /** The same, only that {@code <}, {@code >} and {@code &} stay, for people to read. */
    public static void quotePlainly(StringBuilder out, String value) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            append(out, value, i);
        }
        out.append('"');
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
