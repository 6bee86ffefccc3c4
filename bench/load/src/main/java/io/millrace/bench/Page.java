package io.millrace.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A page of which one part is ours: what stands between two comments is replaced, and the rest is
 * left alone. A page without them gets them at its end.
 */
final class Page {
    private final Path file;
    private final String begin;
    private final String end;

    Page(Path file, String part) {
        this.file = file;
        begin = "<!-- millrace-bench " + part + " -->";
        end = "<!-- end of millrace-bench " + part + " -->";
    }

    void replace(String text) throws IOException {
        String page = Files.readString(file);
        String part = begin + "\n" + text.strip() + "\n" + end;
        int from = page.indexOf(begin);
        int to = page.indexOf(end);
        if (from < 0 && to < 0) {
            Files.writeString(file, page.stripTrailing() + "\n\n" + part + "\n");
        } else if (from < 0 || to < from) {
            throw new IOException("%s needs %s before %s".formatted(file, begin, end));
        } else {
            Files.writeString(
                    file, page.substring(0, from) + part + page.substring(to + end.length()));
        }
    }
}
