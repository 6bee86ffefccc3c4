package io.millrace.broker;

import io.millrace.config.ConfigException;
import io.millrace.config.ConfigFile;
import io.millrace.config.Options;
import io.millrace.config.OptionsBuilder;
import io.millrace.testkit.SimulatedPeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A simulated server whose accounts share, and its clients. Owned by one test. */
final class SharedAccounts {
    private static final Pattern REPLY = Pattern.compile("_R_\\.\\S+");

    private final Path file;
    final SimulatedServer world;

    SharedAccounts(Path folder, String accounts) {
        this(folder, accounts, 1);
    }

    /**
     * A server.
     *
     * @param accounts what stands in the braces of the block
     */
    SharedAccounts(Path folder, String accounts, long seed) {
        file = folder.resolve("shared.conf");
        Options read = read(accounts);
        world = new SimulatedServer(seed, options -> copy(read, options));
    }

    private static void copy(Options read, OptionsBuilder options) {
        OptionsBuilder from = read.toBuilder();
        options.accounts = from.accounts;
        options.auth = from.auth;
        options.serverName = "rec";
    }

    private Options read(String accounts) {
        try {
            Files.writeString(file, "accounts {\n" + accounts + "\n}\n", StandardCharsets.UTF_8);
            return ConfigFile.load(file.toString(), Map.of()).options();
        } catch (IOException unwritten) {
            throw new UncheckedIOException(unwritten);
        } catch (ConfigException wrong) {
            throw new IllegalArgumentException(wrong);
        }
    }

    void reload(String accounts) {
        OptionsBuilder options = world.server.options().toBuilder();
        copy(read(accounts), options);
        world.server.reload(options.build());
        world.loop.settle();
    }

    /** A client of the user, who has the account's name in lower case. */
    SimulatedPeer client(String user) {
        SimulatedPeer peer = world.client();
        world.say(
                peer,
                "CONNECT {\"verbose\":false,\"protocol\":1,\"headers\":true,\"no_responders\":true,"
                        + "\"user\":\""
                        + user
                        + "\",\"pass\":\"p\"}\r\nPING\r\n");
        return peer;
    }

    String say(SimulatedPeer peer, String text) {
        return world.say(peer, text.replace("\n", "\r\n"));
    }

    /** A publication with headers, each a line. */
    static String withHeaders(String subject, String lines, String body) {
        String block = "NATS/1.0\n" + lines + "\n";
        int length = block.replace("\n", "\r\n").length();
        return "HPUB "
                + subject
                + " "
                + length
                + " "
                + (length + body.length())
                + "\n"
                + block
                + body
                + "\n";
    }

    /** What a client hears, without what differs from run to run. */
    static String plain(String heard) {
        return REPLY.matcher(heard)
                .replaceAll("_R_")
                .replaceAll(",\"rtt\":\\d+", "")
                .replaceAll("_R_ \\d+ \\d+", "_R_")
                .replace("\r\n", "\n");
    }

    /** The reply subject of a request that was heard. */
    static String reply(String heard) {
        Matcher matcher = REPLY.matcher(heard);
        if (!matcher.find()) {
            throw new AssertionError("no reply in " + heard);
        }
        return matcher.group();
    }
}
