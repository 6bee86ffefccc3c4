package io.millrace.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the bridges' packages hold, made of a stand-in for their image. */
final class BridgesPackagesTest {
    @TempDir Path folder;
    private Packaging packages;

    @BeforeEach
    void makeImage() throws IOException {
        packages = new Packaging("../bridges/package", "BRIDGES", folder);
        Packaging.standIn(folder.resolve("image/runtime/bin/java"));
        Files.createDirectories(folder.resolve("image/lib"));
        Files.writeString(folder.resolve("image/lib/bridge.jar"), "");
    }

    @Test
    void theTarballHasLauncherUnitsSettingsAndUsers() throws Exception {
        Path tarball = packages.made("tarball", ".tar.gz");
        assertThat(packages.run("tar", "-tzf", tarball.toString()).lines())
                .anyMatch(n -> n.endsWith("/lib/millrace/bridges/lib/bridge.jar"))
                .anyMatch(n -> n.endsWith("/systemd/millrace-gitlab.service"))
                .anyMatch(n -> n.endsWith("/systemd/millrace-matrix.service"))
                .anyMatch(n -> n.endsWith("/systemd/sysusers.conf"))
                .anyMatch(n -> n.endsWith("/etc/gitlab.json"))
                .anyMatch(n -> n.endsWith("/doc/bridges.md"));
        packages.run(
                "tar", "-xzf", tarball.toString(), "--strip-components=1", "-C", folder.toString());
        String launcher = folder.resolve("lib/millrace/bin/millrace-bridge").toString();
        assertThat(packages.run(launcher, "gitlab", "--check"))
                .contains("stand-in")
                .contains("--check");
    }

    @Test
    void theSameInputsMakeTheSameBytes() throws Exception {
        byte[] first = Files.readAllBytes(packages.made("tarball", ".tar.gz"));
        assertThat(Files.readAllBytes(packages.made("tarball", ".tar.gz"))).isEqualTo(first);
    }

    @Test
    void theDebianPackageKeepsSettingsAndSecretsAndStartsNothing() throws Exception {
        Assumptions.assumeTrue(Packaging.has("dpkg-deb"), "there is no dpkg-deb");
        String deb = packages.made("deb", ".deb").toString();
        assertThat(packages.run("dpkg-deb", "--field", deb, "Package", "Suggests"))
                .contains("millrace-bridges", "nginx");
        assertThat(packages.run("dpkg-deb", "--contents", deb))
                .containsPattern("-rw-r----- root/root .* \\./etc/millrace/gitlab.json")
                .containsPattern("-rw-r----- root/root .* \\./etc/millrace/matrix.json")
                .containsPattern("drwx------ root/root .* \\./etc/millrace/secrets/")
                .containsPattern("\\./lib/systemd/system/millrace-gitlab.service")
                .containsPattern("\\./lib/systemd/system/millrace-matrix.service")
                .containsPattern("\\./usr/lib/sysusers.d/millrace-bridges.conf")
                .containsPattern("\\./usr/bin/millrace-bridge -> ");
        assertThat(packages.run("dpkg-deb", "--info", deb, "conffiles").lines())
                .containsExactly("/etc/millrace/gitlab.json", "/etc/millrace/matrix.json");
        assertThat(packages.run("dpkg-deb", "--info", deb, "postinst"))
                .doesNotContain("enable")
                .doesNotContain("start nats");
    }
}
