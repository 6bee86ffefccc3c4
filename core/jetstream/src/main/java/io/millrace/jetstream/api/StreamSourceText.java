package io.millrace.jetstream.api;

import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonFields;
import io.millrace.protocol.JsonPage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON form of what a stream copies from. Stateless. */
final class StreamSourceText {
    private StreamSourceText() {}

    static void read(JsonFields f, StreamConfigBuilder to) throws JsonException {
        JsonFields mirror = f.object("mirror", "StreamSource");
        to.mirror(mirror == null ? null : source(mirror));
        List<StreamSource> sources = new ArrayList<>();
        for (JsonFields source : StreamConfigText.each(f.objects("sources", "StreamSource"))) {
            sources.add(source(source));
        }
        to.sources(sources);
    }

    private static StreamSource source(JsonFields f) throws JsonException {
        List<Transform> transforms = new ArrayList<>();
        for (JsonFields each :
                StreamConfigText.each(f.values("subject_transforms", "SubjectTransformConfig"))) {
            transforms.add(new Transform(each.text("src"), each.text("dest")));
        }
        JsonFields external = f.object("external", "ExternalStream");
        JsonFields consumer = f.object("consumer", "StreamConsumerSource");
        return new StreamSource(
                f.text("name"),
                f.unsigned("opt_start_seq"),
                f.instant("opt_start_time"),
                f.text("filter_subject"),
                List.copyOf(transforms),
                external == null
                        ? null
                        : new StreamSource.External(external.text("api"), external.text("deliver")),
                consumer == null
                        ? null
                        : new StreamSource.Through(
                                consumer.text("name"), consumer.text("deliver_subject")));
    }

    static void write(JsonPage page, StreamConfig c) {
        StreamSource mirror = c.mirror();
        if (mirror != null) {
            source(page, "mirror", mirror);
        }
        if (!c.sources().isEmpty()) {
            page.array("sources");
            c.sources().forEach(source -> source(page, null, source));
            page.endArray();
        }
    }

    private static void source(JsonPage page, @Nullable String key, StreamSource source) {
        page.object(key)
                .text("name", source.name())
                .numberUnlessZero("opt_start_seq", source.startSequence());
        if (source.startTimeNanos() != GoTime.NONE) {
            page.text("opt_start_time", GoTime.rfc3339(source.startTimeNanos()));
        }
        page.textUnlessEmpty("filter_subject", source.filterSubject());
        if (!source.transforms().isEmpty()) {
            page.array("subject_transforms");
            source.transforms().forEach(each -> StreamConfigText.transform(page, null, each));
            page.endArray();
        }
        StreamSource.External external = source.external();
        if (external != null) {
            page.object("external")
                    .text("api", external.apiPrefix())
                    .text("deliver", external.deliverPrefix())
                    .endObject();
        }
        StreamSource.Through consumer = source.consumer();
        if (consumer != null) {
            page.object("consumer")
                    .textUnlessEmpty("name", consumer.name())
                    .textUnlessEmpty("deliver_subject", consumer.deliverSubject())
                    .endObject();
        }
        page.endObject();
    }
}
