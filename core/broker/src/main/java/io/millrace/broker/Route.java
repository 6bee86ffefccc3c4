package io.millrace.broker;

import io.millrace.runtime.Randomness;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a publication on one subject would go at one moment. Immutable: any thread.
 *
 * @param ways where the account's mappings send the subject; empty when they leave it
 * @param receivers of the subjects that it may become, the server's own parts left out; the first
 *     {@value #RECEIVERS_MAX}
 * @param receiversTotal how many there are
 * @param onward where imports take it, in other accounts
 */
public record Route(
        List<Way> ways, List<Receiver> receivers, int receiversTotal, List<Onward> onward) {
    private static final int RECEIVERS_MAX = 256;

    public Route {
        ways = List.copyOf(ways);
        receivers = List.copyOf(receivers);
        onward = List.copyOf(onward);
    }

    /**
     * What an import makes of it in another account.
     *
     * @param isService whether it goes there as a request; else it is heard there
     * @param subscriptions that hear it there
     */
    public record Onward(String account, String subject, boolean isService, int subscriptions) {}

    /**
     * What a mapping makes of the subject.
     *
     * @param subject empty when the publication is dropped
     * @param percent of the publications that go this way
     */
    public record Way(String subject, int percent) {}

    /**
     * One subscription that hears it.
     *
     * @param subject what the publication is then called
     * @param user null for a stranger
     * @param client the name that the client gave itself; null for none
     */
    public record Receiver(
            String subject,
            SubscriptionView subscription,
            @Nullable String user,
            @Nullable String client) {}

    static Route of(Account account, String subject, Randomness chance, Server server) {
        byte[] name = subject.getBytes(StandardCharsets.UTF_8);
        List<Way> ways = account.mappings().ways(name, chance);
        List<Receiver> receivers = new ArrayList<>();
        OnwardSearch onward = new OnwardSearch();
        int total = 0;
        List<String> subjects =
                ways.isEmpty()
                        ? List.of(subject)
                        : ways.stream().map(Way::subject).filter(s -> !s.isEmpty()).toList();
        for (String heard : subjects) {
            MatchResult match = new MatchResult();
            byte[] bytes = heard.getBytes(StandardCharsets.UTF_8);
            account.interest().match(bytes, 0, bytes.length, match);
            for (Subscription subscription : all(match)) {
                onward.follow(subscription, bytes);
                ClientConnection client = server.connection(subscription.subscriber.connectionId());
                if (client == null || client.session() != subscription.subscriber) {
                    continue;
                }
                total++;
                if (receivers.size() < RECEIVERS_MAX) {
                    receivers.add(receiver(account, heard, subscription, client));
                }
            }
        }
        return new Route(ways, receivers, total, onward.found());
    }

    static List<Subscription> all(MatchResult match) {
        List<Subscription> all = new ArrayList<>();
        for (int i = 0; i < match.plainCount(); i++) {
            all.add(match.plain(i));
        }
        for (int group = 0; group < match.groupCount(); group++) {
            for (int i = 0; i < match.groupSize(group); i++) {
                all.add(match.member(group, i));
            }
        }
        return all;
    }

    private static Receiver receiver(
            Account account, String heard, Subscription s, ClientConnection client) {
        ConnectionInfo info = ConnectionInfo.of(client, null, false);
        return new Receiver(
                heard,
                new SubscriptionView(
                        account.name(),
                        s.subject(),
                        s.queue(),
                        s.sid(),
                        account.interest().delivered(s),
                        s.max(),
                        client.id()),
                info.userName(),
                info.options().name());
    }
}
