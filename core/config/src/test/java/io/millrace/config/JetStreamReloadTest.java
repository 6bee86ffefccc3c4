package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a reload does with the jetstream block, beyond the recorded cases; texts as nats-server. */
final class JetStreamReloadTest {
    private static Options options(String block) throws ConfigException {
        String configuration =
                block.equals("nothing") ? "port: 4222" : "jetstream { " + block + " }";
        byte[] content = configuration.getBytes(StandardCharsets.UTF_8);
        return ConfigFile.load("c.conf", content, Map.of()).options();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "store_dir: a|store_dir: b|jetstream storage directory",
                "enabled: true|store_dir: b|jetstream storage directory",
                "enabled: true|enabled: false, store_dir: b|jetstream storage directory",
                "store_dir: a|enabled: true|jetstream storage dir",
                "max_file: 100|max_file: 50|decreasing jetstream max memory and store",
                "max_mem: 100|max_mem: 50|decreasing jetstream max memory and store",
                "max_file: 100|enabled: false, max_file: 50"
                        + "|decreasing jetstream max memory and store",
                "max_file: 100|enabled: true|jetstream max memory and max store",
                "enabled: true|max_mem: 100|jetstream dynamic max memory and store",
                "store_dir: a|store_dir: b, max_file: 5|jetstream dynamic max memory and store",
                "strict: true|strict: false|NoJetStreamStrict: old=false, new=true",
                "sync: always|sync: 5s|SyncInterval: old=2m0s, new=5s",
                "sync: 5s|enabled: true|SyncInterval: old=5s, new=2m0s",
                "sync: \"2m\"|sync: always|SyncAlways: old=false, new=true",
                "enabled: true|max_buffered_size: 10MB|StreamMaxBufferedSize: old=0, new=10485760",
                "enabled: true|info_queue_limit: 50|JetStreamInfoQueueLimit: old=10000, new=50",
                "request_queue_limit: 5|store_dir: b"
                        + "|JetStreamRequestQueueLimit: old=5, new=10000",
                "nothing|sync: 5s|SyncInterval: old=2m0s, new=5s"
            })
    void refusalsSayTheSame(String before, String after, String text) throws ConfigException {
        Options old = options(before);

        assertThat(Reload.between(old, options(after)))
                .isEqualTo(new Reload.Refused("config reload not supported for " + text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max_file: 100|nothing|JetStream",
                "max_file: 100|enabled: false|JetStream",
                "enabled: false, max_file: 5000|max_file: 500, store_dir: b|JetStream",
                "enabled: false, store_dir: a|enabled: false, store_dir: b|",
                "max_mem: 7, max_file: 1024|max_mem: 1023, max_file: 1023999999"
                        + "|JetStream max_mem_store = 1023 B;JetStream max_file_store = 976.56 MB",
                "max_mem: 7, max_file: 1024"
                        + "|enabled: false, max_mem: 1024, max_file: 5000000000000,"
                        + " limits { max_ack_pending: 5 }"
                        + "|JetStream;JetStream max_mem_store = 1.00 KB"
                        + ";JetStream max_file_store = 4.55 TB;JetStream limits",
                "enabled: true|limits { batch { max_msgs: 5 } }|JetStream limits",
                "enabled: true|limits { default_max_consumers: 1000 }|"
            })
    void changesAreLoggedTheSame(String before, String after, String log) throws ConfigException {
        Reload reload = Reload.between(options(before), options(after));

        List<String> changed =
                ((Reload.Accepted) reload)
                        .changes().stream()
                                .map(change -> change.logText().replace("Reloaded: ", ""))
                                .filter(text -> text.startsWith("JetStream"))
                                .toList();
        assertThat(changed).isEqualTo(log == null ? List.of() : List.of(log.split(";")));
    }
}
