package io.millrace.bridges.matrix;

import io.millrace.bridges.common.Fields;
import io.millrace.protocol.Json;
import io.millrace.protocol.JsonPage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What somebody has asked for in a room.
 *
 * @param name the word after the prefix
 */
record Command(
        String room, String event, String user, String name, List<String> arguments, String text) {
    private static final int ARGUMENTS_MAX = 32;
    private static final int TEXT_CHARS_MAX = 2000;

    /** Reads an event of a timeline; null when it is not a command. */
    static @Nullable Command of(String room, Json event, String prefix) {
        String text = Fields.text(event, "content", "body").strip();
        boolean plain =
                Fields.text(event, "type").equals("m.room.message")
                        && Fields.text(event, "content", "msgtype").equals("m.text")
                        // An edit repeats the command, and a reply may quote it.
                        && Fields.at(event, "content", "m.new_content") == null
                        && text.startsWith(prefix)
                        && text.length() <= TEXT_CHARS_MAX;
        String id = Fields.text(event, "event_id");
        if (!plain || id.isEmpty()) {
            return null;
        }
        List<String> words =
                new ArrayList<>(List.of(text.substring(prefix.length()).strip().split("\\s+", -1)));
        String name = words.removeFirst();
        if (!name.matches("[A-Za-z0-9_-]{1,64}") || words.size() > ARGUMENTS_MAX) {
            return null;
        }
        return new Command(room, id, Fields.text(event, "sender"), name, words, text);
    }

    String body() {
        JsonPage page = JsonPage.compact().object(null);
        page.text("command", name).array("arguments");
        arguments.forEach(argument -> page.text(null, argument));
        page.endArray();
        page.text("text", text).text("user", user).text("room", room).text("event_id", event);
        return page.endObject().toString();
    }
}
