package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.SimulatedClient.Expected;
import io.millrace.broker.SimulatedClient.Heard;
import io.millrace.broker.SimulatedClient.Wanted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a server must do, said in the shortest way: every operation takes effect at once, in the
 * order in which the server has read them.
 */
final class SimulationModel {
    final List<SimulatedClient> clients = new ArrayList<>();
    private final Map<Long, Message> messages = new HashMap<>();
    private long steps;

    /** A publication that has been executed. */
    private record Message(long step, Map<String, Set<String>> groups, Map<String, String> texts) {}

    void connected(SimulatedClient client) {
        steps++;
        confirm(client);
    }

    void subscribe(SimulatedClient client, String sid, String subject, @Nullable String queue) {
        steps++;
        client.subscriptions.putIfAbsent(sid, new Wanted(sid, subject, queue));
        confirm(client);
    }

    void unsubscribe(SimulatedClient client, String sid, long max) {
        steps++;
        Wanted wanted = client.subscriptions.get(sid);
        if (wanted != null) {
            if (max > wanted.delivered) {
                wanted.max = max;
            } else {
                client.subscriptions.remove(sid);
            }
        }
        confirm(client);
    }

    void ping(SimulatedClient client) {
        steps++;
        client.expected.add(new Expected(steps, "PONG"));
    }

    void gone(SimulatedClient client) {
        steps++;
        client.gone = true;
        client.subscriptions.clear();
    }

    private void confirm(SimulatedClient client) {
        if (client.verbose) {
            client.expected.add(new Expected(steps, "+OK"));
        }
    }

    void publish(
            SimulatedClient publisher,
            long number,
            String subject,
            String reply,
            String headers,
            String body) {
        steps++;
        confirm(publisher);
        Message message = new Message(steps, new TreeMap<>(), new HashMap<>());
        messages.put(number, message);
        for (SimulatedClient client : clients) {
            if (client == publisher && !client.echo) {
                continue;
            }
            for (Wanted wanted : List.copyOf(client.subscriptions.values())) {
                if (!NaiveMatcher.covers(wanted.subject, subject)) {
                    continue;
                }
                String text = delivery(client, wanted.sid, subject, reply, headers, body);
                if (wanted.queue != null) {
                    String member = client.number + "/" + wanted.sid;
                    message.groups.computeIfAbsent(wanted.queue, g -> new TreeSet<>()).add(member);
                    message.texts.put(member, text);
                    continue;
                }
                client.expected.add(new Expected(steps, text));
                wanted.delivered++;
                if (wanted.delivered == wanted.max) {
                    client.subscriptions.remove(wanted.sid);
                }
            }
        }
    }

    private static String delivery(
            SimulatedClient client,
            String sid,
            String subject,
            String reply,
            String headers,
            String body) {
        String to = subject + " " + sid + " " + (reply.isEmpty() ? "" : reply + " ");
        return !headers.isEmpty() && client.headers
                ? "HMSG "
                        + to
                        + headers.length()
                        + " "
                        + (headers.length() + body.length())
                        + "\n"
                        + headers
                        + body
                : "MSG " + to + body.length() + "\n" + body;
    }

    /** Compares what has been heard with what had to be. */
    void check(String label) {
        Map<Long, Set<String>> served = new HashMap<>();
        for (SimulatedClient client : clients) {
            List<Expected> plain = new ArrayList<>();
            long lastStep = 0;
            for (Heard heard : client.heard) {
                Message message = messages.get(heard.message());
                String member = client.number + "/" + heard.sid();
                String group = message == null ? null : groupOf(message, member, heard.text());
                if (message != null) {
                    assertThat(message.step())
                            .as("%s: client %d hears in order", label, client.number)
                            .isGreaterThanOrEqualTo(lastStep);
                    lastStep = message.step();
                }
                if (group == null) {
                    plain.add(new Expected(message == null ? -1 : message.step(), heard.text()));
                } else {
                    assertThat(
                                    served.computeIfAbsent(heard.message(), n -> new HashSet<>())
                                            .add(group))
                            .as("%s: message %d in group %s once", label, heard.message(), group)
                            .isTrue();
                }
            }
            checkPlain(label, client, plain);
        }
        checkGroups(label, served);
    }

    private static @Nullable String groupOf(Message message, String member, String text) {
        for (Map.Entry<String, Set<String>> group : message.groups().entrySet()) {
            if (group.getValue().contains(member)) {
                return text.equals(message.texts().get(member)) ? group.getKey() : null;
            }
        }
        return null;
    }

    private static void checkPlain(String label, SimulatedClient client, List<Expected> plain) {
        List<String> expected = ordered(client.expected);
        // what a publication brings to one client by several subscriptions has no order
        List<Expected> numbered = new ArrayList<>();
        int next = 0;
        for (Expected heard : plain) {
            long step =
                    heard.step() >= 0 || next >= client.expected.size()
                            ? heard.step()
                            : client.expected.get(next).step();
            numbered.add(new Expected(step, heard.line()));
            next++;
        }
        List<String> heard = ordered(numbered);
        String what = label + ": client " + client.number;
        if (client.isGone() && heard.size() < expected.size()) {
            long last = numbered.isEmpty() ? 0 : numbered.getLast().step();
            List<String> whole = ordered(numbered.stream().filter(h -> h.step() < last).toList());
            assertThat(whole).as(what).isEqualTo(expected.subList(0, whole.size()));
            assertThat(expected).as(what).containsAll(heard);
            return;
        }
        assertThat(heard).as(what).isEqualTo(expected);
    }

    private static List<String> ordered(List<Expected> lines) {
        return lines.stream()
                .sorted(Comparator.comparingLong(Expected::step).thenComparing(Expected::line))
                .map(line -> line.step() + " " + line.line())
                .toList();
    }

    /** One member has it, unless one of them left: then it may be lost with that one. */
    private void checkGroups(String label, Map<Long, Set<String>> served) {
        messages.forEach(
                (number, message) ->
                        message.groups()
                                .forEach(
                                        (group, members) ->
                                                assertThat(
                                                                served.getOrDefault(
                                                                                        number,
                                                                                        Set.of())
                                                                                .contains(group)
                                                                        || members.stream()
                                                                                .anyMatch(
                                                                                        this
                                                                                                ::isGone))
                                                        .as(
                                                                "%s: message %d in group %s",
                                                                label, number, group)
                                                        .isTrue()));
    }

    private boolean isGone(String member) {
        return clients.get(Integer.parseInt(member.substring(0, member.indexOf('/')))).isGone();
    }
}
