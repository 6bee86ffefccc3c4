package io.millrace.monitor.metrics;

import io.millrace.broker.Server;
import io.millrace.config.MetricsOptions;
import io.millrace.jetstream.JetStream;
import io.millrace.monitor.http.Response;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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

    private final Server server;
    private final Lookout lookout;
    private final ScrapeCounts scrapes = new ScrapeCounts();
    private final Watched watched;
    private final ExporterFamilies exporter;
    private final StreamFamilies streams;
    private final SurveyorFamilies surveyor;
    private final OwnFamilies own;
    private final JvmFamilies jvm;
    private final Map<Variant, Made> made = new HashMap<>();
    private final Spare<Exposition> compressed = new Spare<>(() -> new Exposition(new Gzip()));
    private final Spare<Exposition> plain = new Spare<>(() -> new Exposition(new Plain()));
    private @Nullable Helm helm;
    private volatile @Nullable Asked lastAsked;

    /** The exporter's names under the other prefix: few ask for them. */
    private record Helm(ExporterFamilies exporter, StreamFamilies streams) {}

    /** A request and what was understood of it: most are the same as the last one. */
    private record Asked(
            @Nullable String accept,
            @Nullable String acceptEncoding,
            String wantedNames,
            Variant variant,
            Map<String, String> headers) {
        boolean isSame(
                @Nullable String itsAccept,
                @Nullable String itsEncoding,
                String itsNames,
                MetricsOptions options) {
            return variant.options == options
                    && wantedNames.equals(itsNames)
                    && Objects.equals(accept, itsAccept)
                    && Objects.equals(acceptEncoding, itsEncoding);
        }
    }

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
        this.watched = Watched.of(server);
        this.lookout = new Lookout(server, jetstream, pages, watched);
        this.exporter = new ExporterFamilies(Exporter.CUSTOMARY, watched);
        this.streams = new StreamFamilies(Exporter.CUSTOMARY, watched);
        this.surveyor = new SurveyorFamilies(watched, scrapes, new CpuUse(server));
        this.own = new OwnFamilies(watched, scrapes);
        this.jvm = new JvmFamilies(watched.startNanos());
    }

    /**
     * Answers one request.
     *
     * @param accept its header Accept, if it has one
     * @param acceptEncoding likewise
     * @param wantedNames the parameter "names": which names are wanted; empty for what is
     *     configured
     */
    public Response answer(
            @Nullable String accept, @Nullable String acceptEncoding, String wantedNames) {
        MetricsOptions options = server.options().metrics();
        if (!options.enabled()) {
            return Response.plain(404, "404 page not found\n");
        }
        Asked asked = understood(accept, acceptEncoding, wantedNames, options);
        Variant variant = asked.variant;
        if (variant.names.isEmpty()) {
            return Response.plain(
                    400, "names can be " + String.join(", ", MetricsOptions.ALL_NAMES) + "\n");
        }
        byte[] body = body(variant);
        if (!variant.compressed && body.length == 0) {
            return Response.plain(
                    406, "so many series are sent compressed only (Accept-Encoding: gzip)\n");
        }
        return new Response(200, asked.headers, body);
    }

    private Asked understood(
            @Nullable String accept,
            @Nullable String acceptEncoding,
            String wantedNames,
            MetricsOptions options) {
        Asked last = lastAsked;
        if (last != null && last.isSame(accept, acceptEncoding, wantedNames, options)) {
            return last;
        }
        Names names = wantedNames.isEmpty() ? Names.of(options.names()) : Names.asked(wantedNames);
        Variant variant =
                new Variant(Format.wanted(accept), takesGzip(acceptEncoding), names, options);
        Map<String, String> headers = new HashMap<>();
        headers.put("Content-Type", variant.format.contentType());
        headers.put("Vary", "Accept, Accept-Encoding");
        if (variant.compressed) {
            headers.put("Content-Encoding", "gzip");
        }
        Asked now = new Asked(accept, acceptEncoding, wantedNames, variant, Map.copyOf(headers));
        lastAsked = now;
        return now;
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
        } catch (RuntimeException failed) {
            synchronized (made) {
                made.remove(variant, mine);
            }
            mine.making.completeExceptionally(failed);
            throw failed;
        }
    }

    /** The whole answer; nothing when it would be too large. */
    private byte[] written(Variant variant) {
        Sighting seen = lookout.look(variant.options, variant.names);
        Spare<Exposition> spare = variant.compressed ? compressed : plain;
        Exposition out = spare.take().begin(variant.format);
        write(out, variant.names, seen);
        byte[] body = out.end();
        spare.putBack(out);
        return body;
    }

    private void write(Exposition out, Names names, Sighting seen) {
        if (names.exporter()) {
            exporter.write(out, seen);
            streams.write(out, seen);
        }
        if (names.helm()) {
            Helm others = helm();
            others.exporter.write(out, seen);
            others.streams.write(out, seen);
        }
        if (names.surveyor()) {
            surveyor.write(out, seen);
        }
        if (names.millrace()) {
            own.write(out, seen);
            jvm.write(out);
        }
    }

    private synchronized Helm helm() {
        Helm known = helm;
        if (known == null) {
            known =
                    new Helm(
                            new ExporterFamilies(Exporter.HELM, watched),
                            new StreamFamilies(Exporter.HELM, watched));
            helm = known;
        }
        return known;
    }
}
