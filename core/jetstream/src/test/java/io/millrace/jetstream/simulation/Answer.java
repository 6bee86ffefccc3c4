package io.millrace.jetstream.simulation;

import io.millrace.protocol.Json;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonTree;
import java.util.List;

/** An answer of the server, of which a test asks by path: {@code state.messages}. Immutable. */
record Answer(Json json, String text) {
    static Answer of(String text) {
        try {
            return new Answer(JsonTree.parse(text), text);
        } catch (JsonException broken) {
            throw new AssertionError("not JSON: " + text, broken);
        }
    }

    private Json at(String path) {
        Json here = json;
        for (String step : path.split("\\.", -1)) {
            Json.Obj object = here instanceof Json.Obj it ? it : Json.Obj.EMPTY;
            Json next = object.fields().get(step);
            if (next == null) {
                return Json.Null.NULL;
            }
            here = next;
        }
        return here;
    }

    boolean has(String path) {
        return at(path) != Json.Null.NULL;
    }

    /** 0 when it is not there. */
    long number(String path) {
        return at(path) instanceof Json.Numeric number ? Long.parseLong(number.written()) : 0;
    }

    boolean flag(String path) {
        return at(path) instanceof Json.Flag flag && flag.value();
    }

    String text(String path) {
        return at(path) instanceof Json.Text it ? it.value() : "";
    }

    List<Answer> list(String path) {
        return at(path) instanceof Json.Array array
                ? array.elements().stream().map(each -> new Answer(each, each.written())).toList()
                : List.of();
    }

    boolean isError() {
        return has("error");
    }

    /** 0 when it is none. */
    long errorCode() {
        return number("error.err_code");
    }
}
