package io.millrace.protocol;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What a client says of itself in CONNECT. Fields that we do not know are skipped and forgotten: a
 * careless client has been seen to send its private key in one.
 *
 * @param protocol 0 or 1; 1 means that the client understands INFO at any time
 */
public record ConnectOptions(
        boolean verbose,
        boolean pedantic,
        boolean echo,
        boolean headers,
        boolean noResponders,
        int protocol,
        @Nullable String token,
        @Nullable String user,
        @Nullable String password,
        @Nullable String name,
        @Nullable String lang,
        @Nullable String version,
        @Nullable String jwt,
        @Nullable String nkey,
        @Nullable String signature,
        @Nullable String account) {

    /** A connection that never said CONNECT. */
    public static final ConnectOptions NONE =
            new ConnectOptions(
                    true, true, true, false, false, 0, null, null, null, null, null, null, null,
                    null, null, null);

    /** The same with other credentials. */
    public ConnectOptions withCredentials(
            @Nullable String otherUser,
            @Nullable String otherPassword,
            @Nullable String otherToken) {
        return new ConnectOptions(
                verbose,
                pedantic,
                echo,
                headers,
                noResponders,
                protocol,
                otherToken,
                otherUser,
                otherPassword,
                name,
                lang,
                version,
                jwt,
                nkey,
                signature,
                account);
    }

    private static final JsonFactory JSON = new JsonFactory();

    /** Reads the JSON of a CONNECT; null when it is none or a field has the wrong type. */
    public static @Nullable ConnectOptions parse(byte[] json, int offset, int length) {
        try (JsonParser parser =
                JSON.createParser(ObjectReadContext.empty(), json, offset, length)) {
            JsonToken first = parser.nextToken();
            if (first == JsonToken.VALUE_NULL) {
                return parser.nextToken() == null ? NONE : null;
            }
            if (first != JsonToken.START_OBJECT) {
                return null;
            }
            Draft draft = new Draft();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String field = parser.currentName();
                parser.nextToken();
                if (!draft.take(field, parser)) {
                    return null;
                }
            }
            return parser.nextToken() == null ? draft.finish() : null;
        } catch (JacksonException | IOException malformed) {
            return null;
        }
    }

    /** The fields as they come in. */
    private static final class Draft {
        private boolean verbose = true;
        private boolean pedantic = true;
        private boolean echo = true;
        private boolean headers;
        private boolean noResponders;
        private int protocol;
        private @Nullable String token;
        private @Nullable String user;
        private @Nullable String password;
        private @Nullable String name;
        private @Nullable String lang;
        private @Nullable String version;
        private @Nullable String jwt;
        private @Nullable String nkey;
        private @Nullable String signature;
        private @Nullable String account;

        /** Whether the value fits the field. */
        boolean take(String field, JsonParser parser) throws IOException {
            JsonToken token = parser.currentToken();
            if (token == JsonToken.VALUE_NULL) {
                return true;
            }
            return switch (field.toLowerCase(java.util.Locale.ROOT)) {
                case "verbose", "pedantic", "echo", "headers", "no_responders", "tls_required" ->
                        takeBoolean(field, token);
                case "protocol" -> {
                    protocol = token == JsonToken.VALUE_NUMBER_INT ? parser.getIntValue() : -1;
                    yield token == JsonToken.VALUE_NUMBER_INT;
                }
                case "auth_token",
                        "user",
                        "pass",
                        "name",
                        "lang",
                        "version",
                        "jwt",
                        "nkey",
                        "sig",
                        "account",
                        "new_account" ->
                        takeText(field, token, parser);
                default -> {
                    parser.skipChildren();
                    yield true;
                }
            };
        }

        private boolean takeBoolean(String field, JsonToken token) {
            if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
                return false;
            }
            boolean value = token == JsonToken.VALUE_TRUE;
            switch (field.toLowerCase(java.util.Locale.ROOT)) {
                case "verbose" -> verbose = value;
                case "pedantic" -> pedantic = value;
                case "echo" -> echo = value;
                case "headers" -> headers = value;
                case "no_responders" -> noResponders = value;
                default -> {
                    // tls_required says what the client wants of itself
                }
            }
            return true;
        }

        private boolean takeText(String field, JsonToken token, JsonParser parser)
                throws IOException {
            if (field.equalsIgnoreCase("new_account")) {
                if (token == JsonToken.VALUE_TRUE && account == null) {
                    account = "";
                }
                parser.skipChildren();
                return token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE;
            }
            if (token != JsonToken.VALUE_STRING) {
                return false;
            }
            String text = parser.getString();
            switch (field.toLowerCase(java.util.Locale.ROOT)) {
                case "auth_token" -> this.token = text;
                case "user" -> user = text;
                case "pass" -> password = text;
                case "name" -> name = text;
                case "lang" -> lang = text;
                case "version" -> version = text;
                case "jwt" -> jwt = text;
                case "nkey" -> nkey = text;
                case "sig" -> signature = text;
                default -> account = text;
            }
            return true;
        }

        ConnectOptions finish() {
            return new ConnectOptions(
                    verbose,
                    pedantic,
                    echo,
                    headers,
                    noResponders,
                    protocol,
                    token,
                    user,
                    password,
                    name,
                    lang,
                    version,
                    jwt,
                    nkey,
                    signature,
                    account);
        }
    }
}
