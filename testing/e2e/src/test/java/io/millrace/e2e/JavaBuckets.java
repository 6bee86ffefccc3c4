package io.millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nats.client.Connection;
import io.nats.client.KeyValue;
import io.nats.client.MessageTtl;
import io.nats.client.ObjectStore;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueWatcher;
import io.nats.client.api.ObjectInfo;
import io.nats.client.api.ObjectStoreConfiguration;
import io.nats.client.api.ObjectStoreWatcher;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Key-value and object stores in the words of the official Java client. */
@SuppressWarnings("try") // What jnats lets one close may be interrupted meanwhile.
final class JavaBuckets {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String END_OF_DATA = "end of data";

    private final Connection nc;
    private final BlockingQueue<String> watched = new LinkedBlockingQueue<>();

    JavaBuckets(Connection nc) {
        this.nc = nc;
    }

    void keyValue() throws Exception {
        nc.keyValueManagement()
                .create(
                        KeyValueConfiguration.builder("java-kv")
                                .maxHistoryPerKey(5)
                                .limitMarker(Duration.ofSeconds(1))
                                .build());
        KeyValue kv = nc.keyValue("java-kv");
        try (var _ = kv.watchAll(new Keys())) {
            assertWatched(END_OF_DATA);
            values(kv);
            kv.delete("a");
            kv.purge("b.c");
            assertThat(kv.get("a")).as("a deleted key").isNull();
            kv.create("a", "third".getBytes(UTF_8));
            assertThat(kv.history("a").stream().map(JavaBuckets::line))
                    .containsExactly("a PUT first", "a PUT second", "a DELETE ", "a PUT third");
            assertThat(kv.history("b.c").stream().map(JavaBuckets::line))
                    .containsExactly("b.c PURGE ");
            kv.create("short", "lived".getBytes(UTF_8), MessageTtl.seconds(1));
            assertWatched("a PUT first");
            assertWatched("a PUT second");
            assertWatched("b.c PUT created");
            assertWatched("a DELETE ");
            assertWatched("b.c PURGE ");
            assertWatched("a PUT third");
            assertWatched("short PUT lived");
            assertWatched("short PURGE ");
        }
        assertThat(kv.get("short")).as("an expired key").isNull();
        assertThat(kv.getStatus().getMaxHistoryPerKey()).isEqualTo(5);
        nc.keyValueManagement().delete("java-kv");
    }

    private static void values(KeyValue kv) throws Exception {
        long first = kv.put("a", "first");
        JavaStreams.assertRefused(10071, () -> kv.update("a", "wrong", first + 7));
        long second = kv.update("a", "second", first);
        JavaStreams.assertRefused(10071, () -> kv.create("a", "again".getBytes(UTF_8)));
        kv.create("b.c", "created".getBytes(UTF_8));
        assertThat(kv.get("a").getValueAsString()).isEqualTo("second");
        assertThat(kv.get("a").getRevision()).isEqualTo(second);
        assertThat(kv.get("a", first).getValueAsString()).isEqualTo("first");
        assertThat(kv.keys()).containsExactlyInAnyOrder("a", "b.c");
    }

    private static String line(KeyValueEntry entry) {
        byte[] value = entry.getValue() == null ? new byte[0] : entry.getValue();
        return entry.getKey() + " " + entry.getOperation() + " " + new String(value, UTF_8);
    }

    private void assertWatched(String line) throws InterruptedException {
        assertThat(watched.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(line);
    }

    void objects() throws Exception {
        nc.objectStoreManagement().create(ObjectStoreConfiguration.builder("java-objects").build());
        ObjectStore store = nc.objectStore("java-objects");
        byte[] big = "0123456789abcdef".repeat(65536).getBytes(UTF_8);
        try (var _ = store.watch(new Objects())) {
            assertWatched(END_OF_DATA);
            store.put("big", big);
            store.put("small", "tiny".getBytes(UTF_8));
            ByteArrayOutputStream got = new ByteArrayOutputStream();
            store.get("big", got);
            assertThat(got.toByteArray()).isEqualTo(big);
            ObjectInfo info = store.getInfo("big");
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(big);
            assertThat(info.getSize()).isEqualTo(big.length);
            assertThat(info.getChunks()).isEqualTo(8);
            assertThat(info.getDigest())
                    .isEqualTo("SHA-256=" + Base64.getUrlEncoder().encodeToString(digest));
            assertThat(store.getList())
                    .extracting(ObjectInfo::getObjectName)
                    .containsExactlyInAnyOrder("big", "small");
            store.delete("big");
            assertThatThrownBy(() -> store.get("big", new ByteArrayOutputStream()))
                    .hasMessageContaining("not found");
            assertWatched("big false");
            assertWatched("small false");
            assertWatched("big true");
        }
        assertThat(store.getStatus().getSize()).as("bytes left").isLessThan(4096);
        nc.objectStoreManagement().delete("java-objects");
    }

    private final class Keys implements KeyValueWatcher {
        @Override
        public void watch(KeyValueEntry entry) {
            watched.add(line(entry));
        }

        @Override
        public void endOfData() {
            watched.add(END_OF_DATA);
        }
    }

    private final class Objects implements ObjectStoreWatcher {
        @Override
        public void watch(ObjectInfo info) {
            watched.add(info.getObjectName() + " " + info.isDeleted());
        }

        @Override
        public void endOfData() {
            watched.add(END_OF_DATA);
        }
    }
}
