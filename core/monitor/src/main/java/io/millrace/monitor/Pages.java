package io.millrace.monitor;

import io.millrace.protocol.JsonPage;
import java.util.function.Consumer;

/** Which path shows what. Any thread. */
final class Pages {
    private static final String[] LINKS = {
        "varz",
        "jsz",
        "connz",
        "accountz",
        "accstatz",
        "subsz",
        "routez",
        "leafz",
        "gatewayz",
        "raftz",
        "healthz",
        "debug/vars"
    };

    private final Views views;
    private final String basePath;
    private final Consumer<String> counter;

    /**
     * @param counter is told which page somebody asks for
     */
    Pages(Views views, String basePath, Consumer<String> counter) {
        this.views = views;
        this.basePath = basePath;
        this.counter = counter;
    }

    /** The answer to {@code path} behind the base path. */
    Page page(String path, Query query) {
        try {
            return switch (path) {
                case "" -> basePath.isEmpty() ? Page.notFound() : index();
                case "/" -> basePath.isEmpty() ? index() : Page.notFound();
                case "/stacksz" -> new Page(200, Page.JSON, Stacks.text());
                case "/debug/vars" -> new Page(200, RuntimeVars.TYPE, views.vars.document());
                case "/ipqueuesz" -> queues(query);
                case "/raftz" -> Page.plain(404, "No Raft nodes registered\n");
                default -> counted(path, query);
            };
        } catch (BadQuery bad) {
            return Page.plain(400, bad.text() + "\n");
        }
    }

    private Page counted(String path, Query query) {
        return switch (path) {
            case "/connz" -> connz(query);
            case "/routez" -> routez(query);
            case "/varz" -> {
                counter.accept("/varz");
                yield json(views.varz::write);
            }
            case "/gatewayz" -> {
                counter.accept("/gatewayz");
                query.flag("accs");
                query.flag("subs");
                yield json(views::gatewayz);
            }
            case "/leafz" -> {
                counter.accept("/leafz");
                query.flag("subs");
                yield json(views::leafz);
            }
            case "/subsz", "/subscriptionsz" -> {
                counter.accept("/subsz");
                SubszPage.Selection wanted = SubszPage.Selection.of(query);
                yield json(page -> views.subsz.write(page, wanted));
            }
            case "/accountz" -> {
                counter.accept("/accountz");
                yield json(page -> views.accountz.write(page, query.text("acc")));
            }
            case "/accstatz" -> {
                counter.accept("/accstatz");
                boolean unused = query.flag("unused");
                yield json(page -> views.accstatz.write(page, unused));
            }
            case "/jsz" -> {
                counter.accept("/jsz");
                JszPage.Selection wanted = JszPage.Selection.of(query);
                yield json(page -> views.jsz.write(page, wanted));
            }
            case "/healthz" -> {
                counter.accept("/healthz");
                yield views.healthz.page(query);
            }
            default -> Page.notFound();
        };
    }

    /* As in the reference, what cannot be read is not counted here, and is elsewhere. */
    private Page connz(Query query) {
        ConnzPage.Selection wanted = ConnzPage.Selection.of(query);
        counter.accept("/connz");
        return json(page -> views.connz.write(page, wanted));
    }

    private Page routez(Query query) {
        if (!query.text("subs").equals("detail")) {
            query.flag("subs");
        }
        counter.accept("/routez");
        return json(views::routez);
    }

    private static Page queues(Query query) {
        query.flag("all");
        return Page.json("{}");
    }

    private static Page json(Consumer<JsonPage> fields) {
        JsonPage page = JsonPage.indented().object(null);
        fields.accept(page);
        return Page.json(page.endObject().toString());
    }

    private Page index() {
        counter.accept("/");
        StringBuilder html =
                new StringBuilder(
                        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                                + "<title>Millrace</title></head><body><h1>Millrace</h1><ul>\n");
        for (String link : LINKS) {
            html.append("<li><a href=\"")
                    .append(escaped(basePath))
                    .append('/')
                    .append(link)
                    .append("\">")
                    .append(link)
                    .append("</a></li>\n");
        }
        return Page.html(html.append("</ul></body></html>\n").toString());
    }

    /** The base path is the operator's, and may hold whatever a configuration file may. */
    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
