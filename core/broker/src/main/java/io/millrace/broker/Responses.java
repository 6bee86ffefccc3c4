package io.millrace.broker;

import io.millrace.protocol.Publication;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The place in an account's interest to which the answers to other accounts are sent: one
 * subscription for all of them, made when the first is awaited. Owned by the loop.
 */
final class Responses implements Subscriber {
    /** Beyond this the oldest is given up: an account must not make us hold them all. */
    private static final int MAX = 100_000;

    private static final byte[] ACK = "$JS.ACK.".getBytes(StandardCharsets.US_ASCII);
    private static final String LETTERS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int ID_LENGTH = 6;

    private final Server server;
    private final Account account;
    private final String prefix;
    private final Map<String, Response> open = new LinkedHashMap<>();

    private Responses(Server server, Account account) {
        this.server = server;
        this.account = account;
        this.prefix = "_R_." + id() + ".";
    }

    /** Those of an account. */
    static Responses of(Server server, Account account) {
        Responses known = account.responses();
        if (known == null) {
            known = new Responses(server, account);
            account.answer(known);
            Subscription all =
                    new Subscription(
                            known,
                            (known.prefix + ">").getBytes(StandardCharsets.UTF_8),
                            Integer.toString(account.own().size() + 1)
                                    .getBytes(StandardCharsets.US_ASCII),
                            null,
                            false);
            account.interest().add(all);
            account.keep(all);
        }
        return known;
    }

    /** Whether the answer wants to be acknowledged to a stream, which has a way of its own. */
    static boolean isAck(Publication p) {
        if (p.replyLength <= ACK.length) {
            return false;
        }
        int end = p.replyOffset + ACK.length;
        return Arrays.equals(p.buffer, p.replyOffset, end, ACK, 0, ACK.length);
    }

    private String id() {
        byte[] secret = new byte[ID_LENGTH * 2];
        server.router().chance().nextSecret(secret);
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < ID_LENGTH; i++) {
            int drawn = (secret[2 * i] & 0xFF) << 8 | (secret[2 * i + 1] & 0xFF);
            id.append(LETTERS.charAt(drawn % LETTERS.length()));
        }
        return id.toString();
    }

    Account account() {
        return account;
    }

    /** Makes a way for answers to {@code to} in the account of the requester. */
    Response open(
            ServiceExport export,
            boolean isShared,
            Account requester,
            byte[] to,
            @Nullable LatencyMeasure measure) {
        if (open.size() >= MAX) {
            open.values().iterator().next().close();
        }
        String measured = measure == null ? "" : "." + server.identity().node() + ".T";
        String subject = prefix + id() + measured;
        while (open.containsKey(subject)) {
            subject = prefix + id() + measured;
        }
        Response response =
                new Response(
                        server,
                        this,
                        export,
                        isShared,
                        requester,
                        to,
                        subject.getBytes(StandardCharsets.UTF_8),
                        measure);
        open.put(subject, response);
        response.begin();
        return response;
    }

    void remove(Response response) {
        String subject = new String(response.subject(), StandardCharsets.UTF_8);
        open.remove(subject);
        account.interest().watches().gone(subject);
    }

    List<ResponseView> views() {
        return open.values().stream().map(Response::view).toList();
    }

    @Override
    public boolean deliver(Subscription subscription, Publication p, Subscriber origin) {
        subscription.delivered++;
        byte[] here = server.router().crossings().destination(p);
        Response response = open.get(new String(here, StandardCharsets.UTF_8));
        return response != null && response.pass(p, origin);
    }

    @Override
    public boolean leadsOn(byte[] subject, int offset, int length) {
        Response response = open.get(new String(subject, offset, length, StandardCharsets.UTF_8));
        return response != null && response.leadsOn();
    }

    @Override
    public boolean hearsImports(Subscription subscription) {
        return false;
    }

    @Override
    public long connectionId() {
        return Server.INTERNAL_ID;
    }
}
