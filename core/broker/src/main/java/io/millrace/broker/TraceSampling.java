package io.millrace.broker;

import io.millrace.protocol.Publication;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether the headers of a request say that it is one of those that are traced: in the ways of
 * Jaeger, of Zipkin in many headers or in one, and of the W3C. Stateless.
 */
final class TraceSampling {
    private static final List<String> ZIPKIN =
            List.of("X-B3-Traceid", "X-B3-Spanid", "X-B3-Parentspanid", "X-B3-Sampled");

    private TraceSampling() {}

    /** The headers that say so, by name; null when none does. */
    static @Nullable SortedMap<String, List<String>> of(Publication p) {
        Map<String, List<String>> all = headers(p);
        String jaeger = first(all, "Uber-Trace-Id");
        if (jaeger != null) {
            String[] parts = jaeger.split(":", -1);
            return parts.length == 4 && isOdd(parts[3])
                    ? some(all, List.of("Uber-Trace-Id"))
                    : null;
        }
        String sampled = first(all, "X-B3-Sampled");
        if (sampled != null || all.containsKey("X-B3-Traceid")) {
            return sampled == null || sampled.equals("1") ? some(all, ZIPKIN) : null;
        }
        String single = first(all, "B3");
        if (single != null) {
            return isSampled(single) ? some(all, List.of("B3")) : null;
        }
        String parent = first(all, "Traceparent");
        if (parent != null) {
            String[] parts = parent.split("-", -1);
            return parts.length == 4 && isOdd(parts[3])
                    ? some(all, List.of("Traceparent", "Tracestate"))
                    : null;
        }
        return null;
    }

    /** The state alone, or third behind the two numbers; whoever does not say leaves it to us. */
    private static boolean isSampled(String single) {
        String[] parts = single.split("-", -1);
        String state = parts.length == 1 ? parts[0] : parts.length == 2 ? "1" : parts[2];
        return state.equals("1") || state.equals("d");
    }

    private static boolean isOdd(String hexadecimal) {
        try {
            return (Integer.parseInt(hexadecimal, 16) & 1) == 1;
        } catch (NumberFormatException none) {
            return false;
        }
    }

    private static @Nullable String first(Map<String, List<String>> all, String name) {
        List<String> values = all.get(name);
        return values == null ? null : values.getFirst();
    }

    private static SortedMap<String, List<String>> some(
            Map<String, List<String>> all, List<String> names) {
        SortedMap<String, List<String>> some = new TreeMap<>();
        for (String name : names) {
            List<String> values = all.get(name);
            if (values != null) {
                some.put(name, values);
            }
        }
        return some;
    }

    /** By their names in one spelling: capitals at the beginning of each word alone. */
    private static Map<String, List<String>> headers(Publication p) {
        Map<String, List<String>> all = new TreeMap<>();
        if (!p.hasHeaders) {
            return all;
        }
        String block =
                new String(p.buffer, p.messageOffset, p.headerLength, StandardCharsets.UTF_8);
        for (String line : block.split("\r\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                all.computeIfAbsent(spelled(line.substring(0, colon)), n -> new ArrayList<>())
                        .add(line.substring(colon + 1).strip());
            }
        }
        return all;
    }

    private static String spelled(String name) {
        StringBuilder spelled = new StringBuilder(name.toLowerCase(Locale.ROOT));
        for (int i = 0; i < spelled.length(); i++) {
            if (i == 0 || spelled.charAt(i - 1) == '-') {
                spelled.setCharAt(i, Character.toUpperCase(spelled.charAt(i)));
            }
        }
        return spelled.toString();
    }
}
