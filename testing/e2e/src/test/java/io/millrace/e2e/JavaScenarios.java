package io.millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nats.client.AuthHandler;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener.Events;
import io.nats.client.Dispatcher;
import io.nats.client.ErrorListener;
import io.nats.client.Message;
import io.nats.client.NKey;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.Subscription;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The scenarios in the words of the official Java client. */
@SuppressWarnings("try") // A connection of jnats may be interrupted while it closes.
final class JavaScenarios {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Short, because this client sits out all of it when a server closes on it. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(4);

    private final String url;
    private final Map<String, String> options;
    private final Consumer<String> step;
    private final BlockingQueue<Events> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> errors = new LinkedBlockingQueue<>();

    JavaScenarios(String url, Map<String, String> options, Consumer<String> step) {
        this.url = url;
        this.options = options;
        this.step = step;
    }

    void play(Scenario scenario) throws Exception {
        switch (scenario) {
            case PUBSUB -> pubsub();
            case QUEUE -> queue();
            case REQUEST -> request();
            case HEADERS -> headers();
            case UNSUBSCRIBE -> unsubscribe();
            case NOECHO -> noEcho();
            case RECONNECT -> reconnect();
            case DRAIN -> drain();
            case LAMEDUCK -> lameDuck();
            case LOGIN -> login();
            case REFUSED -> refused();
            case VIOLATION -> violation();
            case STREAMS -> connected(nc -> new JavaStreams(nc).administer());
            case CONSUMERS -> connected(nc -> new JavaConsumers(nc).read());
            case ORDERED -> connected(nc -> new JavaStreams(nc).readInOrder());
            case KEYVALUE -> connected(nc -> new JavaBuckets(nc).keyValue());
            case OBJECTS -> connected(nc -> new JavaBuckets(nc).objects());
        }
    }

    private Options.Builder builder() throws Exception {
        Options.Builder builder =
                new Options.Builder()
                        .server(url)
                        .connectionName("e2e-java")
                        .connectionTimeout(CONNECT_TIMEOUT)
                        .maxReconnects(-1)
                        .reconnectWait(Duration.ofMillis(50))
                        .reconnectJitter(Duration.ofMillis(5))
                        .reconnectJitterTls(Duration.ofMillis(5))
                        .connectionListener((connection, event) -> events.add(event))
                        .errorListener(
                                new ErrorListener() {
                                    @Override
                                    public void errorOccurred(Connection c, String error) {
                                        errors.add(error);
                                    }
                                });
        if (options.containsKey("seedfile")) {
            String seed = Files.readString(Path.of(options.get("seedfile"))).strip();
            builder.authHandler(new Seed(NKey.fromSeed(seed.toCharArray())));
        }
        if (options.containsKey("user")) {
            builder.userInfo(options.get("user"), options.get("pass"));
        }
        if (options.containsKey("token")) {
            builder.token(options.get("token").toCharArray());
        }
        if (options.containsKey("creds")) {
            builder.authHandler(Nats.credentials(options.get("creds")));
        }
        if (options.containsKey("ca")) {
            builder.sslContext(Certificates.context(Path.of(options.get("ca")), options));
        }
        if ("true".equals(options.get("first"))) {
            builder.tlsFirst();
        }
        return builder;
    }

    private Connection dial() throws Exception {
        return Nats.connect(builder().build());
    }

    /** A scenario that needs a connection and nothing else. */
    private interface Connected {
        void play(Connection nc) throws Exception;
    }

    private void connected(Connected scenario) throws Exception {
        try (Connection nc = dial()) {
            scenario.play(nc);
        }
    }

    private static String next(Subscription subscription) throws InterruptedException {
        return new String(nextMessage(subscription).getData(), UTF_8);
    }

    private static Message nextMessage(Subscription subscription) throws InterruptedException {
        Message message = subscription.nextMessage(PATIENCE);
        assertThat(message).as("message on %s", subscription.getSubject()).isNotNull();
        return message;
    }

    private void awaitEvent(Events wanted) throws InterruptedException {
        List<Events> seen = new ArrayList<>();
        Events event;
        do {
            event = events.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(event).as("event %s after %s, %s", wanted, seen, errors).isNotNull();
            seen.add(event);
        } while (event != wanted);
    }

    private void pubsub() throws Exception {
        int n = 500;
        byte[] big = "0123456789abcdef".repeat(16384).getBytes(UTF_8);
        try (Connection nc = dial()) {
            List<Subscription> subscriptions =
                    List.of(
                            nc.subscribe("pubsub.java.one"),
                            nc.subscribe("pubsub.java.*"),
                            nc.subscribe("pubsub.java.>"));
            for (int i = 0; i < n; i++) {
                nc.publish("pubsub.java.one", Integer.toString(i).getBytes(UTF_8));
            }
            nc.publish("pubsub.java", "matches none".getBytes(UTF_8));
            nc.publish("pubsub.java.two.three", "tail only".getBytes(UTF_8));
            nc.publish("pubsub.java.one", big);
            nc.publish("pubsub.java.one", null);
            nc.flush(PATIENCE);
            for (Subscription subscription : subscriptions) {
                for (int i = 0; i < n; i++) {
                    assertThat(next(subscription)).isEqualTo(Integer.toString(i));
                }
                if (subscription.getSubject().endsWith(">")) {
                    assertThat(nextMessage(subscription).getSubject())
                            .isEqualTo("pubsub.java.two.three");
                }
                assertThat(nextMessage(subscription).getData()).isEqualTo(big);
                assertThat(nextMessage(subscription).getData()).isEmpty();
            }
        }
    }

    private void queue() throws Exception {
        int n = 300;
        Set<String> seen = ConcurrentHashMap.newKeySet();
        AtomicInteger[] members = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
        AtomicInteger plain = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(2 * n);
        List<Connection> connections = new ArrayList<>();
        for (AtomicInteger member : members) {
            Connection nc = dial();
            connections.add(nc);
            Dispatcher dispatcher = nc.createDispatcher();
            dispatcher.subscribe(
                    "queue.java.*",
                    "workers",
                    m -> {
                        seen.add(new String(m.getData(), UTF_8));
                        member.incrementAndGet();
                        all.countDown();
                    });
            if (connections.size() == 1) {
                dispatcher.subscribe(
                        "queue.java.a",
                        m -> {
                            plain.incrementAndGet();
                            all.countDown();
                        });
            }
            nc.flush(PATIENCE);
        }
        for (int i = 0; i < n; i++) {
            connections.getFirst().publish("queue.java.a", Integer.toString(i).getBytes(UTF_8));
        }
        assertThat(all.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("all came").isTrue();
        assertThat(seen).hasSize(n);
        assertThat(plain).hasValue(n);
        assertThat(members).allSatisfy(m -> assertThat(m.get()).isPositive());
        for (Connection nc : connections) {
            nc.close();
        }
    }

    private void request() throws Exception {
        try (Connection nc = dial();
                Connection service = dial()) {
            service.createDispatcher()
                    .subscribe(
                            "request.java.upper",
                            m -> {
                                String word = new String(m.getData(), UTF_8);
                                service.publish(
                                        m.getReplyTo(),
                                        word.toUpperCase(Locale.ROOT).getBytes(UTF_8));
                            });
            service.flush(PATIENCE);
            for (int i = 0; i < 100; i++) {
                Message answer =
                        nc.request("request.java.upper", ("word" + i).getBytes(UTF_8), PATIENCE);
                assertThat(new String(answer.getData(), UTF_8)).isEqualTo("WORD" + i);
            }
            assertNoResponders(nc, "request.java.nobody");
        }
    }

    private static void assertNoResponders(Connection nc, String subject) {
        assertThatThrownBy(
                        () ->
                                nc.request(subject, new byte[0])
                                        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isInstanceOf(CancellationException.class);
    }

    private void headers() throws Exception {
        try (Connection nc = dial()) {
            Subscription subscription = nc.subscribe("headers.java");
            Headers headers = new Headers().add("One", "1").add("Many", "a", "b c");
            nc.publish(message(headers, "body", null));
            nc.publish(message(headers, "", "headers.java.reply"));
            for (String body : List.of("body", "")) {
                Message got = nextMessage(subscription);
                assertThat(new String(got.getData(), UTF_8)).isEqualTo(body);
                assertThat(got.getHeaders().get("One")).containsExactly("1");
                assertThat(got.getHeaders().get("Many")).containsExactly("a", "b c");
            }
        }
    }

    private static Message message(Headers headers, String body, String reply) {
        return NatsMessage.builder()
                .subject("headers.java")
                .replyTo(reply)
                .headers(headers)
                .data(body.getBytes(UTF_8))
                .build();
    }

    private void unsubscribe() throws Exception {
        try (Connection nc = dial()) {
            Subscription subscription = nc.subscribe("unsubscribe.java");
            Subscription all = nc.subscribe("unsubscribe.java");
            subscription.unsubscribe(5);
            for (int i = 0; i < 10; i++) {
                nc.publish("unsubscribe.java", null);
            }
            for (int i = 0; i < 10; i++) {
                nextMessage(all);
            }
            for (int i = 0; i < 5; i++) {
                nextMessage(subscription);
            }
            assertThat(subscription.isActive()).isFalse();
        }
    }

    private void noEcho() throws Exception {
        try (Connection quiet = Nats.connect(builder().noEcho().build());
                Connection other = dial()) {
            Subscription subscription = quiet.subscribe("noecho.java");
            quiet.publish("noecho.java", "own".getBytes(UTF_8));
            quiet.flush(PATIENCE);
            other.publish("noecho.java", "other".getBytes(UTF_8));
            assertThat(next(subscription)).isEqualTo("other");
        }
    }

    private void reconnect() throws Exception {
        try (Connection nc = dial()) {
            Subscription subscription = nc.subscribe("reconnect.java");
            nc.publish("reconnect.java", "before".getBytes(UTF_8));
            assertThat(next(subscription)).isEqualTo("before");
            step.accept("restart");
            awaitEvent(Events.RESUBSCRIBED);
            nc.publish("reconnect.java", "after".getBytes(UTF_8));
            assertThat(next(subscription)).isEqualTo("after");
        }
    }

    private void drain() throws Exception {
        int n = 200;
        AtomicInteger got = new AtomicInteger();
        CountDownLatch gate = new CountDownLatch(1);
        Connection nc = dial();
        try (Connection sender = dial()) {
            nc.createDispatcher()
                    .subscribe(
                            "drain.java",
                            m -> {
                                gate.await();
                                got.incrementAndGet();
                                nc.publish(m.getReplyTo(), null);
                            });
            nc.flush(PATIENCE);
            Subscription answers = sender.subscribe("drain.java.answer");
            for (int i = 0; i < n; i++) {
                sender.publish("drain.java", "drain.java.answer", null);
            }
            sender.flush(PATIENCE);
            nc.flush(PATIENCE);
            var drained = nc.drain(PATIENCE);
            gate.countDown();
            assertThat(drained.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < n; i++) {
                nextMessage(answers);
            }
            assertNoResponders(sender, "drain.java");
            assertThat(got).hasValue(n);
        }
    }

    private void lameDuck() throws Exception {
        try (Connection nc = Nats.connect(builder().noReconnect().build())) {
            Subscription subscription = nc.subscribe("lameduck.java");
            nc.flush(PATIENCE);
            step.accept("lameduck");
            awaitEvent(Events.LAME_DUCK);
            nc.publish("lameduck.java", null);
            nextMessage(subscription);
        }
    }

    private void login() throws Exception {
        try (Connection nc = dial()) {
            Subscription subscription = nc.subscribe("login.java");
            nc.publish("login.java", "in".getBytes(UTF_8));
            assertThat(next(subscription)).isEqualTo("in");
        }
    }

    private void refused() throws Exception {
        Options once = builder().noReconnect().build();
        assertThatThrownBy(() -> Nats.connect(once).close())
                .satisfies(
                        e ->
                                assertThat((e + " " + errors).toLowerCase(Locale.ROOT))
                                        .contains(options.get("reason")));
    }

    private void violation() throws Exception {
        try (Connection nc = dial()) {
            nc.publish("denied.java", null);
            nc.flush(PATIENCE);
            nc.subscribe("denied.sub.java");
            nc.flush(PATIENCE);
            for (String wanted :
                    List.of("publish to \"denied.java\"", "subscription to \"denied.sub.java\"")) {
                String error = errors.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                assertThat(error).as(wanted).isNotNull();
                assertThat(error.toLowerCase(Locale.ROOT)).contains(wanted);
            }
            Subscription subscription = nc.subscribe("allowed.java");
            nc.publish("allowed.java", null);
            nextMessage(subscription);
        }
    }

    /** A login with an NKey seed and no JWT. */
    private record Seed(NKey key) implements AuthHandler {
        @Override
        public byte[] sign(byte[] nonce) {
            try {
                return key.sign(nonce);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public char[] getID() {
            try {
                return key.getPublicKey();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public char[] getJWT() {
            return new char[0];
        }
    }
}
