package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.config.AuthOptions;
import io.millrace.config.LimitsOptions;
import io.millrace.config.Options;
import io.millrace.config.OptionsBuilder;
import io.millrace.config.PermissionsOptions;
import io.millrace.config.UserOptions;
import io.millrace.testkit.SimulatedPeer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a changed configuration does to clients that came under the old one. */
final class ReloadTest {
    private final SimulatedServer world =
            new SimulatedServer(options -> options.auth = users(user("ann", "a", null)));

    private static UserOptions user(String name, String password, PermissionsOptions rights) {
        return new UserOptions(name, password, null, rights, List.of());
    }

    private static AuthOptions users(UserOptions... users) {
        return new AuthOptions(
                null, null, null, SimulatedServer.SECOND, List.of(users), null, null, true);
    }

    private static PermissionsOptions mayHear(String... subjects) {
        return new PermissionsOptions(
                null, new PermissionsOptions.Rules(List.of(subjects), List.of()), null);
    }

    private SimulatedPeer logIn(String name, String password) {
        SimulatedPeer peer = world.client();
        world.say(
                peer,
                "CONNECT {\"verbose\":false,\"protocol\":1,\"headers\":true,\"user\":\""
                        + name
                        + "\",\"pass\":\""
                        + password
                        + "\"}\r\nPING\r\n");
        return peer;
    }

    private void reload(OptionsBuilder changed) {
        world.server.reload(changed.build());
        world.loop.settle();
    }

    private OptionsBuilder changed() {
        return world.server.options().toBuilder();
    }

    @Test
    void whoseUserIsStillThereStays() {
        SimulatedPeer ann = logIn("ann", "a");
        reload(changed());
        assertThat(world.say(ann, "PING\r\n")).isEqualTo("PONG\r\n");
    }

    @Test
    void whoseUserIsGoneIsEnded() {
        SimulatedPeer ann = logIn("ann", "a");
        OptionsBuilder options = changed();
        options.auth = users(user("bob", "b", null));
        reload(options);
        assertThat(ann.heard()).isEqualTo("-ERR 'Authorization Violation'\r\n");
        assertThat(ann.isClosed()).isTrue();
    }

    @Test
    void whosePasswordHasChangedIsEnded() {
        SimulatedPeer ann = logIn("ann", "a");
        OptionsBuilder options = changed();
        options.auth = users(user("ann", "other", null));
        reload(options);
        assertThat(ann.isClosed()).isTrue();
    }

    @Test
    void whoCameWithoutALoginIsEndedWhenOneIsNeeded() {
        SimulatedServer open = new SimulatedServer();
        SimulatedPeer stranger = open.quietClient();
        OptionsBuilder options = Options.defaults().toBuilder();
        options.auth = users(user("ann", "a", null));
        open.server.reload(options.build());
        open.loop.settle();
        assertThat(stranger.isClosed()).isTrue();
    }

    @Test
    void whoCameWithALoginStaysWhenNoneIsNeeded() {
        SimulatedPeer ann = logIn("ann", "a");
        reload(Options.defaults().toBuilder());
        assertThat(world.say(ann, "PING\r\n")).isEqualTo("PONG\r\n");
    }

    @Test
    void subscriptionsThatAreNotAllowedAnyMoreEndAndTheOthersStay() {
        SimulatedPeer ann = logIn("ann", "a");
        world.say(ann, "SUB x.1 1\r\nSUB y 2\r\n");
        OptionsBuilder options = changed();
        options.auth = users(user("ann", "a", mayHear("x.>")));
        reload(options);
        assertThat(ann.heard())
                .isEqualTo(
                        "-ERR 'Permissions Violation for Subscription to \"y\" (sid \"2\")'\r\n");
        String heard = world.say(ann, "PUB y 1\r\na\r\nPUB x.1 1\r\nb\r\n");
        assertThat(heard).isEqualTo("MSG x.1 1 1\r\nb\r\n");
    }

    @Test
    void aSubscriptionThatMeetsANewDenyIsFiltered() {
        SimulatedPeer ann = logIn("ann", "a");
        world.say(ann, "SUB x.* 1\r\n");
        OptionsBuilder options = changed();
        options.auth =
                users(
                        user(
                                "ann",
                                "a",
                                new PermissionsOptions(
                                        null,
                                        new PermissionsOptions.Rules(null, List.of("x.secret")),
                                        null)));
        reload(options);
        String heard = world.say(ann, "PUB x.secret 1\r\na\r\nPUB x.open 1\r\nb\r\n");
        assertThat(heard).isEqualTo("MSG x.open 1 1\r\nb\r\n");
    }

    @Test
    void surplusConnectionsAreEndedTheLatestFirst() {
        SimulatedServer open = new SimulatedServer();
        SimulatedPeer first = open.quietClient();
        SimulatedPeer second = open.quietClient();
        OptionsBuilder options = open.server.options().toBuilder();
        options.limits = connections(1);
        open.server.reload(options.build());
        open.loop.settle();
        assertThat(first.isClosed()).isFalse();
        assertThat(second.heard()).isEqualTo("-ERR 'maximum connections exceeded'\r\n");
        assertThat(second.isClosed()).isTrue();
    }

    private static LimitsOptions connections(int max) {
        LimitsOptions limits = Options.defaults().limits();
        return new LimitsOptions(
                max,
                limits.maxSubscriptions(),
                limits.maxSubTokens(),
                limits.maxControlLine(),
                limits.maxPayload(),
                limits.maxPending(),
                limits.writeDeadlineNanos(),
                limits.pingIntervalNanos(),
                limits.pingMax(),
                limits.maxClosedClients(),
                limits.noFastProducerStall());
    }

    @Test
    void aNewLimitOfThePayloadIsAnnounced() {
        SimulatedServer open = new SimulatedServer();
        SimulatedPeer client = open.quietClient();
        OptionsBuilder options = open.server.options().toBuilder();
        options.limits = SimulatedServer.limits(2048, 64 << 20, SimulatedServer.SECOND, false);
        open.server.reload(options.build());
        open.loop.settle();
        assertThat(client.heard()).startsWith("INFO {").contains("\"max_payload\":2048");
    }

    private static PermissionsOptions maySay(String... subjects) {
        return new PermissionsOptions(
                new PermissionsOptions.Rules(List.of(subjects), List.of()), null, null);
    }

    @Test
    void whatAUserMayPublishIsNotRememberedForAnotherNorPastAReload() {
        reload(with(user("ann", "a", maySay("x")), user("bob", "b", maySay("y"))));
        SimulatedPeer ann = logIn("ann", "a");
        SimulatedPeer bob = logIn("bob", "b");
        String refused = "-ERR 'Permissions Violation for Publish to \"x\"'\r\n";
        String publish = "PUB x 0\r\n\r\n";
        for (int i = 0; i < 2; i++) {
            assertThat(world.say(ann, publish)).isEmpty();
            assertThat(world.say(bob, publish)).isEqualTo(refused);
        }
        reload(with(user("ann", "a", maySay("z")), user("bob", "b", maySay("x"))));
        assertThat(world.say(ann, publish)).isEqualTo(refused);
        assertThat(world.say(bob, publish)).isEmpty();
    }

    private OptionsBuilder with(UserOptions... users) {
        OptionsBuilder options = changed();
        options.auth = users(users);
        return options;
    }
}
