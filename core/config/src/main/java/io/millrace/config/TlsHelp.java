package io.millrace.config;

/** What --help_tls shows: the block's form, and the names that this Java can serve. */
/* nats-server's layout. What this Java refuses is not offered, though the names are known. */
final class TlsHelp {
    private static final String BLOCK =
            """

            A tls section of the configuration file sets TLS up:

            e.g.

                tls {
                    cert_file:      "server.pem"
                    key_file:       "server.key"
                    ca_file:        "authorities.pem"
                    verify:         true
                    verify_and_map: true

                    cipher_suites: [
                        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
                    ]
                    curve_preferences: [
                        "X25519",
                        "CurveP256"
                    ]
                }

            """;

    private TlsHelp() {}

    static String text() {
        StringBuilder text = new StringBuilder(BLOCK);
        text.append("Available cipher suites include:\n");
        list(text, TlsNames.SUITES);
        text.append("\nAvailable curve preferences include:\n");
        list(text, TlsNames.CURVES);
        return text.append('\n').toString();
    }

    private static void list(StringBuilder text, Iterable<String> names) {
        for (String name : names) {
            if (TlsNames.isServed(name)) {
                text.append("    ").append(name).append('\n');
            }
        }
    }
}
