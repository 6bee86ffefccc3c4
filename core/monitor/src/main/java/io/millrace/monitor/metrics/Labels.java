package io.millrace.monitor.metrics;

import java.nio.charset.StandardCharsets;

/**
 * The labels of one sample, written down as far as the value: <code>{a="b",c="d"} </code>.
 * Immutable.
 *
 * <p>Names of streams, accounts and clients are what strangers chose: quotes, line ends and
 * backslashes are escaped, and zero bytes, at which readers stop, are replaced.
 */
final class Labels {
    /** None at all. */
    static final Labels NONE = new Labels(" ");

    private static final String END = "} ";

    /** Free text of clients is cut behind so many characters. */
    private static final int TEXT_MAX = 128;

    private final byte[] bytes;

    private Labels(String text) {
        this.bytes = text.getBytes(StandardCharsets.UTF_8);
    }

    /** Names and values in turn. */
    static Labels of(String... pairs) {
        return NONE.with(pairs);
    }

    /** The same with more of them. */
    Labels with(String... pairs) {
        StringBuilder out = new StringBuilder(bytes.length + 64);
        if (this != NONE) {
            out.append(new String(bytes, StandardCharsets.UTF_8));
            out.setLength(out.length() - END.length());
        }
        for (int i = 0; i < pairs.length; i += 2) {
            out.append(out.isEmpty() ? '{' : ',').append(pairs[i]).append("=\"");
            escape(out, pairs[i + 1]);
            out.append('"');
        }
        return new Labels(out.append(END).toString());
    }

    /** Text that a client may make as long as it likes, shortened. */
    static String shortened(String text) {
        if (text.length() <= TEXT_MAX) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(TEXT_MAX - 1)) ? TEXT_MAX - 1 : TEXT_MAX;
        return text.substring(0, end);
    }

    private static void escape(StringBuilder out, String value) {
        if (isPlain(value)) {
            out.append(value);
            return;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> out.append("\\\\");
                case '"' -> out.append("\\\"");
                case '\n' -> out.append("\\n");
                case '\0' -> out.append('\uFFFD');
                default -> out.append(c);
            }
        }
    }

    private static boolean isPlain(String value) {
        return value.indexOf('\\') < 0
                && value.indexOf('"') < 0
                && value.indexOf('\n') < 0
                && value.indexOf('\0') < 0;
    }

    /** Do not write to it. */
    byte[] bytes() {
        return bytes;
    }
}
