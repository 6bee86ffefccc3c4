package io.millrace.monitor;

import io.millrace.broker.InternalClient;
import io.millrace.broker.Server;
import io.millrace.protocol.FlatJson;
import io.millrace.protocol.Json;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A question to the server in an account, with what it asks for. Used by one thread. */
final class SystemRequest {
    private final InternalClient.Request request;
    private final Map<String, String> fields;
    private final @Nullable Json json;
    private final String mistake;

    SystemRequest(InternalClient.Request request) {
        this.request = request;
        this.fields = FlatJson.parse(request.payload());
        Json read = null;
        String wrong = "";
        if (!request.payload().isEmpty()) {
            try {
                read = JsonTree.parse(request.payload());
            } catch (JsonException malformed) {
                wrong = String.valueOf(malformed.getMessage()).replaceFirst(" at offset \\d+$", "");
            }
        }
        this.json = read;
        this.mistake = wrong;
    }

    InternalClient.Request message() {
        return request;
    }

    boolean isEmpty() {
        return request.payload().isEmpty();
    }

    /** What is wrong with the JSON that came with it; "" for nothing. */
    String mistake() {
        return mistake;
    }

    String text(String name) {
        return fields.getOrDefault(name, "");
    }

    boolean flag(String name) {
        return text(name).equals("true");
    }

    /** The scalar fields; the caller's own copy. */
    Map<String, String> fields() {
        return new HashMap<>(fields);
    }

    /** The texts of an array; empty when it is not there. */
    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        if (json instanceof Json.Obj object
                && object.field(name) instanceof Json.Array(List<Json> elements)) {
            for (Json element : elements) {
                if (element instanceof Json.Text(String value)) {
                    texts.add(value);
                }
            }
        }
        return texts;
    }

    /** The client's number that it is about; 0 when there is none that could be one. */
    long cid() {
        return text("cid").matches("[0-9]{1,18}") ? Long.parseLong(text("cid")) : 0;
    }

    /** A request to everybody may name the servers that it means. */
    boolean isFor(Server server) {
        boolean exact = flag("exact_match");
        String domain = text("domain");
        String own = server.options().jetstream().domain();
        return fits(text("server_name"), server.identity().name(), exact)
                && fits(text("host"), server.options().host(), exact)
                && text("cluster").isEmpty()
                && server.options().serverTags().containsAll(texts("tags"))
                && (domain.isEmpty() || domain.equals(own));
    }

    private static boolean fits(String wanted, String own, boolean exact) {
        return wanted.isEmpty() || (exact ? own.equals(wanted) : own.contains(wanted));
    }

    /**
     * The same question over HTTP: some parameters have other names and values there.
     *
     * @param account the only one that it may be about; null for any
     */
    Query query(@Nullable String account) {
        Map<String, String> parameters = fields();
        parameters.putIfAbsent("acc", text("account"));
        if (account != null) {
            parameters.put("acc", account);
        }
        if (flag("subscriptions_detail")) {
            parameters.put("subs", "detail");
        } else if (fields.containsKey("subscriptions")) {
            parameters.put("subs", text("subscriptions"));
        }
        parameters.computeIfPresent(
                "state",
                (key, state) ->
                        switch (state) {
                            case "0" -> "open";
                            case "1" -> "closed";
                            case "2" -> "all";
                            default -> state;
                        });
        return Query.of(parameters);
    }
}
