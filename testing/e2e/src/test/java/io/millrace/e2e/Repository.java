package io.millrace.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Where things lie: the work tree, the tools of the clients, and folders to work in. */
final class Repository {
    private static final AtomicInteger FOLDERS = new AtomicInteger();

    private Repository() {}

    static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("core"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    static Path resources() {
        return root().resolve("testing/e2e/src/test/resources");
    }

    /** A path among the installed tools, if it is there. */
    static Optional<Path> tool(String name) {
        String tools = System.getenv("MILLRACE_TOOLS");
        Path folder = tools == null ? root().resolve(".tools") : Path.of(tools);
        return Optional.of(folder.resolve(name)).filter(Files::exists);
    }

    /** A new folder under target; it stays after the run, so that logs can be read. */
    static Path newFolder(String name) {
        try {
            Path parent = root().resolve("testing/e2e/target/runs");
            Files.createDirectories(parent);
            return Files.createTempDirectory(parent, name + "-" + FOLDERS.incrementAndGet() + "-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
