package io.millrace.bridges.gitlab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The recorded calls, and calls made up from them. */
final class Samples {
    private Samples() {}

    static Call call(String name) {
        return call(headers(name), bytes(name + ".json"));
    }

    static Call call(Map<String, String> headers, byte[] body, String... path) {
        Map<String, String> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        anyCase.putAll(headers);
        return new Call(List.of(path), anyCase::get, body);
    }

    static Call call(Map<String, String> headers, String body, String... path) {
        return call(headers, body.getBytes(StandardCharsets.UTF_8), path);
    }

    static Map<String, String> headers(String name) {
        Map<String, String> headers = new HashMap<>();
        for (String line : lines(name + ".headers")) {
            int colon = line.indexOf(": ");
            headers.put(line.substring(0, colon), line.substring(colon + 2).strip());
        }
        return headers;
    }

    static String secret(String name) {
        for (String line : lines("secrets")) {
            if (line.startsWith(name + "=")) {
                return line.substring(name.length() + 1).strip();
            }
        }
        throw new AssertionError("no secret " + name);
    }

    private static List<String> lines(String file) {
        return new String(bytes(file), StandardCharsets.UTF_8).lines().toList();
    }

    static byte[] bytes(String file) {
        try (InputStream in = Samples.class.getResourceAsStream("/gitlab/" + file)) {
            if (in == null) {
                throw new AssertionError("no sample " + file);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
