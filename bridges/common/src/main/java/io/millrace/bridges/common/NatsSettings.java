package io.millrace.bridges.common;

import io.millrace.runtime.HostFiles;
import io.nats.client.Options;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * How to reach NATS and who to be there.
 *
 * @param tls trust in the servers' certificates; null for the trust of the Java runtime
 */
public record NatsSettings(
        List<String> urls,
        @Nullable String user,
        @Nullable Secret password,
        @Nullable Secret token,
        @Nullable String inboxPrefix,
        @Nullable SSLContext tls) {
    private static final Pattern ADDRESS =
            Pattern.compile(
                    "(?:(?:nats|tls)://)?(?:[^\\s/?#:\\[\\]]+|\\[[0-9a-fA-F:.]+])(?::[0-9]{1,5})?");

    public static NatsSettings read(Settings root) throws SettingsException {
        Settings nats = root.sectionOrEmpty("nats");
        List<String> urls = nats.texts("urls", List.of("nats://127.0.0.1:4222"));
        for (String url : urls) {
            if (url.indexOf('@') >= 0) {
                throw nats.wrong("urls", "a login does not belong here: use user, password_file");
            }
            if (!ADDRESS.matcher(url).matches()) {
                throw nats.wrong("urls", "'" + url + "' must be like nats://host:4222");
            }
        }
        String user = nats.text("user");
        Secret password = nats.secret("password");
        Secret token = nats.secret("token");
        if ((user == null) != (password == null)) {
            throw nats.wrong(user == null ? "user" : "password_file", "is missing");
        }
        if (user != null && token != null) {
            throw nats.wrong("token_file", "a user with a password is given already");
        }
        return new NatsSettings(
                urls, user, password, token, nats.text("inbox_prefix"), trust(nats, "ca_file"));
    }

    private static @Nullable SSLContext trust(Settings nats, String key) throws SettingsException {
        Path file = nats.path(key);
        if (file == null) {
            return null;
        }
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int count = 0;
            byte[] pem = HostFiles.read(file);
            for (Certificate trusted :
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(pem))) {
                store.setCertificateEntry("ca-" + count++, trusted);
            }
            if (count == 0) {
                throw nats.wrong(key, file + " holds no certificate");
            }
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException unusable) {
            throw nats.wrong(key, file + ": " + unusable.getMessage());
        }
    }

    Options.Builder options(String name) {
        Options.Builder options =
                new Options.Builder()
                        .servers(urls.toArray(String[]::new))
                        .connectionName(name)
                        .connectionTimeout(Duration.ofSeconds(5))
                        .maxReconnects(-1)
                        .reconnectWait(Duration.ofSeconds(1))
                        // What cannot be sent now is refused at once and never sent late.
                        .reconnectBufferSize(0);
        if (user != null && password != null) {
            options.userInfo(user, password.reveal());
        }
        if (token != null) {
            options.token(token.reveal().toCharArray());
        }
        if (inboxPrefix != null) {
            options.inboxPrefix(inboxPrefix);
        }
        if (tls != null) {
            options.sslContext(tls);
        }
        return options;
    }
}
