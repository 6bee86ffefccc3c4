package io.millrace.config;

import io.millrace.runtime.HostFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a tls block. Whether files are there is looked at; what is in them, by who uses them. */
final class TlsReader {
    private static final String PREFIX = "error parsing tls config, ";
    private static final String CERTS_PREFIX = "error parsing certificates config: ";
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");
    private static final long TIMEOUT_DEFAULT_NANOS = 2_000_000_000L;
    private static final long FALLBACK_DEFAULT_NANOS = 50_000_000L;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final Set<String> OLD_VERSIONS = Set.of("1.0", "1.1");

    private final Block.Sources sources;
    private final Findings findings;

    TlsReader(Block.Sources sources) {
        this.sources = sources;
        this.findings = sources.findings();
    }

    @Nullable TlsOptions read(ConfValue.@Nullable Table table) {
        if (table == null) {
            return null;
        }
        int before = findings.count();
        Block block = new Block(table, "$TLS", sources);
        List<TlsOptions.CertificatePair> certs = certs(block.value("certs"));
        boolean verifyAndMap = flag(block, "verify_and_map");
        TlsOptions options =
                new TlsOptions(
                        file(block, "cert_file"),
                        file(block, "key_file"),
                        file(block, "ca_file"),
                        certs,
                        flag(block, "verify") || verifyAndMap,
                        verifyAndMap,
                        names(block, "cipher_suites", TlsNames.SUITES, "cipher"),
                        names(block, "curve_preferences", TlsNames.CURVES, "curve preference"),
                        minVersion(block.value("min_version")),
                        timeout(block.value("timeout")),
                        rate(block.value("connection_rate_limit")),
                        pinned(block.value("pinned_certs")),
                        handshakeFirst(block.value("handshake_first")),
                        flag(block, "insecure"));
        if (findings.count() == before) {
            combinations(options, block, table.at());
        }
        return options;
    }

    private void combinations(TlsOptions tls, Block block, Position at) {
        String certFile = tls.certFile();
        String keyFile = tls.keyFile();
        if (certFile != null && !tls.certs().isEmpty()) {
            findings.error(at, PREFIX + "cannot combine 'cert_file' option with 'certs' option");
            return;
        }
        List<String> insecure =
                tls.cipherSuites().stream().filter(TlsNames.INSECURE::contains).toList();
        if (!insecure.isEmpty() && !flag(block, "allow_insecure_cipher_suites")) {
            findings.error(
                    at,
                    "insecure cipher suites configured without 'allow_insecure_cipher_suites'"
                            + " option set: "
                            + String.join(", ", insecure));
            return;
        }
        if (certFile != null && keyFile == null) {
            findings.error(at, "missing 'key_file' in TLS configuration");
        } else if (certFile == null && keyFile != null) {
            findings.error(at, "missing 'cert_file' in TLS configuration");
        } else {
            files(tls, at);
        }
    }

    private void files(TlsOptions tls, Position at) {
        String pair = "error parsing X509 certificate/key pair";
        String missing = missing(tls.certFile(), tls.keyFile());
        if (missing != null) {
            findings.error(at, pair + ": " + missing);
            return;
        }
        int number = 0;
        for (TlsOptions.CertificatePair certificate : tls.certs()) {
            number++;
            missing = missing(certificate.certFile(), certificate.keyFile());
            if (missing != null) {
                findings.error(at, pair + " " + number + "/" + tls.certs().size() + ": " + missing);
                return;
            }
        }
        missing = missing(tls.caFile(), null);
        if (missing != null) {
            findings.error(at, missing);
        }
    }

    private static @Nullable String missing(@Nullable String first, @Nullable String second) {
        for (String file : new @Nullable String[] {first, second}) {
            if (file != null && !HostFiles.exists(Path.of(file))) {
                return "open " + file + ": no such file or directory";
            }
        }
        return null;
    }

    private @Nullable String file(Block block, String name) {
        ConfValue value = block.value(name);
        if (value == null) {
            return null;
        } else if (value instanceof ConfValue.Text text && text.value().indexOf('\0') < 0) {
            return text.value().isEmpty() ? null : text.value();
        }
        findings.error(value.at(), PREFIX + "expected '" + name + "' to be filename");
        return null;
    }

    private boolean flag(Block block, String name) {
        ConfValue value = block.value(name);
        if (value == null) {
            return false;
        } else if (value instanceof ConfValue.Flag flag) {
            return flag.value();
        }
        findings.error(value.at(), PREFIX + "expected '" + name + "' to be a boolean");
        return false;
    }

    private List<String> names(Block block, String name, Set<String> known, String what) {
        if (!(block.value(name) instanceof ConfValue.Array array)) {
            return block.has(name) ? block.texts(name) : List.of();
        }
        if (array.elements().isEmpty()) {
            findings.error(array.at(), PREFIX + "'" + name + "' cannot be empty");
        }
        List<String> names = new ArrayList<>();
        for (ConfValue element : array.elements()) {
            String text = GoText.plain(element);
            if (!(element instanceof ConfValue.Text)) {
                Block.mismatch(element, "string", findings);
            } else if (!known.contains(text)) {
                findings.error(element.at(), "unrecognized " + what + " " + text);
                return names;
            }
            names.add(text);
        }
        return names;
    }

    private String minVersion(@Nullable ConfValue value) {
        String version = value == null ? "1.2" : GoText.plain(value);
        String prefix = "error parsing tls config: ";
        if (value != null && !(value instanceof ConfValue.Text)) {
            findings.error(value.at(), prefix + "'min_version' wrong type: " + version);
        } else if (value != null && OLD_VERSIONS.contains(version)) {
            findings.error(value.at(), prefix + "unsupported TLS version: TLS " + version);
        } else if (value != null && !version.equals("1.2") && !version.equals("1.3")) {
            findings.error(value.at(), prefix + "unknown version: " + version);
        }
        return version;
    }

    private long timeout(@Nullable ConfValue value) {
        if (value == null) {
            return TIMEOUT_DEFAULT_NANOS;
        }
        double seconds = AuthorizationReader.seconds(value, "tls", findings);
        return seconds < 0 ? TIMEOUT_DEFAULT_NANOS : (long) (seconds * NANOS_PER_SECOND);
    }

    private int rate(@Nullable ConfValue value) {
        if (value instanceof ConfValue.Whole whole) {
            return Math.clamp(whole.value(), 0, Integer.MAX_VALUE);
        } else if (value != null) {
            findings.error(value.at(), PREFIX + "'connection_rate_limit' wrong type");
        }
        return 0;
    }

    private List<String> pinned(@Nullable ConfValue value) {
        if (value == null) {
            return List.of();
        }
        String form = "hex-encoded sha256 of DER encoded SubjectPublicKeyInfo";
        if (!(value instanceof ConfValue.Array array)) {
            findings.error(value.at(), PREFIX + "expected 'pinned_certs' to be a list of " + form);
            return List.of();
        }
        List<String> pinned = new ArrayList<>();
        for (ConfValue element : array.elements()) {
            String key = GoText.plain(element).toLowerCase(Locale.ROOT);
            if (!FINGERPRINT.matcher(key).matches()) {
                findings.error(
                        element.at(),
                        PREFIX + "'pinned_certs' key " + key + " does not look like " + form);
            }
            pinned.add(key);
        }
        return pinned;
    }

    private TlsOptions.HandshakeFirst handshakeFirst(@Nullable ConfValue value) {
        if (value instanceof ConfValue.Flag flag) {
            return new TlsOptions.HandshakeFirst(flag.value(), 0);
        } else if (value instanceof ConfValue.Text text) {
            if (text.value().equalsIgnoreCase("auto")) {
                return new TlsOptions.HandshakeFirst(true, FALLBACK_DEFAULT_NANOS);
            }
            try {
                return new TlsOptions.HandshakeFirst(true, Durations.parse(text.value()));
            } catch (ConfigException wrong) {
                findings.error(
                        text.at(),
                        "field \"handshake_first\"'s value \"" + text.value() + "\" is invalid");
            }
        } else if (value != null) {
            findings.error(
                    value.at(),
                    "field \"handshake_first\" should be a boolean or a string, got "
                            + value.typeName());
        }
        return TlsOptions.HandshakeFirst.NO;
    }

    private List<TlsOptions.CertificatePair> certs(@Nullable ConfValue value) {
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof ConfValue.Array array)) {
            findings.error(value.at(), CERTS_PREFIX + "unsupported type map[string]interface {}");
            return List.of();
        }
        List<TlsOptions.CertificatePair> certs = new ArrayList<>();
        for (ConfValue element : array.elements()) {
            if (element instanceof ConfValue.Table table) {
                certs.add(pair(table));
            } else {
                findings.error(
                        element.at(), CERTS_PREFIX + "unsupported type " + element.typeName());
            }
        }
        return certs;
    }

    private TlsOptions.CertificatePair pair(ConfValue.Table table) {
        String certFile = "";
        String keyFile = "";
        Position last = table.at();
        for (Map.Entry<String, ConfValue> entry : table.entries().entrySet()) {
            ConfValue member = entry.getValue();
            last = member.at();
            String text = GoText.plain(member);
            if (!(member instanceof ConfValue.Text)) {
                findings.error(last, CERTS_PREFIX + "unsupported type " + member.typeName());
                return new TlsOptions.CertificatePair("", "");
            }
            switch (entry.getKey()) {
                case "cert_file" -> certFile = text;
                case "key_file" -> keyFile = text;
                default -> findings.error(last, CERTS_PREFIX + "unknown field " + entry.getKey());
            }
        }
        if (certFile.isEmpty() || keyFile.isEmpty()) {
            findings.error(
                    last, CERTS_PREFIX + "both 'cert_file' and 'cert_key' options are required");
        }
        return new TlsOptions.CertificatePair(certFile, keyFile);
    }
}
