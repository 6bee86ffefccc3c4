package io.millrace.net.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.millrace.runtime.HostFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The blocks of a PEM file (RFC 7468). Immutable; every error names the file. */
final class PemFile {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*?)-----END \\1-----");

    /** rsaEncryption with its NULL, and ecPublicKey without its curve. */
    private static final byte[] RSA = {
        0x30,
        0x0d,
        0x06,
        0x09,
        0x2a,
        (byte) 0x86,
        0x48,
        (byte) 0x86,
        (byte) 0xf7,
        0x0d,
        1,
        1,
        1,
        5,
        0
    };

    private static final byte[] EC = {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};
    private static final byte[] VERSION_0 = {2, 1, 0};

    private final Path file;
    private final List<Block> blocks = new ArrayList<>();

    private static final class Block {
        private final String label;
        private final byte[] content;

        Block(String label, byte[] content) {
            this.label = label;
            this.content = content;
        }
    }

    private PemFile(Path file) {
        this.file = file;
    }

    static PemFile read(Path file) throws IOException {
        String text;
        try {
            text = new String(HostFiles.read(file), ISO_8859_1);
        } catch (NoSuchFileException missing) {
            throw new IOException("no such file: " + file, missing);
        } catch (IOException unreadable) {
            throw new IOException("cannot read " + file + ": " + unreadable, unreadable);
        }
        PemFile pem = new PemFile(file);
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            try {
                byte[] content = Base64.getMimeDecoder().decode(block.group(2));
                pem.blocks.add(new Block(block.group(1), content));
            } catch (IllegalArgumentException malformed) {
                throw new IOException("malformed PEM block in " + file, malformed);
            }
        }
        if (text.contains("BEGIN ENCRYPTED PRIVATE KEY")
                || text.contains("Proc-Type: 4,ENCRYPTED")) {
            throw new IOException("the private key in " + file + " is encrypted");
        }
        return pem;
    }

    List<X509Certificate> certificates() throws IOException {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Block block : blocks) {
                if (block.label.equals("CERTIFICATE")) {
                    var bytes = new ByteArrayInputStream(block.content);
                    certificates.add((X509Certificate) factory.generateCertificate(bytes));
                }
            }
        } catch (CertificateException malformed) {
            throw new IOException("malformed certificate in " + file, malformed);
        }
        if (certificates.isEmpty()) {
            throw new IOException("no certificate in " + file);
        }
        return certificates;
    }

    PrivateKey privateKey() throws IOException {
        byte[] curve = {};
        for (Block block : blocks) {
            switch (block.label) {
                case "PRIVATE KEY" -> {
                    return parse(block.content, "RSA", "EC", "EdDSA");
                }
                case "RSA PRIVATE KEY" -> {
                    return parse(pkcs8(RSA, block.content), "RSA");
                }
                case "EC PARAMETERS" -> curve = block.content;
                case "EC PRIVATE KEY" -> {
                    byte[] own = curveOf(block.content);
                    byte[] algorithm = der(0x30, EC, own.length == 0 ? curve : own);
                    return parse(pkcs8(algorithm, block.content), "EC");
                }
                default -> {}
            }
        }
        throw new IOException("no private key in " + file);
    }

    private PrivateKey parse(byte[] pkcs8, String... algorithms) throws IOException {
        GeneralSecurityException last = null;
        for (String algorithm : algorithms) {
            try {
                return KeyFactory.getInstance(algorithm)
                        .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (GeneralSecurityException another) {
                last = another;
            }
        }
        throw new IOException("cannot use the private key in " + file, last);
    }

    /** The older forms of keys, in the newer's envelope, which is all that Java reads. */
    private static byte[] pkcs8(byte[] algorithm, byte[] key) {
        return der(0x30, VERSION_0, algorithm, der(4, key));
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream inner = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            inner.writeBytes(part);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(tag);
        int length = inner.size();
        if (length >= 0x100) {
            all.write(0x82);
            all.write(length >>> 8);
        } else if (length >= 0x80) {
            all.write(0x81);
        }
        all.write(length);
        all.writeBytes(inner.toByteArray());
        return all.toByteArray();
    }

    /** The curve in an ECPrivateKey (RFC 5915): what [0] holds, behind version and key. */
    private byte[] curveOf(byte[] key) throws IOException {
        try {
            int at = 1 + lengthBytes(key, 1);
            at += 3;
            at += 1 + lengthBytes(key, at + 1) + length(key, at + 1);
            if (at >= key.length || (key[at] & 0xff) != 0xa0) {
                return new byte[0];
            }
            int from = at + 1 + lengthBytes(key, at + 1);
            return java.util.Arrays.copyOfRange(key, from, from + length(key, at + 1));
        } catch (IndexOutOfBoundsException cut) {
            throw new IOException("malformed private key in " + file, cut);
        }
    }

    private static int lengthBytes(byte[] der, int at) {
        return (der[at] & 0x80) == 0 ? 1 : 1 + (der[at] & 0x7f);
    }

    private static int length(byte[] der, int at) {
        if ((der[at] & 0x80) == 0) {
            return der[at];
        }
        int length = 0;
        for (int i = 1; i <= (der[at] & 0x7f); i++) {
            length = (length << 8 | (der[at + i] & 0xff)) & 0xffffff;
        }
        return length;
    }
}
