package io.millrace.bench;

import java.io.File;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The command that starts our server from the classes of this build. */
final class OurServer {
    private OurServer() {}

    static String command() {
        String path =
                Stream.of("java.class.path", "jdk.module.path")
                        .map(property -> System.getProperty(property, ""))
                        .filter(part -> !part.isEmpty())
                        .collect(Collectors.joining(File.pathSeparator));
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return "'%s' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx300m -cp '%s' io.millrace.server.Main"
                .formatted(java, path);
    }

    static ServerProcess start(Stage stage) throws Exception {
        return ServerProcess.start(command(), stage, false);
    }

    static Trial.Aim aim(ServerProcess server, double seconds) {
        return new Trial.Aim(
                server.port(), server.pid(), seconds, 5_000, "t" + System.nanoTime() + "k");
    }
}
