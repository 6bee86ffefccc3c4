package io.millrace.broker;

import io.millrace.auth.User;
import io.millrace.protocol.ConnectOptions;
import org.jspecify.annotations.Nullable;

/** How log lines name a client behind its address. Stateless. */
final class ClientLabel {
    private ClientLabel() {}

    /** What the client says of itself, and who it is. */
    static String suffix(ConnectOptions options, Account account, @Nullable User user) {
        StringBuilder text = new StringBuilder();
        String version = options.version();
        String lang = options.lang();
        String name = options.name();
        if (version != null || lang != null || name != null) {
            text.append(" - \"");
            if (version != null) {
                text.append('v').append(version);
            }
            if (lang != null) {
                text.append(version == null ? "" : ":").append(lang);
            }
            if (name != null) {
                text.append(version == null && lang == null ? "" : ":").append(name);
            }
            text.append('"');
        }
        if (user != null) {
            text.append(" - \"").append(account.name()).append('/');
            text.append(user.label()).append('"');
        }
        return text.toString();
    }

    /** Who a client says that it is, behind a refusal. */
    static String claim(ConnectOptions said) {
        return said.nkey() != null
                ? " - Nkey \"" + said.nkey() + "\""
                : said.user() != null
                        ? " - User \"" + said.user() + "\""
                        : said.token() != null ? " - Token \"[REDACTED]\"" : "";
    }
}
