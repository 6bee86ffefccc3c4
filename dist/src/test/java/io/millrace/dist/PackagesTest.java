package io.millrace.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the packages hold, made of a stand-in for the image: shape, owners, rights, digests. */
final class PackagesTest {
    private static final Pattern DESCRIPTOR =
            Pattern.compile(
                    "\"mediaType\":\"([^\"]+)\",\"digest\":\"sha256:([0-9a-f]{64})\",\"size\":(\\d+)");

    @TempDir Path folder;
    private Packaging packages;

    @BeforeEach
    void makeImage() throws IOException {
        packages = new Packaging("../dist/package", "DIST", folder);
        for (String name : List.of("java", "nats-server")) {
            Packaging.standIn(folder.resolve("image/bin/" + name));
        }
        Files.createDirectories(folder.resolve("image/lib/server"));
        Files.writeString(folder.resolve("image/lib/millrace.options"), "-Xss512k\n");
        Files.writeString(folder.resolve("image/stamp"), "");
    }

    @Test
    void theTarballNeedsNothingElse() throws Exception {
        Path tarball = packages.made("tarball", ".tar.gz");
        List<String> names = packages.run("tar", "-tzf", tarball.toString()).lines().toList();
        assertThat(names)
                .anyMatch(n -> n.endsWith("/install.md"))
                .anyMatch(n -> n.endsWith("/bin/nats-server"))
                .anyMatch(n -> n.endsWith("/runtime/bin/nats-server"))
                .anyMatch(n -> n.endsWith("/scripts/nats-backup.sh"))
                .anyMatch(n -> n.endsWith("/share/systemd/nats.service"))
                .anyMatch(n -> n.endsWith("/share/etc/production.conf"))
                .noneMatch(n -> n.endsWith("/stamp"));
        packages.run("tar", "-xzf", tarball.toString(), "-C", folder.toString());
        String home = names.getFirst().replaceAll("/.*", "");
        assertThat(packages.run(folder.resolve(home + "/bin/nats-server").toString(), "--version"))
                .contains("stand-in")
                .contains("--version");
    }

    @Test
    void theSameInputsMakeTheSameBytes() throws Exception {
        byte[] first = Files.readAllBytes(packages.made("tarball", ".tar.gz"));
        assertThat(Files.readAllBytes(packages.made("tarball", ".tar.gz"))).isEqualTo(first);
    }

    @Test
    void theDebianPackageKeepsSecretsAndConfiguration() throws Exception {
        Assumptions.assumeTrue(Packaging.has("dpkg-deb"), "there is no dpkg-deb");
        String deb = packages.made("deb", ".deb").toString();
        assertThat(packages.run("dpkg-deb", "--field", deb))
                .contains("Package: millrace")
                .containsPattern("Version: \\d+\\.\\d+")
                .contains("Conflicts: nats-server");
        assertThat(packages.run("dpkg-deb", "--contents", deb))
                .containsPattern("-rw-r----- root/root .* \\./etc/nats/nats-server.conf")
                .containsPattern("drwx------ root/root .* \\./etc/nats/credentials/")
                .containsPattern("-rw------- root/root .* \\./etc/nats/credentials/passwords.conf")
                .containsPattern("\\./lib/systemd/system/nats.service")
                .containsPattern("\\./lib/systemd/system/nats-health-check.timer")
                .containsPattern("\\./lib/systemd/system/nats-backup.timer")
                .containsPattern("\\./usr/bin/nats-server -> ");
        assertThat(packages.run("dpkg-deb", "--info", deb, "conffiles").lines())
                .contains(
                        "/etc/nats/nats-server.conf",
                        "/etc/nats/credentials/passwords.conf",
                        "/etc/default/nats",
                        "/etc/logrotate.d/nats");
    }

    @Test
    void theContainerImageIsALayoutWhoseDigestsHold() throws Exception {
        Assumptions.assumeTrue(Packaging.has("ldd"), "there is no ldd");
        Path layout = Files.createDirectory(folder.resolve("layout"));
        packages.run(
                "tar", "-xf", packages.made("oci", ".tar").toString(), "-C", layout.toString());
        assertThat(layout.resolve("oci-layout")).content().contains("\"1.0.0\"");
        List<MatchResult> manifests = descriptors(Files.readString(layout.resolve("index.json")));
        assertThat(manifests).hasSize(1);
        String manifest = new String(blob(layout, manifests.getFirst()), StandardCharsets.UTF_8);
        List<MatchResult> parts = descriptors(manifest);
        assertThat(parts).hasSize(3);
        String config = new String(blob(layout, parts.getFirst()), StandardCharsets.UTF_8);
        assertThat(config)
                .contains("\"os\":\"linux\"")
                .contains("\"StopSignal\":\"SIGUSR2\"")
                .contains("\"User\":\"10001:10001\"");
        for (MatchResult layer : parts.subList(1, 3)) {
            assertThat(layer.group(1)).endsWith("layer.v1.tar+gzip");
            Path file = layout.resolve("blobs/sha256/" + layer.group(2));
            try (InputStream bare = new GZIPInputStream(Files.newInputStream(file))) {
                assertThat(config).contains("\"sha256:" + sha256(bare.readAllBytes()) + "\"");
            }
            assertThat(blob(layout, layer)).isNotEmpty();
        }
        assertThat(allBlobs(layout)).hasSize(4);
    }

    @Test
    void anUnknownKindIsRefused() throws Exception {
        Process process = packages.start("../dist/package", "rpm");
        assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("tarball, deb and oci");
        assertThat(process.waitFor()).isEqualTo(2);
    }

    private static List<MatchResult> descriptors(String json) {
        return DESCRIPTOR.matcher(json).results().toList();
    }

    /** The blob that a descriptor points to, whose size and digest must be as it says. */
    private static byte[] blob(Path layout, MatchResult descriptor) throws Exception {
        byte[] bytes = Files.readAllBytes(layout.resolve("blobs/sha256/" + descriptor.group(2)));
        assertThat(bytes).hasSize(Integer.parseInt(descriptor.group(3)));
        assertThat(sha256(bytes)).isEqualTo(descriptor.group(2));
        return bytes;
    }

    private static List<Path> allBlobs(Path layout) throws IOException {
        try (Stream<Path> files = Files.list(layout.resolve("blobs/sha256"))) {
            return files.toList();
        }
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
