package io.millrace.config;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * The name of a configuration's meaning: SHA-256 over its values as JSON with sorted keys and a
 * line break behind, so that comments, order and spelling do not count.
 */
final class ConfDigest {
    private ConfDigest() {}

    static String of(ConfValue.Table root) {
        StringBuilder json = new StringBuilder();
        write(root, json);
        json.append('\n');
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(json.toString().getBytes(StandardCharsets.UTF_8));
            return "sha256:" + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java has SHA-256", missing);
        }
    }

    private static void write(ConfValue value, StringBuilder json) {
        if (value instanceof ConfValue.Table table) {
            json.append('{');
            String separator = "";
            for (Map.Entry<String, ConfValue> entry : new TreeMap<>(table.entries()).entrySet()) {
                json.append(separator);
                quote(entry.getKey(), json);
                json.append(':');
                write(entry.getValue(), json);
                separator = ",";
            }
            json.append('}');
        } else if (value instanceof ConfValue.Array array) {
            json.append('[');
            String separator = "";
            for (ConfValue element : array.elements()) {
                json.append(separator);
                write(element, json);
                separator = ",";
            }
            json.append(']');
        } else {
            scalar(value, json);
        }
    }

    private static void scalar(ConfValue value, StringBuilder json) {
        if (value instanceof ConfValue.Text text) {
            quote(text.value(), json);
        } else if (value instanceof ConfValue.Moment moment) {
            quote(moment.value(), json);
        } else if (value instanceof ConfValue.Real real) {
            json.append(number(real.value()));
        } else if (value instanceof ConfValue.Whole whole) {
            json.append(whole.value());
        } else if (value instanceof ConfValue.Flag flag) {
            json.append(flag.value());
        }
    }

    private static String number(double value) {
        return value == 0
                ? "0"
                : new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }

    private static void quote(String text, StringBuilder json) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                case '\b' -> json.append("\\b");
                case '\f' -> json.append("\\f");
                default -> {
                    boolean plain =
                            c >= ' '
                                    && c != '<'
                                    && c != '>'
                                    && c != '&'
                                    && c != 0x2028
                                    && c != 0x2029
                                    && c != 0xfffd;
                    if (plain) {
                        json.append(c);
                    } else {
                        json.append("\\u").append(HexFormat.of().toHexDigits(c));
                    }
                }
            }
        }
        json.append('"');
    }
}
