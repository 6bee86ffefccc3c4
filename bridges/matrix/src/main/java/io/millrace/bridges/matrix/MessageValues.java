package io.millrace.bridges.matrix;

import io.millrace.bridges.common.Fields;
import io.millrace.protocol.Json;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a template may ask of a message. Owned by the room's thread. */
final class MessageValues implements Function<String, String> {
    private final Delivery delivery;
    private final @Nullable Json json;

    MessageValues(Delivery delivery) {
        this.delivery = delivery;
        this.json = parsed(delivery.body());
    }

    /** Null for a body that is not JSON: its text can be shown nevertheless. */
    private static @Nullable Json parsed(byte[] body) {
        try {
            return JsonTree.parse(body, 0, body.length);
        } catch (JsonException other) {
            return null;
        }
    }

    @Override
    public String apply(String way) {
        String[] names = way.split("\\.", -1);
        String[] rest = Arrays.copyOfRange(names, 1, names.length);
        return switch (names[0]) {
            case "subject" -> rest.length == 0 ? delivery.subject() : token(rest[0]);
            case "stream" -> delivery.stream();
            case "sequence" -> Long.toString(delivery.sequence());
            case "header" -> delivery.header(String.join(".", rest));
            default -> rest.length == 0 ? text() : Fields.text(json, rest);
        };
    }

    private String text() {
        return new String(delivery.body(), StandardCharsets.UTF_8);
    }

    /** Tokens are counted from one. */
    private String token(String number) {
        String[] tokens = delivery.subject().split("\\.", -1);
        if (!number.matches("[1-9][0-9]?") || Integer.parseInt(number) > tokens.length) {
            return "";
        }
        return tokens[Integer.parseInt(number) - 1];
    }
}
