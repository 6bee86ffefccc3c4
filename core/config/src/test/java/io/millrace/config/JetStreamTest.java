package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The jetstream block, what accounts are granted and the flags; texts as nats-server 2.15 says. */
final class JetStreamTest {
    private static final long SECOND = 1_000_000_000L;

    @TempDir Path folder;

    private static Options options(String configuration) throws ConfigException {
        byte[] content = configuration.getBytes(StandardCharsets.UTF_8);
        return ConfigFile.load("c.conf", content, Map.of()).options();
    }

    private Options options(String configuration, String... flags)
            throws ConfigException, IOException {
        Path file = Files.writeString(folder.resolve("c.conf"), configuration);
        String[] arguments = new String[flags.length + 2];
        System.arraycopy(flags, 0, arguments, 2, flags.length);
        arguments[0] = "-c";
        arguments[1] = file.toString();
        CommandLine.Run run = (CommandLine.Run) CommandLine.parse(arguments, Map.of());
        return run.flags().load().options();
    }

    @Test
    void wholeBlockIsRead() throws ConfigException {
        JetStreamOptions jetstream =
                options(
                                """
                                jetstream {
                                  store_dir: "./js", max_mem: "1G", max_file: 5MB, strict: false
                                  sync: "5s", max_buffered_size: "1M", max_buffered_msgs: 6
                                  request_queue_limit: 7, info_queue_limit: 8
                                  max_concurrent_io: 9
                                  limits {
                                    max_ack_pending: 1, max_ha_assets: 2, max_request_batch: 3
                                    duplicate_window: "4s", default_max_consumers: -1
                                    batch {
                                      max_inflight_per_stream: 5, max_inflight_total: 6
                                      max_msgs: 7, timeout: "8s"
                                    }
                                  }
                                }
                                """)
                        .jetstream();

        assertThat(jetstream)
                .isEqualTo(
                        new JetStreamOptions(
                                true,
                                "./js",
                                1L << 30,
                                5L << 20,
                                null,
                                false,
                                5 * SECOND,
                                1L << 20,
                                6,
                                7,
                                8,
                                9,
                                new JetStreamLimits(
                                        1,
                                        2,
                                        3,
                                        4 * SECOND,
                                        -1,
                                        new JetStreamLimits.Batch(5, 6, 7, 8 * SECOND))));
    }

    @Test
    void everyWayToSwitchItOnLeavesTheRestAsUsual() throws ConfigException {
        JetStreamOptions on = JetStreamOptions.DEFAULTS.withEnabled(true);

        assertThat(options("jetstream: enabled").jetstream()).isEqualTo(on);
        assertThat(options("jetstream: Enable").jetstream()).isEqualTo(on);
        assertThat(options("jetstream: true").jetstream()).isEqualTo(on);
        assertThat(options("jetstream {}").jetstream()).isEqualTo(on);
        assertThat(options("jetstream { max_mem: -1, max_file: -5 }").jetstream()).isEqualTo(on);
        assertThat(options("jetstream { enabled: false }").jetstream().enabled()).isFalse();
        assertThat(options("jetstream: disabled").jetstream().enabled()).isFalse();
    }

    @Test
    void queueOfThoseThatOnlyAskIsAsLongAsTheOther() throws ConfigException {
        JetStreamOptions jetstream = options("jetstream { request_queue_limit: 7 }").jetstream();

        assertThat(jetstream.infoQueueLimit()).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "jetstream: 5|c.conf:1:0: Expected map, bool or string to define JetStream, got"
                        + " int64",
                "jetstream: {max_mem: \"-1\"}|c.conf:1:12: max_mem_store strconv.ParseInt: parsing"
                        + " \"-\": invalid syntax",
                "jetstream: {max_mem: \"99999999999999999999\"}|c.conf:1:12: max_mem_store"
                        + " strconv.ParseInt: parsing \"9999999999999999999\": value out of range",
                "jetstream: {max_mem: \"1024\"}|c.conf:1:12: max_mem_store sizes defined as strings"
                        + " must end in K, M, G, T",
                "jetstream: {max_file: 1.5}|c.conf:1:12: max_file_store must be int64 or string",
                "jetstream: {max_buffered_size: true}|c.conf:1:12: max_buffered_size must be int64"
                        + " or string",
                "jetstream: {max_buffered_msgs: \"5\"}|c.conf:1:12: Expected a parseable size for"
                        + " \"max_buffered_msgs\", got 5",
                "jetstream: {max_concurrent_io: 8193}|c.conf:1:12: Expected an absolute size for"
                        + " \"max_concurrent_io\" between 4 and 8192, got 8193",
                "jetstream: {sync: \"never\"}|c.conf:1:12: error parsing sync: time: invalid"
                        + " duration \"never\"",
                "jetstream: {strict: \"true\"}|c.conf:1:12: Expected 'true' or 'false' for bool"
                        + " value, got 'true'",
                "jetstream: {strict: 1}|c.conf:1:12: Expected 'true' or 'false' for bool value, got"
                        + " '%!s(int64=1)'",
                "jetstream: {limits: 5}|c.conf:1:12: Expected a map to define JetStreamLimits, got"
                        + " int64",
                "jetstream: {limits: {nope: 5}}|c.conf:1:21: unknown field \"nope\"",
                "jetstream: {limits: {max_ack_pending: \"5\"}}|c.conf:1:0: interface conversion:"
                        + " interface {} is string, not int64",
                "jetstream: {limits: {duplicate_window: \"5x\"}}|time: unknown unit \"x\" in"
                        + " duration \"5x\"",
                "jetstream: {limits: {batch: 5}}|c.conf:1:21: Expected a map to define batch"
                        + " limits, got int64",
                "accounts { A { jetstream: maybe } }|Expected 'enabled' or 'disabled' for string"
                        + " value, got 'maybe'",
                "accounts { A { jetstream: 5 } }|Expected map, bool or string to define JetStream,"
                        + " got int64",
                "accounts { A { jetstream: {enabled: true} } }|c.conf:1:27: unknown field"
                        + " \"enabled\"",
                "accounts { A { jetstream: {max_mem: \"1G\"} } }|c.conf:1:27: Expected a parseable"
                        + " size for \"max_mem\", got 1G",
                "accounts { A { jetstream: {max_bytes: 1} } }|c.conf:1:27: Expected a parseable"
                        + " bool for \"max_bytes\", got 1",
                "accounts { A { jetstream: {cluster_traffic: owner} } }|c.conf:1:27:"
                        + " accounts.<name>.jetstream.cluster_traffic is not supported yet",
                "jetstream: {domain: d}|c.conf:1:12: jetstream.domain is not supported yet",
                "jetstream: {key: k}|c.conf:1:12: jetstream.encryption_key is not supported yet",
                "jetstream: {cipher: aes}|c.conf:1:12: jetstream.cipher is not supported yet"
            })
    void whatCannotBeReadIsSaidInTheSameWords(String configuration, String text) {
        assertThatThrownBy(() -> options(configuration))
                .isInstanceOf(ConfigException.class)
                .hasMessage(text + "\n");
    }

    @Test
    void accountsHaveWhatTheyAreGranted() throws ConfigException {
        Options options =
                options(
                        """
                        accounts {
                          A { jetstream: enabled }
                          B { jetstream: disabled }
                          C {}
                          D { jetstream {
                            mem: 1G, disk: 2GB, streams: 3, consumers: 4
                            memory_max_stream_bytes: 5, store_max_stream_bytes: 6
                            max_ack_pending: 7, max_bytes_required: true } }
                          E { jetstream {} }
                        }
                        """);

        assertThat(options.jetStreamOf("A")).isEqualTo(AccountJetStream.UNLIMITED);
        assertThat(options.jetStreamOf("B")).isNull();
        assertThat(options.jetStreamOf("C")).isNull();
        assertThat(options.jetStreamOf("D"))
                .isEqualTo(new AccountJetStream(1_000_000_000L, 2L << 30, 3, 4, 5, 6, 7, true));
        assertThat(options.jetStreamOf("E")).isEqualTo(AccountJetStream.UNLIMITED);
        assertThat(options.jetStreamOf("F")).isNull();
    }

    @Test
    void globalAccountHasAllWhileNobodyElseIsConfigured() throws ConfigException {
        assertThat(Options.defaults().jetStreamOf("$G")).isEqualTo(AccountJetStream.UNLIMITED);
        assertThat(options("system_account: S\naccounts { S {} }").jetStreamOf("$G"))
                .isEqualTo(AccountJetStream.UNLIMITED);
        assertThat(options("accounts { A {} }").jetStreamOf("$G")).isNull();
        assertThat(options("accounts { A { jetstream: enabled } }").jetStreamOf("$G")).isNull();
    }

    @Test
    void systemAccountIsNotGrantedAnything() throws ConfigException {
        String accounts = "accounts { \"$SYS\" { jetstream: enabled } }";

        OptionsCheck.check(options(accounts));
        Options options = options("jetstream: enabled\n" + accounts);
        assertThat(options.jetStreamOf("$SYS")).isNull();
        assertThatThrownBy(() -> OptionsCheck.check(options))
                .hasMessage("Not allowed to enable JetStream on the system account");
    }

    @Test
    void storeIsAFolderBelowTheConfiguredOne() {
        JetStreamOptions usual = JetStreamOptions.DEFAULTS;

        assertThat(usual.isTemporary()).isTrue();
        assertThat(usual.storePath(Map.of())).hasToString("/tmp/nats/jetstream");
        assertThat(usual.storePath(Map.of("TMPDIR", "/t/"))).hasToString("/t/nats/jetstream");
        assertThat(usual.withStoreDir("./js/../k//l").storePath(Map.of()))
                .hasToString("k/l/jetstream");
        assertThat(usual.withStoreDir("q/jetstream").storePath(Map.of()))
                .hasToString("q/jetstream/jetstream");
    }

    @Test
    void flagsSwitchItWhateverTheFileSays() throws ConfigException, IOException {
        assertThat(options("port: 1", "-js").jetstream().enabled()).isTrue();
        assertThat(options("jetstream: disabled", "--jetstream").jetstream().enabled()).isTrue();
        assertThat(options("jetstream {}", "-js=false").jetstream().enabled()).isFalse();
        assertThat(options("port: 1", "-sd", "q").jetstream().enabled()).isFalse();
    }

    @Test
    void directoryIsNamedByFlagOrFileButNotByBoth() throws ConfigException, IOException {
        assertThat(options("jetstream: enabled", "-sd", "q").jetstream().storeDir()).isEqualTo("q");
        assertThat(options("jetstream {}", "--store_dir", "q").jetstream().storeDir())
                .isEqualTo("q");
        assertThat(options("store_dir: f", "-sd=").jetstream().storeDir()).isNull();
        for (String file : List.of("store_dir: f", "jetstream { store_dir: f }")) {
            assertThatThrownBy(() -> options(file, "-sd", "q"))
                    .hasMessageEndingWith(": Duplicate 'store_dir' configuration\n");
        }
    }
}
