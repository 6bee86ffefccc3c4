package io.millrace.monitor;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that says this and that. */
final class Caller implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final String info;

    Caller(int port) throws IOException {
        this(port, "{\"verbose\":false,\"headers\":true}");
    }

    /** A client that says this of itself. */
    Caller(int port, String connect) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        in = new BufferedInputStream(socket.getInputStream());
        info = line();
        String quiet =
                connect.contains("verbose")
                        ? connect
                        : "{\"verbose\":false," + connect.substring(1);
        say("CONNECT " + quiet + "\r\nSUB in 1\r\n");
        settle();
    }

    /** Its number at the server. */
    long id() {
        return Long.parseLong(info.replaceFirst(".*\"client_id\":(\\d+).*", "$1"));
    }

    /** Returns when all that was said before has been done. */
    void settle() throws IOException {
        say("PING\r\n");
        while (!line().equals("PONG")) {
            // what came before
        }
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
    void tell(String subject, String body) throws IOException {
        say("PUB " + subject + " nowhere " + body.length() + "\r\n" + body + "\r\n");
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
        int length = Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1));
        String answer = new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
        line();
        return answer;
    }

    /** The trace of a message. */
    String trace(String subject, String header) throws IOException {
        String block = "NATS/1.0\r\nNats-Trace-Dest: in\r\n" + header + "\r\n\r\n";
        say("HPUB " + subject + " " + block.length() + " " + (block.length() + 1) + "\r\n");
        say(block + "x\r\n");
        return answer();
    }

    void say(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
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

    /** The answer to a request. */
    String ask(String subject, String body) throws IOException {
        say(
                "PUB "
                        + subject
                        + " in "
                        + body.getBytes(StandardCharsets.UTF_8).length
                        + "\r\n"
                        + body
                        + "\r\n");
        return answer();
    }

    private String answer() throws IOException {
        while (true) {
            String line = line();
            if (line.startsWith("MSG ")) {
                int length = Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1));
                String answer = new String(in.readNBytes(length), StandardCharsets.UTF_8);
                line();
                return answer;
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
