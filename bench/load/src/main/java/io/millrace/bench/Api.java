package io.millrace.bench;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The JetStream API, as far as loads need it to set a stage. One thread. */
final class Api {
    private final Wire wire;
    private final String inbox;
    private int asked;

    Api(Trial trial) throws IOException {
        wire = trial.dial();
        inbox = trial.inbox();
        wire.subscribe(inbox + ".*");
        wire.sync();
    }

    /** Asks and returns the answer; fails when that is an error. */
    String ask(String subject, String body) throws IOException {
        asked++;
        String reply = inbox + "." + asked;
        wire.write(
                Wire.ascii(
                        "PUB %s %s %d\r\n%s\r\n".formatted(subject, reply, body.length(), body)));
        do {
            wire.next();
        } while (!wire.subject().equals(reply));
        String answer = wire.body();
        if (wire.status() >= 400 || answer.contains("\"error\":{")) {
            throw new IOException(subject + ": " + wire.status() + " " + answer);
        }
        return answer;
    }

    /** Makes a stream unless it is there in the same shape. */
    void stream(String name, String subjects, String more) throws IOException {
        ask(
                "$JS.API.STREAM.CREATE." + name,
                "{\"name\":\"%s\",\"subjects\":[\"%s\"]%s}".formatted(name, subjects, more));
    }

    /** A figure of a stream. */
    long number(String stream, String figure) throws IOException {
        return figure(ask("$JS.API.STREAM.INFO." + stream, ""), figure);
    }

    /** How many messages a stream holds; 0 when there is no such stream. */
    long messages(String stream) throws IOException {
        try {
            return figure(ask("$JS.API.STREAM.INFO." + stream, ""), "messages");
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("stream not found")) {
                return 0;
            }
            throw e;
        }
    }

    /** Makes a consumer; returns how many messages wait for it. */
    long consumer(String stream, String name, String more) throws IOException {
        String body =
                "{\"stream_name\":\"%s\",\"action\":\"create\",\"config\":{\"name\":\"%s\"%s}}"
                        .formatted(stream, name, more);
        return figure(
                ask("$JS.API.CONSUMER.CREATE.%s.%s".formatted(stream, name), body), "num_pending");
    }

    /** How many messages a consumer has given out that are not acknowledged. */
    long unacknowledged(String stream, String consumer) throws IOException {
        return figure(
                ask("$JS.API.CONSUMER.INFO.%s.%s".formatted(stream, consumer), ""),
                "num_ack_pending");
    }

    void removeConsumer(String stream, String name) throws IOException {
        ask("$JS.API.CONSUMER.DELETE.%s.%s".formatted(stream, name), "");
    }

    void removeStream(String name) throws IOException {
        ask("$JS.API.STREAM.DELETE." + name, "");
    }

    static long figure(String json, String member) throws IOException {
        Matcher found = Pattern.compile("\"" + member + "\":\\s*(\\d+)").matcher(json);
        if (!found.find()) {
            throw new IOException("no " + member + " in " + json);
        }
        return Long.parseLong(found.group(1));
    }
}
