package io.millrace.monitor;

import io.millrace.protocol.JsonText;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters of a request; of one that is given twice the first counts. */
final class Query {
    private final Map<String, String> parameters = new HashMap<>();

    private Query() {}

    static Query parse(@Nullable String raw) {
        Query query = new Query();
        if (raw == null) {
            return query;
        }
        for (String pair : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            query.parameters.putIfAbsent(decode(name), decode(value));
        }
        return query;
    }

    /** The same parameters, given as fields of a JSON object. */
    static Query of(Map<String, String> fields) {
        Query query = new Query();
        query.parameters.putAll(fields);
        return query;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return text;
        }
    }

    String text(String name) {
        return parameters.getOrDefault(name, "");
    }

    /** A whole number, {@code absent} when it is not there; negative ones count as 0. */
    int number(String name, int absent) {
        String value = text(name);
        if (value.isEmpty()) {
            return absent;
        }
        try {
            return Math.clamp(Long.parseLong(value), 0, Integer.MAX_VALUE);
        } catch (NumberFormatException notOne) {
            throw new BadQuery(
                    "Error decoding int for '"
                            + name
                            + "': strconv.Atoi: parsing "
                            + fault(value, "[+-]?[0-9]+"));
        }
    }

    /** How many are wanted on a page: {@code usual} unless a positive number is given. */
    int limit(int usual) {
        int wanted = number("limit", usual);
        return wanted == 0 ? usual : wanted;
    }

    /** A number without a sign; 0 when it is not there. */
    long unsigned(String name) {
        String value = text(name);
        if (value.isEmpty()) {
            return 0;
        }
        try {
            if (value.startsWith("+") || value.startsWith("-")) {
                throw new NumberFormatException(value);
            }
            return Long.parseUnsignedLong(value);
        } catch (NumberFormatException notOne) {
            throw new BadQuery(
                    "Error decoding uint64 for '"
                            + name
                            + "': strconv.ParseUint: parsing "
                            + fault(value, "[0-9]+"));
        }
    }

    private static String fault(String value, String digits) {
        return quoted(value)
                + (value.matches(digits) ? ": value out of range" : ": invalid syntax");
    }

    private static String quoted(String value) {
        StringBuilder out = new StringBuilder();
        JsonText.quote(out, value);
        return out.toString();
    }

    /** Go's idea of a truth: 1, t, true, 0, f, false in a few spellings. */
    boolean flag(String name) {
        String value = text(name);
        return switch (value) {
            case "", "0", "f", "F", "false", "FALSE", "False" -> false;
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            default ->
                    throw new BadQuery(
                            "Error decoding boolean for '"
                                    + name
                                    + "': strconv.ParseBool: parsing "
                                    + quoted(value)
                                    + ": invalid syntax");
        };
    }
}
