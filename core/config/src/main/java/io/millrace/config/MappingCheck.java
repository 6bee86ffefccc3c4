package io.millrace.config;

import io.millrace.protocol.Subjects;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether a mapping's destination can be formed out of the subjects that it maps. */
final class MappingCheck {
    private static final Pattern WILDCARD = Pattern.compile("\\$(\\d+)");
    private static final Pattern FUNCTION =
            Pattern.compile("\\{\\{\\s*([A-Za-z]+)\\s*\\((.*)\\)\\s*}}");
    private static final String BEFORE = "invalid mapping destination: ";

    private MappingCheck() {}

    /** What is wrong, in nats-server's words; null for nothing. */
    static @Nullable String wrong(String from, String to) {
        int wildcards = stars(from);
        if (!Subjects.isValid(to)) {
            return BEFORE + "invalid transform";
        }
        for (String token : to.split("\\.", -1)) {
            String wrong = wrongToken(token, wildcards);
            if (wrong != null) {
                return BEFORE + wrong;
            }
        }
        if (stars(to) > 0 || from.endsWith(">") != to.endsWith(">")) {
            return "invalid subject";
        }
        return null;
    }

    private static int stars(String subject) {
        int stars = 0;
        for (String token : subject.split("\\.", -1)) {
            stars += token.equals("*") ? 1 : 0;
        }
        return stars;
    }

    private static @Nullable String wrongToken(String token, int wildcards) {
        Matcher old = WILDCARD.matcher(token);
        if (old.matches()) {
            return indexes(List.of(old.group(1)), 1, wildcards, token);
        }
        if (!token.startsWith("{{") || !token.endsWith("}}")) {
            return null;
        }
        Matcher matcher = FUNCTION.matcher(token);
        if (!matcher.matches()) {
            return "unknown function in " + token;
        }
        String written = matcher.group(2).trim();
        List<String> arguments =
                written.isEmpty() ? List.of() : List.of(written.split("\\s*,\\s*", -1));
        return switch (matcher.group(1).toLowerCase(Locale.ROOT)) {
            case "wildcard" -> fixed(arguments, 1, wildcards, token);
            case "partition" -> partition(arguments, wildcards, token);
            case "split" -> split(arguments, wildcards, token);
            case "splitfromleft",
                    "splitfromright",
                    "slicefromleft",
                    "slicefromright",
                    "left",
                    "right" ->
                    fixed(arguments, 2, wildcards, token);
            case "random" -> arguments.size() == 1 ? null : arguments(arguments, 1, token);
            default -> "unknown function in " + token;
        };
    }

    private static @Nullable String arguments(List<String> arguments, int wanted, String token) {
        if (arguments.size() < wanted) {
            return "not enough arguments passed to the function in " + token;
        } else if (arguments.size() > wanted) {
            return "too many arguments passed to the function in " + token;
        }
        return null;
    }

    /** So many numbers, of which the first names a wildcard. */
    private static @Nullable String fixed(
            List<String> arguments, int count, int wildcards, String token) {
        String wrong = arguments(arguments, count, token);
        return wrong != null ? wrong : indexes(arguments, 1, wildcards, token);
    }

    private static @Nullable String split(List<String> arguments, int wildcards, String token) {
        String wrong = arguments(arguments, 2, token);
        return wrong != null ? wrong : indexes(arguments.subList(0, 1), 1, wildcards, token);
    }

    private static @Nullable String partition(List<String> arguments, int wildcards, String token) {
        if (arguments.isEmpty()) {
            return arguments(arguments, 1, token);
        }
        return indexes(arguments, arguments.size(), wildcards, token);
    }

    /** All are numbers; {@code named} of them (for partition: all but the first) are wildcards. */
    private static @Nullable String indexes(
            List<String> arguments, int named, int wildcards, String token) {
        int from =
                named == arguments.size() && token.toLowerCase(Locale.ROOT).contains("partition")
                        ? 1
                        : 0;
        for (int i = 0; i < arguments.size(); i++) {
            long number;
            try {
                number = Long.parseLong(arguments.get(i));
            } catch (NumberFormatException none) {
                return "function argument is invalid or in the wrong format in " + token;
            }
            if (i >= from && i < named && (number < 1 || number > wildcards)) {
                return "wildcard index out of range in " + token + ": [" + number + "]";
            }
        }
        return null;
    }
}
