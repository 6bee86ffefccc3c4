package io.millrace.dist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the bridges' packages hold, made of a stand-in for their image. */
final class BridgesPackagesTest {
    @TempDir Path folder;

    @BeforeEach
    void makeImage() throws IOException {
        Path java = Files.createDirectories(folder.resolve("image/runtime/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho stand-in \"$@\"\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        Files.createDirectories(folder.resolve("image/lib"));
        Files.writeString(folder.resolve("image/lib/bridge.jar"), "");
    }

    @Test
    void theTarballHasLauncherUnitsSettingsAndUsers() throws Exception {
        Path tarball = made("tarball", ".tar.gz");
        assertThat(run("tar", "-tzf", tarball.toString()).lines())
                .anyMatch(n -> n.endsWith("/lib/millrace/bridges/lib/bridge.jar"))
                .anyMatch(n -> n.endsWith("/systemd/millrace-gitlab.service"))
                .anyMatch(n -> n.endsWith("/systemd/millrace-matrix.service"))
                .anyMatch(n -> n.endsWith("/systemd/sysusers.conf"))
                .anyMatch(n -> n.endsWith("/etc/gitlab.json"))
                .anyMatch(n -> n.endsWith("/doc/bridges.md"));
        run("tar", "-xzf", tarball.toString(), "--strip-components=1", "-C", folder.toString());
        String launcher = folder.resolve("lib/millrace/bin/millrace-bridge").toString();
        assertThat(run(launcher, "gitlab", "--check")).contains("stand-in").contains("--check");
    }

    @Test
    void theSameInputsMakeTheSameBytes() throws Exception {
        byte[] first = Files.readAllBytes(made("tarball", ".tar.gz"));
        assertThat(Files.readAllBytes(made("tarball", ".tar.gz"))).isEqualTo(first);
    }

    @Test
    void theDebianPackageKeepsSettingsAndSecretsAndStartsNothing() throws Exception {
        Assumptions.assumeTrue(onPath("dpkg-deb"), "there is no dpkg-deb");
        String deb = made("deb", ".deb").toString();
        assertThat(run("dpkg-deb", "--field", deb, "Package", "Suggests"))
                .contains("millrace-bridges", "nginx");
        assertThat(run("dpkg-deb", "--contents", deb))
                .containsPattern("-rw-r----- root/root .* \\./etc/millrace/gitlab.json")
                .containsPattern("-rw-r----- root/root .* \\./etc/millrace/matrix.json")
                .containsPattern("drwx------ root/root .* \\./etc/millrace/secrets/")
                .containsPattern("\\./lib/systemd/system/millrace-gitlab.service")
                .containsPattern("\\./lib/systemd/system/millrace-matrix.service")
                .containsPattern("\\./usr/lib/sysusers.d/millrace-bridges.conf")
                .containsPattern("\\./usr/bin/millrace-bridge -> ");
        assertThat(run("dpkg-deb", "--info", deb, "conffiles").lines())
                .containsExactly("/etc/millrace/gitlab.json", "/etc/millrace/matrix.json");
        assertThat(run("dpkg-deb", "--info", deb, "postinst"))
                .doesNotContain("enable")
                .doesNotContain("start nats");
    }

    private Path made(String kind, String suffix) throws Exception {
        run("../bridges/package", kind);
        try (Stream<Path> files = Files.list(folder.resolve("out"))) {
            return files.filter(f -> f.toString().endsWith(suffix)).findFirst().orElseThrow();
        }
    }

    private static boolean onPath(String tool) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(place -> Files.isExecutable(Path.of(place, tool)));
    }

    private String run(String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("BRIDGES_IMAGE", folder.resolve("image").toString());
        builder.environment().put("BRIDGES_OUT", folder.resolve("out").toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
