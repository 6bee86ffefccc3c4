package io.millrace.protocol;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a page comes from, in the terms of RFC 6454. Immutable; any thread.
 *
 * @param port that of the scheme where none is written
 */
public record WebOrigin(String scheme, String host, String port) {
    private static final int SPACE = ' ';

    /** Null for a text that is no origin; {@link #problem} says why. */
    public static @Nullable WebOrigin of(String text) {
        if (problem(text) != null) {
            return null;
        }
        try {
            URI uri = new URI(text);
            String authority = uri.getRawAuthority();
            String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
            return ofHost(scheme, authority == null ? "" : authority);
        } catch (URISyntaxException impossible) {
            return null;
        }
    }

    /**
     * The origin of what is served at an address.
     *
     * @param authority a host, and a port where it is not the scheme's
     */
    public static WebOrigin ofHost(String scheme, String authority) {
        int user = authority.lastIndexOf('@');
        String place = authority.substring(user + 1);
        int colon = place.lastIndexOf(':');
        boolean hasPort = colon >= 0 && place.indexOf(']', colon) < 0;
        String host = hasPort ? place.substring(0, colon) : place;
        String port = hasPort ? place.substring(colon + 1) : "";
        if (port.isEmpty()) {
            port = scheme.equals("https") ? "443" : scheme.equals("http") ? "80" : "";
        }
        return new WebOrigin(scheme, host.toLowerCase(Locale.ROOT), port);
    }

    /** What is wrong with a text as an origin, in the words of the log; null for nothing. */
    public static @Nullable String problem(String text) {
        String quoted = "parse \"" + text + "\": ";
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < SPACE || text.charAt(i) == 0x7f) {
                return quoted + "net/url: invalid control character in URL";
            }
        }
        if (text.isEmpty()) {
            return "parse \"\": empty url";
        }
        int colon = text.indexOf(':');
        if (colon == 0) {
            return quoted + "missing protocol scheme";
        }
        if (colon < 0 || !text.startsWith("/", colon + 1)) {
            return quoted + "invalid URI for request";
        }
        int space = text.indexOf(' ');
        if (space >= 0) {
            return quoted + "invalid character \" \" in host name";
        }
        try {
            URI uri = new URI(text);
            return uri.getScheme() == null ? quoted + "invalid URI for request" : null;
        } catch (URISyntaxException wrong) {
            return quoted + "invalid URI for request";
        }
    }
}
