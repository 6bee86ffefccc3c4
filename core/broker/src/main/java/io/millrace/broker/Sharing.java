package io.millrace.broker;

import io.millrace.config.AccountOptions;
import io.millrace.config.ExportOptions;
import io.millrace.config.ImportOptions;
import io.millrace.config.Options;
import io.millrace.protocol.InvalidTransformException;
import io.millrace.protocol.SubjectAlias;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Carries the configured imports and exports into the live accounts. Loop only, or before the loop
 * starts.
 */
/* A reload that changes nothing of it leaves all as it is; else everything is made anew, and only
 * answers that are awaited keep their way. */
final class Sharing {
    private final Server server;
    private List<Shared> inForce = List.of();
    private final Map<ExportOptions, ServiceExport> exports = new HashMap<>();
    private final List<Runnable> undoing = new ArrayList<>();
    private List<StreamImports> streamImports = List.of();

    /** What one account shares. */
    private record Shared(
            String account, List<ExportOptions> exports, List<ImportOptions> imports) {}

    Sharing(Server server) {
        this.server = server;
    }

    void apply(Options options) {
        List<Shared> wanted =
                options.accounts().stream()
                        .filter(a -> !a.imports().isEmpty() || !a.exports().isEmpty())
                        .map(a -> new Shared(a.name(), a.exports(), a.imports()))
                        .toList();
        if (wanted.equals(inForce)) {
            return;
        }
        undoing.forEach(Runnable::run);
        undoing.clear();
        exports.clear();
        inForce = wanted;
        List<StreamImports> taken = new ArrayList<>();
        for (AccountOptions account : options.accounts()) {
            StreamImports streams = serve(account, options);
            if (streams != null) {
                taken.add(streams);
            }
        }
        Map<StreamImports, List<Subscription>> present = new HashMap<>();
        for (StreamImports streams : taken) {
            List<Subscription> all = new ArrayList<>();
            Interest interest = streams.all().getFirst().importer().interest();
            interest.forEach(all::add);
            present.put(streams, all);
        }
        taken.forEach(this::take);
        streamImports = taken;
        present.forEach((streams, all) -> all.forEach(streams::joined));
    }

    /** What others hear of an account because they import from it. */
    List<SubscriptionView> heardOutside(Account exporter) {
        return streamImports.stream()
                .flatMap(streams -> streams.in(exporter).stream())
                .map(shadow -> SubscriptionView.of(exporter, shadow))
                .toList();
    }

    private void take(StreamImports streams) {
        Interest interest = streams.all().getFirst().importer().interest();
        interest.take(streams);
        undoing.add(
                () -> {
                    interest.take(null);
                    streams.close();
                });
    }

    /** Sets the services up; what of streams is left to do. */
    private @Nullable StreamImports serve(AccountOptions options, Options all) {
        Account importer = server.accounts().named(options.name());
        List<StreamImport> streams = new ArrayList<>();
        int sid = 0;
        for (ImportOptions wanted : options.imports()) {
            SubjectAlias alias = alias(wanted);
            if (alias == null) {
                continue;
            }
            Account exporter = server.accounts().named(wanted.account());
            if (wanted.isService()) {
                ServiceExport export = export(all, wanted);
                serve(
                        new ServiceImport(server, importer, exporter, export, alias, wanted),
                        importer,
                        ++sid);
            } else {
                streams.add(new StreamImport(importer, exporter, alias, wanted.allowTrace()));
            }
        }
        return streams.isEmpty() ? null : new StreamImports(server, streams);
    }

    private void serve(ServiceImport service, Account importer, int sid) {
        Subscription subscription =
                new Subscription(
                        service,
                        service.alias().here().getBytes(StandardCharsets.UTF_8),
                        Integer.toString(sid).getBytes(StandardCharsets.US_ASCII),
                        null,
                        false);
        importer.interest().add(subscription);
        importer.keep(subscription);
        undoing.add(
                () -> {
                    importer.interest().remove(subscription);
                    importer.drop(subscription);
                });
    }

    /** Null for what no subject can be called. */
    private static @Nullable SubjectAlias alias(ImportOptions wanted) {
        try {
            return SubjectAlias.of(wanted.subject(), wanted.local());
        } catch (InvalidTransformException nothing) {
            return null;
        }
    }

    /** The export of that very subject; else the first that covers it. */
    private ServiceExport export(Options all, ImportOptions wanted) {
        ExportOptions found = null;
        for (AccountOptions account : all.accounts()) {
            if (!account.name().equals(wanted.account())) {
                continue;
            }
            for (ExportOptions export : account.exports()) {
                boolean fits =
                        export.isService()
                                && ExportOptions.covers(export.subject(), wanted.subject());
                if (fits && (found == null || export.subject().equals(wanted.subject()))) {
                    found = export;
                }
            }
        }
        ExportOptions export = Objects.requireNonNull(found, "imports are checked when read");
        return exports.computeIfAbsent(export, ServiceExport::new);
    }
}
