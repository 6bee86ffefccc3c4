package io.millrace.broker;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import javax.security.auth.x500.X500Principal;

/**
 * A certificate that a client showed, as the monitoring pages show it. Immutable.
 *
 * @param subject RFC 2253
 * @param spkiSha256 of the public key with its kind, in hexadecimal
 * @param certSha256 of the whole certificate, in hexadecimal
 */
public record PeerCertificate(String subject, String spkiSha256, String certSha256) {
    static PeerCertificate of(X509Certificate certificate) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            HexFormat hex = HexFormat.of();
            return new PeerCertificate(
                    certificate.getSubjectX500Principal().getName(X500Principal.RFC2253),
                    hex.formatHex(sha256.digest(certificate.getPublicKey().getEncoded())),
                    hex.formatHex(sha256.digest(certificate.getEncoded())));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("a verified certificate has no bytes", impossible);
        }
    }
}
