package io.millrace.server;

import io.millrace.net.Outlet;
import io.millrace.runtime.Clock;
import io.millrace.runtime.HostFiles;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Objects;

/** A daemon that is reached over a socket: udp://host:port, tcp://host:port or unix:///path. */
/* <severity>time host tag[pid]: line, as Go's client of syslog spells it, without a facility. */
final class RemoteSyslog implements SyslogTarget {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssXXX");

    private final String network;
    private final String address;
    private final Clock clock;
    private final String behindTime;

    private RemoteSyslog(String network, String address, Clock clock, long pid) {
        this.network = network;
        this.address = address;
        this.clock = clock;
        this.behindTime = " " + hostName() + " " + TAG + "[" + pid + "]: ";
    }

    /**
     * Reads where it is.
     *
     * @throws IOException when it cannot be anywhere
     */
    static RemoteSyslog at(String url, Clock clock, long pid) throws IOException {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException wrong) {
            throw new IOException("parse \"" + url + "\": " + wrong.getReason(), wrong);
        }
        String network = Objects.requireNonNullElse(uri.getScheme(), "");
        String address =
                switch (network) {
                    case "udp", "tcp" -> uri.getRawAuthority();
                    case "unix" -> uri.getPath();
                    default ->
                            throw new IOException(
                                    "error invalid network type: \"" + network + "\"");
                };
        return new RemoteSyslog(network, Objects.requireNonNullElse(address, ""), clock, pid);
    }

    private static String hostName() {
        try {
            byte[] name = HostFiles.read(Path.of("/proc/sys/kernel/hostname"));
            return new String(name, StandardCharsets.UTF_8).strip();
        } catch (IOException elsewhere) {
            return Objects.requireNonNullElse(System.getenv("HOSTNAME"), "localhost");
        }
    }

    @Override
    public byte[] spelled(int severity, String line) {
        Instant now = Instant.ofEpochSecond(0, clock.epochNanos());
        String time = TIME.format(now.atZone(ZoneId.systemDefault()));
        String text = "<" + severity + ">" + time + behindTime + SyslogTarget.oneLine(line) + "\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Way open() throws IOException {
        Outlet outlet;
        try {
            outlet = dialled();
        } catch (ConnectException refused) {
            throw failed(" " + address + ": connect: connection refused", refused);
        } catch (IOException failed) {
            throw failed(": " + failed.getMessage(), failed);
        }
        return new Way() {
            @Override
            public void send(byte[] message) throws IOException {
                outlet.send(message);
            }

            @Override
            public void close() throws IOException {
                outlet.close();
            }
        };
    }

    private IOException failed(String how, IOException cause) {
        return new IOException("error connecting to syslog: \"dial " + network + how + "\"", cause);
    }

    private Outlet dialled() throws IOException {
        if (network.equals("unix")) {
            return Outlet.unix(address);
        }
        int colon = address.lastIndexOf(':');
        if (colon < 0 || address.endsWith("]")) {
            throw new IOException("address " + address + ": missing port in address");
        }
        String host = address.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        int port = port(address.substring(colon + 1));
        return network.equals("udp") ? Outlet.udp(host, port) : Outlet.tcp(host, port);
    }

    private static int port(String written) throws IOException {
        try {
            int port = Integer.parseInt(written);
            if (port >= 0 && port <= 0xffff) {
                return port;
            }
        } catch (NumberFormatException none) {
            throw new IOException("unknown port " + written, none);
        }
        throw new IOException("address " + written + ": invalid port");
    }
}
