package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.SimulatedPeer;
import org.junit.jupiter.api.Test;

final class DeliveryTest {
    private final SimulatedServer world = new SimulatedServer();

    private SimulatedPeer requester() {
        SimulatedPeer peer = world.client();
        world.say(
                peer,
                "CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,"
                        + "\"no_responders\":true}\r\n");
        return peer;
    }

    @Test
    void aSubscriptionIsInForceBeforeTheNextOperation() {
        SimulatedPeer client = world.quietClient();
        assertThat(world.say(client, "SUB a 1\r\nPUB a 1\r\nx\r\nUNSUB 1\r\nPUB a 1\r\ny\r\n"))
                .isEqualTo("MSG a 1 1\r\nx\r\n");
    }

    @Test
    void aSubscriptionEndsWithItsMax() {
        SimulatedPeer client = world.quietClient();
        assertThat(world.say(client, "SUB a 1\r\nUNSUB 1 2\r\n" + "PUB a 1\r\nx\r\n".repeat(3)))
                .isEqualTo("MSG a 1 1\r\nx\r\n".repeat(2));
        assertThat(world.server.accounts().global().subscriptions()).isZero();
        assertThat(world.say(client, "SUB a 1\r\nPUB a 1\r\nx\r\nUNSUB 1 1\r\nPUB a 1\r\ny\r\n"))
                .isEqualTo("MSG a 1 1\r\nx\r\n");
    }

    @Test
    void aQueueMemberEndsWithItsMaxAndTheOthersGoOn() {
        SimulatedPeer limited = world.quietClient();
        SimulatedPeer other = world.quietClient();
        SimulatedPeer publisher = world.quietClient();
        world.say(limited, "SUB a q 1\r\nUNSUB 1 3\r\n");
        world.say(other, "SUB a q 1\r\n");
        world.say(publisher, "PUB a 0\r\n\r\n".repeat(100));
        String delivery = "MSG a 1 0\r\n\r\n";
        assertThat(limited.heard()).isEqualTo(delivery.repeat(3));
        assertThat(other.heard()).isEqualTo(delivery.repeat(97));
    }

    @Test
    void everyQueueMemberGetsAShare() {
        SimulatedPeer[] members = new SimulatedPeer[4];
        for (int i = 0; i < members.length; i++) {
            members[i] = world.quietClient();
            world.say(members[i], "SUB a q 1\r\n");
        }
        world.say(world.quietClient(), "PUB a 0\r\n\r\n".repeat(4_000));
        int all = 0;
        for (SimulatedPeer member : members) {
            int messages = member.heard().length() / "MSG a 1 0\r\n\r\n".length();
            assertThat(messages).isBetween(800, 1_200);
            all += messages;
        }
        assertThat(all).isEqualTo(4_000);
    }

    @Test
    void theSameSidAgainChangesNothing() {
        SimulatedPeer client = world.quietClient();
        assertThat(
                        world.say(
                                client,
                                "SUB one 3\r\nSUB two 3\r\nPUB one 1\r\n1\r\nPUB two 1\r\n2\r\n"))
                .isEqualTo("MSG one 3 1\r\n1\r\n");
    }

    @Test
    void aRequestThatNobodyTakesIsAnsweredByTheServer() {
        SimulatedPeer client = requester();
        assertThat(world.say(client, "SUB back.* 7\r\nPUB svc back.1 2\r\nhi\r\n"))
                .isEqualTo(
                        "HMSG back.1 7 39 39\r\nNATS/1.0 503\r\nNats-Subject: svc\r\n\r\n\r\n"
                                .replace("39", Integer.toString(14 + 19 + 2)));
        world.say(world.quietClient(), "SUB svc 1\r\n");
        assertThat(world.say(client, "PUB svc back.2 2\r\nhi\r\n")).isEmpty();
    }

    @Test
    void nobodyIsAnsweredWhereOnlyTheServerMayBe() {
        SimulatedPeer client = world.quietClient();
        world.say(client, "SUB a 1\r\n");
        for (String reply : new String[] {"$JS.ACK.x", "_R_.", "_R_.x", "_GR_.x", "$GR.x"}) {
            assertThat(world.say(client, "PUB a " + reply + " 1\r\nx\r\n"))
                    .isEqualTo(
                            "-ERR 'Permissions Violation for Publish with Reply of \"%s\"'\r\n"
                                    .formatted(reply));
        }
        for (String reply : new String[] {"$JS.ACK.", "$JS.FC.x", "_R_", "_INBOX.x", "x"}) {
            assertThat(world.say(client, "PUB a " + reply + " 1\r\nx\r\n"))
                    .isEqualTo("MSG a 1 %s 1\r\nx\r\n".formatted(reply));
        }
    }

    @Test
    void headersAreTakenOffForWhoDoesNotWantThem() {
        SimulatedPeer plain = world.client();
        world.say(plain, "CONNECT {\"verbose\":false,\"headers\":false}\r\nSUB a 1\r\n");
        SimulatedPeer rich = world.quietClient();
        world.say(rich, "SUB a 2\r\n");
        world.say(world.quietClient(), "HPUB a r 12 14\r\nNATS/1.0\r\n\r\nhi\r\n");
        assertThat(plain.heard()).isEqualTo("MSG a 1 r 2\r\nhi\r\n");
        assertThat(rich.heard()).isEqualTo("HMSG a 2 r 12 14\r\nNATS/1.0\r\n\r\nhi\r\n");
    }

    @Test
    void aSecondConnectEndsWhatWasSubscribed() {
        SimulatedPeer client = world.quietClient();
        world.say(client, "SUB a 1\r\n");
        world.say(client, SimulatedServer.QUIET);
        assertThat(world.say(client, "PUB a 1\r\nx\r\nPING\r\n")).isEqualTo("PONG\r\n");
    }

    @Test
    void messagesOfAnySizeComeThroughInAnyPieces() {
        SimulatedPeer reader = world.quietClient();
        world.say(reader, "SUB a 1\r\n");
        SimulatedPeer publisher = world.quietClient();
        publisher.sayInPieces(1_357);
        for (int size : new int[] {0, 1, 511, 512, 513, 4_096, 65_535, 65_536, 200_000, 1 << 20}) {
            String body = "z".repeat(size);
            world.say(publisher, "PUB a " + size + "\r\n" + body + "\r\n");
            assertThat(reader.heard()).isEqualTo("MSG a 1 " + size + "\r\n" + body + "\r\n");
        }
    }
}
