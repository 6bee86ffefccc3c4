package io.millrace.monitor;

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
        return (int) Math.min(Integer.MAX_VALUE, longNumber(name, absent));
    }

    long longNumber(String name, long absent) {
        String value = text(name);
        if (value.isEmpty()) {
            return absent;
        }
        try {
            return Math.max(0, Long.parseLong(value));
        } catch (NumberFormatException notOne) {
            throw new BadQuery(
                    "Error decoding int for '"
                            + name
                            + "': strconv.Atoi: parsing \""
                            + value
                            + "\": invalid syntax");
        }
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
                                    + "': strconv.ParseBool: parsing \""
                                    + value
                                    + "\": invalid syntax");
        };
    }
}
