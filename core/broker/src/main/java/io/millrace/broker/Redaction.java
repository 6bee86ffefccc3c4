package io.millrace.broker;

import io.millrace.protocol.ConnectOptions;
import io.millrace.protocol.JsonPage;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Text of a peer made fit for a log line: no secrets, no control characters. */
final class Redaction {
    private Redaction() {}

    /**
     * What a CONNECT said, made anew from the fields that we know: whatever else a client sends,
     * and however it spells it, stays out of the log.
     */
    static String connect(@Nullable ConnectOptions said) {
        if (said == null) {
            return "CONNECT (unreadable)";
        }
        JsonPage page =
                JsonPage.compact()
                        .object(null)
                        .flag("verbose", said.verbose())
                        .flag("pedantic", said.pedantic())
                        .flag("echo", said.echo())
                        .flag("headers", said.headers())
                        .flag("no_responders", said.noResponders())
                        .number("protocol", said.protocol())
                        .textUnlessEmpty("name", said.name())
                        .textUnlessEmpty("lang", said.lang())
                        .textUnlessEmpty("version", said.version())
                        .textUnlessEmpty("user", said.user());
        secret(page, "pass", said.password());
        secret(page, "auth_token", said.token());
        secret(page, "jwt", said.jwt());
        secret(page, "nkey", said.nkey());
        secret(page, "sig", said.signature());
        return printable("CONNECT " + page.endObject());
    }

    private static void secret(JsonPage page, String key, @Nullable String value) {
        if (value != null) {
            page.text(key, "[REDACTED]");
        }
    }

    /** Quoted as Go's %q does, for the bytes that matter. */
    static String quote(byte[] b, int offset, int length) {
        return "\"" + printable(new String(b, offset, length, StandardCharsets.UTF_8)) + "\"";
    }

    static String printable(String text) {
        StringBuilder out = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c == 0x7f) {
                if (out == null) {
                    out = new StringBuilder(text.length() + 16).append(text, 0, i);
                }
                switch (c) {
                    case '\r' -> out.append("\\r");
                    case '\n' -> out.append("\\n");
                    case '\t' -> out.append("\\t");
                    default -> {
                        out.append("\\x").append(Character.forDigit(c >> 4, 16));
                        out.append(Character.forDigit(c & 15, 16));
                    }
                }
            } else if (out != null) {
                out.append(c);
            }
        }
        return out == null ? text : out.toString();
    }
}
