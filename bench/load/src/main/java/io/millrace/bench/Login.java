package io.millrace.bench;

/**
 * How a connection logs in.
 *
 * @param user empty for none; the password is the same word
 * @param secure whether it speaks TLS
 */
record Login(String user, boolean secure) {
    static final Login NONE = new Login("", false);
    static final Login TLS = new Login("", true);

    static Login as(String user) {
        return new Login(user, false);
    }

    /** The line that says so. */
    String connect() {
        return "CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,\"no_responders\":true,"
                + "\"protocol\":1,\"lang\":\"java\",\"version\":\"1\",\"name\":\"bench\""
                + (secure ? ",\"tls_required\":true" : "")
                + (user.isEmpty() ? "" : ",\"user\":\"" + user + "\",\"pass\":\"" + user + "\"")
                + "}\r\n";
    }
}
