package io.millrace.bridges.common;

import io.millrace.protocol.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looking into JSON from strangers: what is missing or of another kind is simply not there. */
public final class Fields {
    private Fields() {}

    /**
     * The value at the end of a way of names, and of numbers in arrays; null when there is none.
     */
    public static @Nullable Json at(@Nullable Json json, String... way) {
        Json here = json;
        for (String name : way) {
            here =
                    switch (here) {
                        case Json.Obj object -> object.fields().get(name);
                        case Json.Array array -> element(array.elements(), name);
                        case null, default -> null;
                    };
        }
        return here instanceof Json.Null ? null : here;
    }

    private static @Nullable Json element(List<Json> elements, String number) {
        if (number.isEmpty() || number.length() > 6 || !number.chars().allMatch(Fields::isDigit)) {
            return null;
        }
        int index = Integer.parseInt(number);
        return index < elements.size() ? elements.get(index) : null;
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    /** A text, number or flag as text; "" for everything else. */
    public static String text(@Nullable Json json, String... way) {
        return switch (at(json, way)) {
            case Json.Text text -> text.value();
            case Json.Numeric number -> number.written();
            case Json.Flag flag -> Boolean.toString(flag.value());
            case null, default -> "";
        };
    }

    public static boolean isTrue(@Nullable Json json, String... way) {
        return at(json, way) instanceof Json.Flag(boolean value) && value;
    }
}
