package io.millrace.auth;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/** The subject of a certificate in its text form (RFC 2253). Stateless. */
final class DistinguishedName {
    private DistinguishedName() {}

    /**
     * Its relative names in an order of our own: two subjects with the same names, each as often,
     * have equal parts. Empty when {@code text} is not a distinguished name.
     */
    static List<String> parts(String text) {
        if (text.indexOf('=') < 0) {
            return List.of();
        }
        String name;
        try {
            name = new X500Principal(text).getName(X500Principal.RFC2253);
        } catch (IllegalArgumentException notOne) {
            return List.of();
        }
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == ',') {
                parts.add(name.substring(from, i));
                from = i + 1;
            }
        }
        parts.add(name.substring(from));
        Collections.sort(parts);
        return List.copyOf(parts);
    }
}
