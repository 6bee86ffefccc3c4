package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Flags as nats-server reads them; the recorded cases word by word. */
final class CommandLineTest {
    private static final int NAMES = 64;

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bad-int",
                "h",
                "help",
                "missing-config",
                "missing-value",
                "routes-without-cluster",
                "signal-too-many",
                "t-without-config",
                "tls-without-cert",
                "unknown-flag",
                "unknown-word",
                "v",
                "version",
                "word-help",
                "word-version"
            })
    void recordedFlagsAreAnsweredTheSame(String name) throws IOException {
        String recording = Recorded.text("flag-" + name + ".txt");
        String command = recording.substring("$ nats-server".length(), recording.indexOf('\n'));

        String answer = answerTo(command.trim().split(" ", -1));

        assertThat("$ nats-server" + command + "\n" + answer).isEqualTo(recording.stripTrailing());
    }

    private static String answerTo(String... arguments) {
        return switch (parsed(arguments)) {
            case CommandLine.Show show -> shown(0, show.text(), "");
            case CommandLine.Refused no -> shown(no.exit(), no.output(), no.error());
            case CommandLine.Run run -> failed(run.flags());
            case CommandLine.Test test -> failed(test.flags());
            case CommandLine.SendSignal signal -> signal.toString();
        };
    }

    private static String failed(Flags flags) {
        try {
            return flags.load().toString();
        } catch (ConfigException wrong) {
            return shown(1, "", "nats-server: " + wrong.getMessage());
        }
    }

    private static String shown(int exit, String output, String error) {
        return ("exit code: " + exit + "\n--- stdout\n" + output + "\n--- stderr\n" + error)
                .stripTrailing();
    }

    private static CommandLine parsed(String... arguments) {
        return CommandLine.parse(arguments, Map.of());
    }

    private static Options options(String... arguments) throws ConfigException {
        return ((CommandLine.Run) parsed(arguments)).flags().load().options();
    }

    @Test
    void flagsHaveTheSixtyFourNames() {
        Set<String> names = new HashSet<>();
        for (Flag flag : Flag.values()) {
            names.addAll(flag.names());
        }

        assertThat(names).hasSize(NAMES);
    }

    @Test
    void helpNamesEveryFlagAndNothingElse() {
        Set<String> names = new HashSet<>();
        for (Flag flag : Flag.values()) {
            names.addAll(flag.names());
        }
        Set<String> shown = new HashSet<>();
        Matcher matcher =
                Pattern.compile("(?m)(?:^ {4,8}|,\\s*)--?([A-Za-z_]+)").matcher(FlagParser.help());
        while (matcher.find()) {
            shown.add(matcher.group(1));
        }

        assertThat(names).containsAll(shown);
        // nats-server has them but does not show them.
        assertThat(shown).hasSizeGreaterThan(NAMES - 10);
    }

    @Test
    void oneDashTwoDashesEqualsSignAndBlankMeanTheSame() throws ConfigException {
        assertThat(options("-p", "1").port()).isEqualTo(1);
        assertThat(options("--p=1").port()).isEqualTo(1);
        assertThat(options("--port", "1").port()).isEqualTo(1);
        assertThat(options("-port=1", "-p=2").port()).isEqualTo(2);
        assertThat(options("-T=false", "-D").log().logtime()).isFalse();
    }

    @Test
    void joinedLogFlagsSetAllTheyName() throws ConfigException {
        LogOptions log = options("-DVV").log();

        assertThat(log.debug()).isTrue();
        assertThat(log.trace()).isTrue();
        assertThat(log.traceVerbose()).isTrue();
    }

    @Test
    void flagsWinOverTheFileAtEveryLoad() throws ConfigException, IOException {
        Path file = Files.writeString(folder.resolve("a.conf"), "port: 1\ndebug: false\n");
        Flags flags = ((CommandLine.Run) parsed("-c", file.toString(), "-p", "7", "-D")).flags();

        assertThat(flags.load().options().port()).isEqualTo(7);
        Files.writeString(file, "port: 2\nserver_name: n\n");

        Options again = flags.load().options();
        assertThat(again.port()).isEqualTo(7);
        assertThat(again.log().debug()).isTrue();
        assertThat(again.serverName()).isEqualTo("n");
    }

    @Test
    void aCertificateAsksForTlsUnlessItIsRefused() throws ConfigException {
        TlsOptions tls = options("--tlscert", "c.pem", "--tlskey", "k.pem").tls();

        assertThat(tls).isNotNull();
        assertThat(tls.certFile()).isEqualTo("c.pem");
        assertThat(options("--tls=false", "--tlscert", "c.pem", "--tlskey", "k.pem").tls())
                .isNull();
        assertThatThrownBy(() -> options("--tlscert", "c.pem"))
                .hasMessage("TLS Server private key must be present and valid");
        assertThatThrownBy(() -> options("--tlscacert", "ca.pem"))
                .hasMessage("TLS Server certificate must be present and valid");
    }

    @Test
    void signalsNameCommandAndProcess() {
        assertThat(parsed("--signal", "reload=12"))
                .isEqualTo(new CommandLine.SendSignal("reload", "12"));
        assertThat(parsed("-sl=ldm=/run/x.pid"))
                .isEqualTo(new CommandLine.SendSignal("ldm", "/run/x.pid"));
        assertThat(parsed("-sl", "stop")).isEqualTo(new CommandLine.SendSignal("stop", ""));
    }

    @Test
    void flagOfSomethingNotBuiltIsRefusedByName() {
        assertThatThrownBy(() -> options("--cluster", "nats://127.0.0.1:1"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("flag -cluster is not supported yet");
    }

    @Test
    void pagesAreServedWhereClientsComeInUnlessSaidOtherwise() throws ConfigException, IOException {
        Path file =
                Files.writeString(folder.resolve("a.conf"), "host: 127.0.0.1\nhttp_port: 8222\n");

        assertThat(options("-c", file.toString()).monitor().host()).isEqualTo("127.0.0.1");
        assertThat(options("-a", "127.0.0.2", "-m", "8222").monitor().host())
                .isEqualTo("127.0.0.2");

        Files.writeString(file, "http: \"127.0.0.3:8222\"\n");
        assertThat(options("-c", file.toString(), "-a", "127.0.0.2").monitor().host())
                .isEqualTo("127.0.0.3");
    }

    @Test
    void withoutAFileThereIsNothingToReload() {
        CommandLine.Run run =
                (CommandLine.Run) CommandLine.parse(new String[] {"-p", "1"}, Map.of());

        assertThatThrownBy(() -> run.flags().reload())
                .isInstanceOf(ConfigException.class)
                .hasMessage("can only reload config when a file is provided using -c or --config");
    }

    @Test
    void helpForTlsHasTheLayoutOfNatsServerAndNamesWhatJavaCanDo() throws Exception {
        String help =
                ((CommandLine.Show) CommandLine.parse(new String[] {"--help_tls"}, Map.of()))
                        .text();
        List<String> shown = namesBehind(help, "Available cipher suites include:");
        List<String> recorded =
                namesBehind(Recorded.text("flag-help-tls.txt"), "Available cipher suites include:");
        List<String> java =
                List.of(SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites());

        assertThat(shown)
                .containsExactlyInAnyOrderElementsOf(
                        recorded.stream().filter(java::contains).toList());
        assertThat(namesBehind(help, "Available curve preferences include:"))
                .containsExactlyInAnyOrder("X25519", "CurveP256", "CurveP384", "CurveP521");
    }

    /** The lines of the paragraph under a heading. */
    private static List<String> namesBehind(String help, String heading) {
        return help.lines()
                .dropWhile(line -> !line.equals(heading))
                .skip(1)
                .takeWhile(line -> !line.isEmpty())
                .map(String::strip)
                .toList();
    }
}
