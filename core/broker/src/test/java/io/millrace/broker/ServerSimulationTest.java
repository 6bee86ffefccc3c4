package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.SimulatedPeer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random clients on a simulated network: random reads, random slowness, random ends, and a model
 * that knows what everybody must hear.
 */
final class ServerSimulationTest {
    private static final String BLANKS = "abcdefghijklmnopqrstuvwxyz 0123456789\r\n";

    @Test
    void everybodyHearsWhatTheModelSays() {
        Seeds.orElse(500).forEach(seed -> new Simulation(seed).run());
    }

    /** One seed's world. */
    private static final class Simulation {
        private final long seed;
        private final Random random;
        private final SimulationModel model = new SimulationModel();
        private final SimulatedServer world;
        private final int ownInterest;
        private long messages;

        Simulation(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.world = new SimulatedServer(seed, options -> {});
            this.ownInterest = world.server.accounts().global().interest().size();
        }

        void run() {
            for (int i = 2 + random.nextInt(4); i > 0; i--) {
                join();
            }
            for (int round = 4 + random.nextInt(12); round > 0; round--) {
                round();
            }
            for (SimulatedClient client : model.clients) {
                client.peer.takeEverything();
            }
            world.loop.settle();
            model.clients.forEach(SimulatedClient::hear);
            String label = "-Dmillrace.seed=" + seed;
            model.check(label);
            for (SimulatedClient client : model.clients) {
                client.peer.leave();
            }
            world.loop.settle();
            Interest interest = world.server.accounts().global().interest();
            assertThat(interest.size()).as(label).isEqualTo(ownInterest);
            assertThat(world.server.connectionCount()).as(label).isZero();
            assertThat(world.server.accounts().global().subscriptions()).as(label).isZero();
            assertThat(world.logged).as(label).allMatch(line -> line.startsWith("Listening"));
        }

        private void join() {
            SimulatedPeer peer = world.loop.connect();
            boolean echo = random.nextInt(4) != 0;
            boolean headers = random.nextInt(4) != 0;
            boolean verbose = random.nextInt(4) == 0;
            SimulatedClient client =
                    new SimulatedClient(model.clients.size(), peer, echo, headers, verbose);
            peer.onReceive(
                    total -> {
                        if (total < 0) {
                            model.gone(client);
                        } else {
                            client.received(total);
                        }
                    });
            model.clients.add(client);
            client.say(
                    "CONNECT {\"verbose\":"
                            + verbose
                            + ",\"pedantic\":false,\"echo\":"
                            + echo
                            + ",\"headers\":"
                            + headers
                            + ",\"protocol\":1}\r\n",
                    () -> model.connected(client));
        }

        private void round() {
            if (random.nextInt(8) == 0 && model.clients.size() < 8) {
                join();
            }
            for (SimulatedClient client : model.clients) {
                if (client.left) {
                    continue;
                }
                client.peer.sayInPieces(random.nextBoolean() ? 65_536 : 1 + random.nextInt(90));
                for (int i = random.nextInt(7); i > 0; i--) {
                    operation(client);
                }
                switch (random.nextInt(40)) {
                    case 0, 1, 2, 3 -> client.peer.takeOnly(random.nextInt(5_000));
                    case 4, 5, 6, 7, 8 -> client.peer.takeEverything();
                    case 9 -> {
                        client.left = true;
                        client.peer.leave();
                    }
                    case 10 -> {
                        client.left = random.nextBoolean();
                        if (client.left) {
                            client.peer.breakDown();
                        }
                    }
                    default -> client.hear();
                }
            }
            if (random.nextInt(3) == 0) {
                world.loop.settle();
            } else {
                for (int turns = random.nextInt(6); turns > 0; turns--) {
                    world.loop.turn();
                }
            }
        }

        private void operation(SimulatedClient client) {
            switch (random.nextInt(10)) {
                case 0, 1 -> subscribe(client);
                case 2 -> unsubscribe(client);
                case 3 -> client.say("PING\r\n", () -> model.ping(client));
                default -> publish(client);
            }
        }

        private void subscribe(SimulatedClient client) {
            String sid = Integer.toString(random.nextInt(12));
            String subject = tokens(List.of("a", "b", "c", "*"), random.nextInt(4) == 0);
            // a queue's subscription has no max here: who of the members is chosen is not known
            String queue = Integer.parseInt(sid) >= 8 ? "q" + random.nextInt(2) : null;
            client.say(
                    "SUB " + subject + (queue == null ? " " : " " + queue + " ") + sid + "\r\n",
                    () -> model.subscribe(client, sid, subject, queue));
        }

        private void unsubscribe(SimulatedClient client) {
            int sid = random.nextInt(12);
            int max = sid >= 8 || random.nextBoolean() ? 0 : 1 + random.nextInt(6);
            client.say(
                    "UNSUB " + sid + (max == 0 ? "" : " " + max) + "\r\n",
                    () -> model.unsubscribe(client, Integer.toString(sid), max));
        }

        private void publish(SimulatedClient client) {
            long number = messages++;
            String subject = tokens(List.of("a", "b", "c"), false);
            String reply = random.nextInt(4) == 0 ? "_INBOX." + number : "";
            String headers =
                    client.headers && random.nextInt(3) == 0
                            ? "NATS/1.0\r\nNumber: " + number + "\r\n\r\n"
                            : "";
            String body = body(number);
            String blank = random.nextInt(10) == 0 ? "  " : " ";
            client.say(
                    (headers.isEmpty() ? "PUB " : "HPUB ")
                            + subject
                            + blank
                            + (reply.isEmpty() ? "" : reply + " ")
                            + (headers.isEmpty() ? "" : headers.length() + " ")
                            + (headers.length() + body.length())
                            + "\r\n"
                            + headers
                            + body
                            + "\r\n",
                    () -> model.publish(client, number, subject, reply, headers, body));
        }

        /** Mostly short, sometimes more than a small buffer, seldom more than a large one. */
        private String body(long number) {
            int kind = random.nextInt(60);
            int length = random.nextInt(kind == 0 ? 100_000 : kind < 6 ? 6_000 : 40);
            int from = random.nextInt(BLANKS.length());
            StringBuilder out = new StringBuilder(length + 16).append(number).append(':');
            for (int i = 0; i < length; i++) {
                out.append(BLANKS.charAt((from + i) % BLANKS.length()));
            }
            return out.toString();
        }

        private String tokens(List<String> choice, boolean rest) {
            StringBuilder out = new StringBuilder();
            for (int i = random.nextInt(3); i > 0; i--) {
                out.append(choice.get(random.nextInt(choice.size()))).append('.');
            }
            return out.append(rest ? ">" : choice.get(random.nextInt(choice.size()))).toString();
        }
    }
}
