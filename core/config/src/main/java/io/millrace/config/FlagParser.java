package io.millrace.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads flags: one dash or two, "-flag=value" or a blank; the last of equal flags counts. */
final class FlagParser {
    private static final String VERSION_TEXT = "nats-server: v2.15.2\n";
    private static final String PROGRAM = "nats-server: ";
    private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");
    private static final Set<String> FALSE = Set.of("0", "f", "F", "FALSE", "false", "False");

    private final Map<String, String> environment;
    private final Map<Flag, String> values = new EnumMap<>(Flag.class);
    private final Map<String, Flag> names = new HashMap<>();

    FlagParser(Map<String, String> environment) {
        this.environment = environment;
        for (Flag flag : Flag.values()) {
            flag.names().forEach(name -> names.put(name, flag));
        }
    }

    CommandLine parse(String[] arguments) {
        int at = 0;
        while (at < arguments.length && isFlag(arguments[at])) {
            String argument = arguments[at++];
            if (argument.equals("--")) {
                break;
            }
            String written = argument.substring(argument.startsWith("--") ? 2 : 1);
            if (written.isEmpty() || written.startsWith("-") || written.startsWith("=")) {
                return misused("bad flag syntax: " + argument);
            }
            int equals = written.indexOf('=');
            String name = equals < 0 ? written : written.substring(0, equals);
            Flag flag = names.get(name);
            if (flag == null) {
                return misused("flag provided but not defined: -" + name);
            }
            String value = equals < 0 ? null : written.substring(equals + 1);
            if (value == null && flag.kind() == Flag.Kind.SWITCH) {
                value = "true";
            } else if (value == null && at < arguments.length) {
                value = arguments[at++];
            } else if (value == null) {
                return misused("flag needs an argument: -" + name);
            }
            String wrong = take(flag, name, value);
            if (wrong != null) {
                return misused(wrong);
            }
        }
        return asked(at < arguments.length ? arguments[at] : null);
    }

    private static boolean isFlag(String argument) {
        return argument.length() > 1 && argument.startsWith("-");
    }

    private @Nullable String take(Flag flag, String name, String value) {
        switch (flag.kind()) {
            case SWITCH -> {
                if (!TRUE.contains(value) && !FALSE.contains(value)) {
                    return "invalid boolean value \"" + value + "\" for -" + name + ": parse error";
                }
                values.put(flag, Boolean.toString(TRUE.contains(value)));
            }
            case NUMBER -> {
                try {
                    values.put(flag, Long.toString(Long.decode(value)));
                } catch (NumberFormatException none) {
                    return "invalid value \"" + value + "\" for flag -" + name + ": parse error";
                }
            }
            case TEXT -> values.put(flag, value);
        }
        return null;
    }

    private CommandLine asked(@Nullable String word) {
        Flags flags = new Flags(values, environment);
        if (flags.isOn(Flag.VERSION)) {
            return new CommandLine.Show(VERSION_TEXT);
        } else if (flags.isOn(Flag.HELP)) {
            return new CommandLine.Show(help());
        } else if (flags.isOn(Flag.HELP_TLS)) {
            return new CommandLine.Show(TlsHelp.text());
        } else if (word != null) {
            return switch (word) {
                case "version" -> new CommandLine.Show(VERSION_TEXT);
                case "help" -> new CommandLine.Show(help());
                default -> failed("unrecognized command: \"" + word + "\"");
            };
        } else if (values.containsKey(Flag.SIGNAL)) {
            return signal(values.getOrDefault(Flag.SIGNAL, ""));
        } else if (flags.isOn(Flag.TEST)) {
            return flags.configFile() == null
                    ? failed(
                            "must specify [-c, --config] option to check configuration file"
                                    + " syntax")
                    : new CommandLine.Test(flags);
        }
        return new CommandLine.Run(flags);
    }

    private static CommandLine signal(String value) {
        String[] parts = value.split("=", -1);
        if (parts.length > 2) {
            StringBuilder surplus = new StringBuilder();
            for (int i = 2; i < parts.length; i++) {
                surplus.append(i == 2 ? "" : " ").append(parts[i]);
            }
            return failed("invalid signal parameters: [" + surplus + "]");
        }
        return new CommandLine.SendSignal(parts[0], parts.length == 2 ? parts[1] : "");
    }

    private static CommandLine failed(String why) {
        return new CommandLine.Refused(1, "", PROGRAM + why);
    }

    /** As nats-server does: the help on standard output, and no error for the caller. */
    private static CommandLine misused(String why) {
        return new CommandLine.Refused(0, help(), why);
    }

    static String help() {
        try (InputStream stream = FlagParser.class.getResourceAsStream("help.txt")) {
            if (stream == null) {
                throw new IllegalStateException("help.txt is missing");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException damaged) {
            throw new IllegalStateException("help.txt cannot be read", damaged);
        }
    }
}
