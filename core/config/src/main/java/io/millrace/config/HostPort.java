package io.millrace.config;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An address to listen on.
 *
 * @param host empty when only a port was said
 */
record HostPort(String host, int port) {

    String hostOr(String otherwise) {
        return host.isEmpty() ? otherwise : host;
    }

    /** Null when it is missing, or wrong and {@code errors} was told. */
    static @Nullable HostPort read(@Nullable ConfValue value, Consumer<String> errors) {
        if (value instanceof ConfValue.Whole port) {
            return new HostPort("", Math.clamp(port.value(), Integer.MIN_VALUE, Integer.MAX_VALUE));
        } else if (value instanceof ConfValue.Text text) {
            return parse(text.value(), errors);
        } else if (value != null) {
            errors.accept("expected port or host:port, got " + value.typeName());
        }
        return null;
    }

    static @Nullable HostPort parse(String text, Consumer<String> errors) {
        int colon = text.lastIndexOf(':');
        boolean bracketed = text.startsWith("[");
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (bracketed && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (colon < 0 || bracketed || host.indexOf(':') >= 0) {
            errors.accept("could not parse address string \"" + text + "\"");
            return null;
        }
        String port = text.substring(colon + 1);
        try {
            return new HostPort(host, Integer.parseInt(port.trim()));
        } catch (NumberFormatException none) {
            errors.accept("could not parse port \"" + port + "\"");
            return null;
        }
    }
}
