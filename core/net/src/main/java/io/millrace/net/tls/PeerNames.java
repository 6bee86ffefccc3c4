package io.millrace.net.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.security.auth.x500.X500Principal;

/** The names in a certificate, of a user or of a host. Stateless. */
final class PeerNames {
    private static final int EMAIL = 1;
    private static final int DNS = 2;
    private static final int URI = 6;

    private PeerNames() {}

    /** E-mail addresses, DNS names, URIs, and last, in any case, the subject (RFC 2253). */
    static List<String> of(X509Certificate certificate) {
        List<String> names = alternatives(certificate, EMAIL, DNS, URI);
        names.add(certificate.getSubjectX500Principal().getName(X500Principal.RFC2253));
        return names;
    }

    /** The hosts that a server's certificate is for, in small letters. */
    static List<String> hosts(X509Certificate certificate) {
        return alternatives(certificate, DNS).stream()
                .map(host -> host.toLowerCase(Locale.ROOT))
                .toList();
    }

    private static List<String> alternatives(X509Certificate certificate, int... kinds) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                for (int kind : kinds) {
                    for (List<?> alternative : alternatives) {
                        if (alternative.get(0).equals(kind)) {
                            names.add((String) alternative.get(1));
                        }
                    }
                }
            }
        } catch (CertificateParsingException malformed) {
            names.clear();
        }
        return names;
    }
}
