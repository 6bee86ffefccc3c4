package io.millrace.bridges.gitlab;

import io.millrace.bridges.common.Secret;
import org.jspecify.annotations.Nullable;

/** A secret that a caller shows in a header. */
record HookToken(String header, Secret secret) {
    private static final String AUTHORIZATION = "Authorization";
    private static final String BEARER = "Bearer ";

    static HookToken bearer(Secret secret) {
        return new HookToken(AUTHORIZATION, secret);
    }

    void check(Call.Headers headers) throws Refused {
        String shown = headers.first(header);
        if (shown == null) {
            throw Refused.login("the header " + header + " is missing");
        }
        if (!secret.is(unwrapped(shown))) {
            throw Refused.login("the token in " + header + " is wrong");
        }
    }

    private @Nullable String unwrapped(String shown) {
        if (!header.equals(AUTHORIZATION)) {
            return shown;
        }
        return shown.startsWith(BEARER) ? shown.substring(BEARER.length()).strip() : null;
    }
}
