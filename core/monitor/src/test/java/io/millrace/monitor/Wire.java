package io.millrace.monitor;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that asks one question after the other. */
final class Wire implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    Wire(int port) throws IOException {
        this(port, "{\"verbose\":false}");
    }

    /**
     * @param connect what CONNECT says
     */
    Wire(int port, String connect) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        in = new BufferedInputStream(socket.getInputStream());
        say("CONNECT " + connect + "\r\nSUB in 1\r\n");
        tell("");
    }

    /** Sends lines of the protocol, and returns when the server has dealt with them. */
    Wire tell(String lines) throws IOException {
        say(lines + "PING\r\n");
        for (String line = line(); !line.equals("PONG"); line = line()) {
            if (isMessage(line)) {
                body(line);
            }
        }
        return this;
    }

    private static boolean isMessage(String line) {
        return line.startsWith("MSG ") || line.startsWith("HMSG ");
    }

    private String body(String line) throws IOException {
        int length = Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1));
        String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        line();
        return body;
    }

    private void say(String text) throws IOException {
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
        while (true) {
            String line = line();
            if (isMessage(line)) {
                String answer = body(line);
                if (line.startsWith("MSG in ")) {
                    return answer;
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
