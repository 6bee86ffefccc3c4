package io.millrace.monitor;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that asks one question after the other, and says this and that. */
final class Caller implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final String info;

    /**
     * A client that says this of itself.
     *
     * @param connect what CONNECT says; not verbose unless it says so
     */
    Caller(int port, String connect) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        in = new BufferedInputStream(socket.getInputStream());
        info = line();
        String quiet =
                connect.contains("verbose")
                        ? connect
                        : "{\"verbose\":false," + connect.substring(1);
        tell("CONNECT " + quiet + "\r\nSUB in 1\r\n");
    }

    /** Its number at the server. */
    long id() {
        return Long.parseLong(info.replaceFirst(".*\"client_id\":(\\d+).*", "$1"));
    }

    /** Sends lines of the protocol, and returns when the server has dealt with them. */
    Caller tell(String lines) throws IOException {
        say(lines + "PING\r\n");
        for (String line = line(); !line.equals("PONG"); line = line()) {
            if (isMessage(line)) {
                body(line);
            }
        }
        return this;
    }

    /** The next INFO line. */
    String infoLine() throws IOException {
        String line = line();
        while (!line.startsWith("INFO")) {
            line = line();
        }
        return line;
    }

    /** Whether the server has ended the connection; waits for it. */
    boolean isEnded() throws IOException {
        try {
            while (true) {
                line();
            }
        } catch (EOFException ended) {
            return true;
        }
    }

    /** Sends a request whose answer is somebody else's business. */
    void request(String subject, String body) throws IOException {
        publish(subject, "nowhere", body);
    }

    /** The answer to a request. */
    String ask(String subject, String body) throws IOException {
        publish(subject, "in", body);
        return answer();
    }

    /** The answer to a request with a header: its headers and its body, byte for byte. */
    String askWith(String header, String subject) throws IOException {
        String block = "NATS/1.0\r\n" + header + "\r\n\r\n";
        say("HPUB " + subject + " in " + block.length() + " " + block.length() + "\r\n");
        say(block + "\r\n");
        String line = line();
        while (!line.startsWith("HMSG ")) {
            line = line();
        }
        return new String(bytes(line), StandardCharsets.ISO_8859_1);
    }

    /** The trace of a message. */
    String trace(String subject, String header) throws IOException {
        String block = "NATS/1.0\r\nNats-Trace-Dest: in\r\n" + header + "\r\n\r\n";
        say("HPUB " + subject + " " + block.length() + " " + (block.length() + 1) + "\r\n");
        say(block + "x\r\n");
        return answer();
    }

    /** The next message that it hears: its subject, a blank, its body. */
    String heard() throws IOException {
        String line = line();
        while (!isMessage(line)) {
            line = line();
        }
        return line.split(" ", 3)[1] + " " + body(line);
    }

    void say(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private void publish(String subject, String reply, String body) throws IOException {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        say("PUB " + subject + " " + reply + " " + length + "\r\n" + body + "\r\n");
    }

    private String answer() throws IOException {
        while (true) {
            String line = line();
            if (isMessage(line)) {
                String body = body(line);
                if (line.startsWith("MSG in ")) {
                    return body;
                }
            }
        }
    }

    private static boolean isMessage(String line) {
        return line.startsWith("MSG ") || line.startsWith("HMSG ");
    }

    private String body(String line) throws IOException {
        return new String(bytes(line), StandardCharsets.UTF_8);
    }

    private byte[] bytes(String line) throws IOException {
        byte[] body = in.readNBytes(Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1)));
        line();
        return body;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        int c = in.read();
        while (c != '\n') {
            if (c < 0) {
                throw new EOFException(line.toString());
            }
            if (c != '\r') {
                line.append((char) c);
            }
            c = in.read();
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
