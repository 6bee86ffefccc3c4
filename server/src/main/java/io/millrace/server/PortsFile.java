package io.millrace.server;

import io.millrace.config.WebSocketOptions;
import io.millrace.monitor.Monitor;
import io.millrace.net.HostAddresses;
import io.millrace.protocol.JsonText;
import io.millrace.runtime.HostFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The file in {@code ports_file_dir} that names every listener's addresses. */
final class PortsFile {
    private final Path path;

    private PortsFile(Path path) {
        this.path = path;
    }

    /**
     * Writes the file, named after the program and its pid.
     *
     * @param monitor null for none
     * @param webSocketPort 0 for none
     */
    static PortsFile write(
            String directory,
            long pid,
            String host,
            int port,
            String monitorHost,
            @Nullable Monitor monitor,
            WebSocketOptions webSocket,
            int webSocketPort)
            throws IOException {
        StringBuilder json = new StringBuilder("{\"nats\":");
        urls(json, "nats", host, port);
        if (monitor != null) {
            json.append(",\"monitoring\":");
            urls(json, monitor.isSecure() ? "https" : "http", monitorHost, monitor.port());
        }
        if (webSocketPort != 0) {
            json.append(",\"websocket\":");
            urls(json, webSocket.isSecure() ? "wss" : "ws", webSocket.host(), webSocketPort);
        }
        json.append('}');
        Path path = HostFiles.path(directory).resolve("nats-server_" + pid + ".ports");
        HostFiles.write(path, json.toString().getBytes(StandardCharsets.UTF_8));
        return new PortsFile(path);
    }

    private static void urls(StringBuilder json, String scheme, String host, int port) {
        List<String> hosts =
                host.equals("0.0.0.0") || host.equals("::") || host.isEmpty()
                        ? HostAddresses.all()
                        : List.of(host);
        json.append('[');
        for (int i = 0; i < hosts.size(); i++) {
            String address = hosts.get(i);
            String bracketed = address.indexOf(':') >= 0 ? "[" + address + "]" : address;
            json.append(i == 0 ? "" : ",");
            JsonText.quote(json, scheme + "://" + bracketed + ":" + port);
        }
        json.append(']');
    }

    void remove() throws IOException {
        HostFiles.deleteIfExists(path);
    }
}
