package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.SimulatedPeer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages of other accounts. */
final class StreamImportTest {
    private static final String ACCOUNTS =
            """
            A { users: [{user: a, password: p}], exports: [
              {stream: "st.>"}, {stream: "x.*.*"}
            ] }
            B { users: [{user: b, password: p}], exports: [{stream: "from.>"}], imports: [
              {stream: {account: A, subject: "st.>"}, prefix: "from"}
              {stream: {account: A, subject: "x.*.*"}, to: "y.$2.$1"}
            ] }
            C { users: [
                  {user: c, password: p}
                  {user: d, password: p, permissions: {subscribe: {deny: "b.from.st.secret"}}}
                ]
                imports: [{stream: {account: B, subject: "from.>"}, prefix: "b"}] }
            """;

    @TempDir Path folder;
    private SharedAccounts shared;
    private SimulatedPeer a;
    private SimulatedPeer b;

    @BeforeEach
    void begin() {
        shared = new SharedAccounts(folder, ACCOUNTS);
        a = shared.client("a");
        b = shared.client("b");
    }

    private int interestOfA() {
        return shared.world.server.ask(
                () -> shared.world.server.accounts().named("A").interest().size());
    }

    @Test
    void messagesComeUnderTheNameOfTheImporter() {
        shared.say(b, "SUB from.> 1\nSUB y.1.* 2\n");
        shared.say(a, "PUB st.x back 1\nm\nPUB x.2.1 1\nn\nPUB x.1.2 1\no\nPUB other 1\np\n");
        assertThat(b.heard()).isEqualTo("MSG from.st.x 1 back 1\r\nm\r\nMSG y.1.2 2 1\r\nn\r\n");
    }

    @Test
    void nothingGoesFromTheImporterToTheExporter() {
        shared.say(a, "SUB > 1\n");
        shared.say(b, "PUB from.st.x 1\nm\n");
        assertThat(a.heard()).isEmpty();
    }

    @Test
    void interestIsThereAsLongAsSomebodyListens() {
        int before = interestOfA();
        shared.say(b, "SUB from.st.* 1\nSUB elsewhere 2\n");
        assertThat(interestOfA()).isEqualTo(before + 1);
        shared.say(b, "UNSUB 1\n");
        assertThat(interestOfA()).isEqualTo(before);
        shared.say(b, "SUB from.st.* 3\n");
        b.leave();
        shared.world.loop.settle();
        assertThat(interestOfA()).isEqualTo(before);
    }

    @Test
    void aReloadKeepsTheCountOfWhatWasSentHere() {
        shared.say(b, "SUB from.st.* 1\n");
        shared.say(a, "PUB st.x 1\nm\nPUB st.x 1\nm\n");
        shared.say(b, "PUB from.st.y 1\nm\n");
        assertThat(deliveredToB()).containsExactly(1L);
        shared.reload(ACCOUNTS.replace("prefix: \"b\"", "prefix: \"c\""));
        assertThat(deliveredToB()).containsExactly(1L);
        shared.say(a, "PUB st.x 1\nm\n");
        assertThat(deliveredToB()).containsExactly(1L);
    }

    private List<Long> deliveredToB() {
        return shared.world.server.ask(
                () -> {
                    Interest interest = shared.world.server.accounts().named("B").interest();
                    List<Long> all = new ArrayList<>();
                    interest.forEach(
                            s -> {
                                if (s.subject().equals("from.st.*")) {
                                    all.add(interest.delivered(s));
                                }
                            });
                    return all;
                });
    }

    @Test
    void aQueueGroupSharesAcrossTheBorder() {
        shared.say(a, "SUB st.* g 1\n");
        shared.say(b, "SUB from.st.* g 1\nSUB from.st.* g 2\n");
        SimulatedPeer speaker = shared.client("a");
        shared.say(speaker, "PUB st.x 1\nm\n".repeat(60));
        int here = a.heard().split("MSG", -1).length - 1;
        int there = b.heard().split("MSG", -1).length - 1;
        assertThat(here + there).isEqualTo(60);
        assertThat(List.of(here, there)).allMatch(count -> count > 5);
    }

    @Test
    void messagesGoOnIntoAThirdAccount() {
        SimulatedPeer c = shared.client("c");
        shared.say(c, "SUB b.from.st.* 1\n");
        shared.say(a, "PUB st.x 1\nm\n");
        assertThat(c.heard()).isEqualTo("MSG b.from.st.x 1 1\r\nm\r\n");
    }

    @Test
    void whatASubscriberMayNotHaveIsNotImportedForIt() {
        SimulatedPeer d = shared.client("d");
        shared.say(d, "SUB b.from.> 1\n");
        shared.say(a, "PUB st.secret 1\nm\nPUB st.open 1\nn\n");
        assertThat(d.heard()).isEqualTo("MSG b.from.st.open 1 1\r\nn\r\n");
    }

    @Test
    void aSubscriptionEndsWithItsLastMessageWhereverThatIsFrom() {
        shared.say(b, "SUB from.> 1\nUNSUB 1 2\n");
        shared.say(a, "PUB st.x 1\nm\n");
        shared.say(b, "PUB from.y 1\nn\n");
        shared.say(a, "PUB st.x 1\no\n");
        assertThat(b.heard()).isEmpty();
        assertThat(shared.world.server.connectionInfos(true))
                .allMatch(info -> info.subscriptionCount() == 0);
    }

    @Test
    void trafficByAnImportIsThatOfTheExporter() {
        shared.say(b, "SUB from.> 1\n");
        shared.say(a, "PUB st.x 3\nabc\n");
        Accounts accounts = shared.world.server.accounts();
        assertThat(accounts.named("A").traffic().outBytes()).isEqualTo(3);
        assertThat(accounts.named("B").traffic().outBytes()).isZero();
    }

    @Test
    void aReloadMovesTheShadowsOfThoseWhoListen() {
        shared.say(b, "SUB *.st.x 1\n");
        shared.reload(ACCOUNTS.replace("prefix: \"from\"", "prefix: \"new\""));
        shared.say(a, "PUB st.x 1\nm\n");
        assertThat(b.heard()).isEqualTo("MSG new.st.x 1 1\r\nm\r\n");
    }
}
