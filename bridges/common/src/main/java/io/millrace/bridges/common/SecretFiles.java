package io.millrace.bridges.common;

import io.millrace.runtime.HostFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Secrets come from files alone, never from the configuration itself, which others may read. A name
 * without a slash means a file among systemd's credentials when there are some, else one beside the
 * configuration.
 */
final class SecretFiles {
    private static final int BYTES_MAX = 64 << 10;
    private static final String CREDENTIALS = "CREDENTIALS_DIRECTORY";

    private final Path besides;
    private final @Nullable String credentials;

    SecretFiles(Path besides, Map<String, String> environment) {
        this.besides = besides;
        this.credentials = environment.get(CREDENTIALS);
    }

    Path resolve(String written) throws IOException {
        String variable = "$" + CREDENTIALS + "/";
        if (written.startsWith(variable)) {
            if (credentials == null) {
                throw new IOException("$" + CREDENTIALS + " is not set: only systemd sets it");
            }
            return HostFiles.path(credentials).resolve(written.substring(variable.length()));
        }
        if (credentials != null && written.indexOf('/') < 0) {
            Path credential = HostFiles.path(credentials).resolve(written);
            if (HostFiles.exists(credential)) {
                return credential;
            }
        }
        return besides.resolve(HostFiles.path(written));
    }

    /** The text of a file without the line end that editors leave; refuses an empty one. */
    Secret read(String written) throws IOException {
        Path file = resolve(written);
        if (!HostFiles.exists(file)) {
            throw new IOException(file + ": no such file");
        }
        byte[] bytes = HostFiles.read(file);
        if (bytes.length > BYTES_MAX) {
            throw new IOException(file + " is larger than any secret");
        }
        String text = new String(bytes, StandardCharsets.UTF_8).strip();
        if (text.isEmpty()) {
            throw new IOException(file + " is empty: an empty secret lets everybody in");
        }
        return new Secret(text);
    }
}
