package io.millrace.monitor.metrics;

import io.millrace.broker.Server;
import io.millrace.config.MetricsOptions;
import io.millrace.jetstream.JetStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests for metrics. Any thread but the loop's; nothing of it costs anything before the
 * first request.
 */
/* However many ask at the same time, the server is looked at once: requests of the same kind that
 * come while an answer is being made, or shortly after, get the same bytes. The larger an answer,
 * the longer it is good for, so that readers who let theirs lie cannot fill the memory. */
public final class Metrics {
    private static final long SHARED_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long NANOS_PER_BYTE = 250;

    /** What is larger is sent compressed or not at all. */
    private static final int PLAIN_BYTES_MAX = 8 << 20;

    private final Server server;
    private final Lookout lookout;
    private final ScrapeCounts scrapes = new ScrapeCounts();
    private final Families families = new Families();
    private final JvmFamilies jvm = new JvmFamilies();
    private final CpuUse cpu;
    private final Map<Variant, Made> made = new HashMap<>();

    /** What the last answer was written into; the next one can be, too. */
    private WeakReference<ByteArrayOutputStream> spare = new WeakReference<>(null);

    private record Variant(Format format, boolean compressed, Names names, MetricsOptions options) {
        /* What a record has for this by itself is linked at its first use, and that is dear. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Variant its
                    && its.format == format
                    && its.compressed == compressed
                    && its.names.exporter() == names.exporter()
                    && its.names.helm() == names.helm()
                    && its.names.surveyor() == names.surveyor()
                    && its.names.millrace() == names.millrace()
                    && (its.options == options || its.options.equals(options));
        }

        @Override
        public int hashCode() {
            return format.hashCode() * 2 + (compressed ? 1 : 0);
        }
    }

    /** An answer in the making, or made; who reads it keeps it. */
    private static final class Made {
        final long beganNanos;
        final CompletableFuture<byte[]> making = new CompletableFuture<>();
        WeakReference<byte[]> body = new WeakReference<>(null);
        long goodForNanos = Long.MAX_VALUE;

        Made(long beganNanos) {
            this.beganNanos = beganNanos;
        }
    }

    /**
     * @param jetstream gives JetStream when it is there, on any thread
     * @param pages where the figures of other pages are read
     */
    public Metrics(Server server, Supplier<@Nullable JetStream> jetstream, JsonPages pages) {
        this.server = server;
        this.cpu = new CpuUse(server);
        this.lookout = new Lookout(server, jetstream, pages);
    }

    /**
     * Answers one request.
     *
     * @param accept its header Accept, if it has one
     * @param acceptEncoding likewise
     * @param wantedNames the parameter "names": which names are wanted; empty for what is
     *     configured
     */
    public Scrape answer(
            @Nullable String accept, @Nullable String acceptEncoding, String wantedNames) {
        MetricsOptions options = server.options().metrics();
        if (!options.enabled()) {
            return Scrape.plain(404, "404 page not found\n");
        }
        Names names = wantedNames.isEmpty() ? Names.of(options.names()) : Names.asked(wantedNames);
        if (names.isEmpty()) {
            return Scrape.plain(
                    400, "names can be " + String.join(", ", MetricsOptions.ALL_NAMES) + "\n");
        }
        Format format = Format.wanted(accept);
        boolean compressed = takesGzip(acceptEncoding);
        byte[] body = body(new Variant(format, compressed, names, options));
        if (!compressed && body.length == 0) {
            return Scrape.plain(
                    406, "so many series are sent compressed only (Accept-Encoding: gzip)\n");
        }
        Map<String, String> headers = new HashMap<>();
        headers.put("Content-Type", format.contentType());
        headers.put("Vary", "Accept, Accept-Encoding");
        if (compressed) {
            headers.put("Content-Encoding", "gzip");
        }
        return new Scrape(200, headers, body);
    }

    private static boolean takesGzip(@Nullable String acceptEncoding) {
        if (acceptEncoding == null) {
            return false;
        }
        for (String coding : acceptEncoding.toLowerCase(Locale.ROOT).split(",", -1)) {
            String plain = coding.replace(" ", "");
            if (plain.equals("gzip") || plain.startsWith("gzip;")) {
                return !plain.matches("gzip;q=0(?:\\.0*)?");
            }
        }
        return false;
    }

    private byte[] body(Variant variant) {
        Made mine = null;
        Made current;
        synchronized (made) {
            long now = server.clock().nanoTime();
            made.values().removeIf(old -> now - old.beganNanos > old.goodForNanos);
            current = made.get(variant);
            byte[] known = current == null ? null : current.body.get();
            if (known != null) {
                return known;
            }
            if (current == null || current.making.isDone()) {
                mine = new Made(now);
                made.put(variant, mine);
                current = mine;
            }
        }
        return mine == null ? current.making.join() : make(variant, mine);
    }

    private byte[] make(Variant variant, Made mine) {
        try {
            byte[] body = written(variant);
            long now = server.clock().nanoTime();
            scrapes.made(now - mine.beganNanos);
            synchronized (made) {
                mine.body = new WeakReference<>(body);
                mine.goodForNanos =
                        Math.max(SHARED_NANOS, body.length * NANOS_PER_BYTE)
                                + now
                                - mine.beganNanos;
            }
            mine.making.complete(body);
            return body;
        } catch (IOException | RuntimeException failed) {
            synchronized (made) {
                made.remove(variant, mine);
            }
            mine.making.completeExceptionally(failed);
            throw failed instanceof RuntimeException mistake
                    ? mistake
                    : new IllegalStateException("memory cannot be written", failed);
        }
    }

    /** The whole answer; nothing when it would be too large. */
    private byte[] written(Variant variant) throws IOException {
        Sighting seen = lookout.look(variant.options, variant.names);
        ByteArrayOutputStream bytes = sink();
        OutputStream out =
                variant.compressed ? new FastGzip(bytes) : new Bounded(bytes, PLAIN_BYTES_MAX);
        try (out) {
            write(new Exposition(out, variant.format, families), variant.names, seen);
        } catch (UncheckedIOException tooLarge) {
            return new byte[0];
        }
        byte[] body = bytes.toByteArray();
        synchronized (made) {
            spare = new WeakReference<>(bytes);
        }
        return body;
    }

    private ByteArrayOutputStream sink() {
        synchronized (made) {
            ByteArrayOutputStream known = spare.get();
            if (known == null) {
                return new ByteArrayOutputStream(16 << 10);
            }
            spare.clear();
            known.reset();
            return known;
        }
    }

    private void write(Exposition out, Names names, Sighting seen) throws IOException {
        if (names.exporter()) {
            new ExporterFamilies("gnatsd", seen).write(out);
            new StreamFamilies("jetstream", false, seen).write(out);
        }
        if (names.helm()) {
            new ExporterFamilies("nats", seen).write(out);
            new StreamFamilies("nats", true, seen).write(out);
        }
        if (names.surveyor()) {
            new SurveyorFamilies(seen, scrapes, cpu.percent()).write(out);
        }
        if (names.millrace()) {
            new OwnFamilies(seen, scrapes).write(out);
            jvm.write(out, seen.startNanos());
        }
        out.end();
    }

    /** Lines that repeat themselves shrink well even when little time is spent on it. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, 1 << 10);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    /** Refuses to become larger than that. */
    private static final class Bounded extends OutputStream {
        private final ByteArrayOutputStream out;
        private final int most;

        Bounded(ByteArrayOutputStream out, int most) {
            this.out = out;
            this.most = most;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            if (out.size() + length > most) {
                throw new UncheckedIOException(new IOException("too large"));
            }
            out.write(bytes, offset, length);
        }
    }
}
