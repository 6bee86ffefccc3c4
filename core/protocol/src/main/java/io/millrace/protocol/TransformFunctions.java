package io.millrace.protocol;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one token of a transform's destination: plain text, {@code $1} or <code>{{f(…)}}</code>.
 */
final class TransformFunctions {
    private static final String PREFIX = "invalid mapping destination: ";
    private static final String[] NAMES = {
        "Wildcard",
        "Partition",
        "Random",
        "Split",
        "Left",
        "Right",
        "SplitFromLeft",
        "SplitFromRight",
        "SliceFromLeft",
        "SliceFromRight"
    };

    private final SubjectPattern source;
    private final String token;

    private TransformFunctions(SubjectPattern source, String token) {
        this.source = source;
        this.token = token;
    }

    static TransformPiece read(SubjectPattern source, String token)
            throws InvalidTransformException {
        return new TransformFunctions(source, token).piece();
    }

    static InvalidTransformException invalid(String what, String token) {
        return new InvalidTransformException(
                PREFIX + what + (token.isBlank() ? "" : " in " + token));
    }

    static boolean isFunction(String token) {
        return token.length() > 4 && token.startsWith("{{") && token.endsWith("}}");
    }

    private TransformPiece piece() throws InvalidTransformException {
        if (isFunction(token)) {
            return function();
        }
        if (isDollar()) {
            return new TransformPiece.Token(wildcard(token.substring(1)));
        }
        return new TransformPiece.Literal(token);
    }

    private boolean isDollar() {
        if (token.length() < 2 || token.charAt(0) != '$') {
            return false;
        }
        for (int i = 1; i < token.length(); i++) {
            if (token.charAt(i) < '0' || token.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private TransformPiece function() throws InvalidTransformException {
        String call = token.substring(2, token.length() - 2).strip();
        int open = call.indexOf('(');
        String name = open < 0 || !call.endsWith(")") ? null : known(call.substring(0, open));
        if (name == null) {
            throw invalid("unknown function", token);
        }
        List<String> arguments = arguments(call.substring(open + 1, call.length() - 1));
        return switch (name) {
            case "Wildcard" -> {
                expect(arguments, 1);
                yield new TransformPiece.Token(wildcard(arguments.get(0)));
            }
            case "Partition" -> partition(arguments);
            case "Random" -> {
                if (arguments.size() > 1) {
                    throw invalid("not enough arguments passed to the function", token);
                }
                yield new TransformPiece.Drawn(number(arguments.isEmpty() ? "" : arguments.get(0)));
            }
            case "Split" -> {
                expect(arguments, 2);
                yield split(arguments);
            }
            case "Left" -> part(TransformPiece.Cut.LEFT, arguments);
            case "Right" -> part(TransformPiece.Cut.RIGHT, arguments);
            case "SplitFromLeft" -> part(TransformPiece.Cut.SPLIT_FROM_LEFT, arguments);
            case "SplitFromRight" -> part(TransformPiece.Cut.SPLIT_FROM_RIGHT, arguments);
            case "SliceFromLeft" -> part(TransformPiece.Cut.SLICE_FROM_LEFT, arguments);
            case "SliceFromRight" -> part(TransformPiece.Cut.SLICE_FROM_RIGHT, arguments);
            default -> throw invalid("unknown function", token);
        };
    }

    /** Only the first letter of a word may be written in either case. */
    private static @Nullable String known(String written) {
        String name = written.strip();
        for (String candidate : NAMES) {
            if (candidate.equalsIgnoreCase(name) && lowerWhere(candidate, name)) {
                return candidate;
            }
        }
        return null;
    }

    private static boolean lowerWhere(String candidate, String name) {
        for (int i = 0; i < name.length(); i++) {
            if (Character.isLowerCase(candidate.charAt(i))
                    && !Character.isLowerCase(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Cut at commas; blanks behind a comma go. */
    private static List<String> arguments(String text) {
        List<String> arguments = new ArrayList<>();
        if (text.isBlank()) {
            return arguments;
        }
        int at = 0;
        while (true) {
            int comma = text.indexOf(',', at);
            String argument = text.substring(at, comma < 0 ? text.length() : comma);
            arguments.add(at == 0 ? argument : argument.stripLeading());
            if (comma < 0) {
                return arguments;
            }
            at = comma + 1;
        }
    }

    private void expect(List<String> arguments, int count) throws InvalidTransformException {
        if (arguments.size() < count) {
            throw invalid("not enough arguments passed to the function", token);
        }
        if (arguments.size() > count) {
            throw invalid("too many arguments passed to the function", token);
        }
    }

    private int number(String text) throws InvalidTransformException {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException notOne) {
            throw invalid("function argument is invalid or in the wrong format", token);
        }
    }

    /** The index of the token that a wildcard stands for; 0 and less mean the first token. */
    private int wildcard(String ordinal) throws InvalidTransformException {
        int asked = number(ordinal);
        if (source.isLiteral()) {
            throw invalid("wildcard index out of range", token);
        }
        if (asked > source.wildcardCount()) {
            throw new InvalidTransformException(
                    PREFIX + "wildcard index out of range in " + token + ": [" + asked + "]");
        }
        return asked <= 0 ? 0 : source.tokenOfWildcard(asked);
    }

    /** Over a source without wildcards there is nothing to tell subjects apart by. */
    private TransformPiece partition(List<String> arguments) throws InvalidTransformException {
        int count = number(arguments.isEmpty() ? "" : arguments.get(0));
        if (source.isLiteral() && arguments.size() > 1) {
            return new TransformPiece.Partition(count, List.of(), false);
        }
        List<Integer> tokens = new ArrayList<>();
        for (int i = 1; i < arguments.size(); i++) {
            tokens.add(wildcard(arguments.get(i)));
        }
        return new TransformPiece.Partition(count, List.copyOf(tokens), tokens.isEmpty());
    }

    private TransformPiece split(List<String> arguments) throws InvalidTransformException {
        int index = wildcard(arguments.get(0));
        String separator = arguments.get(1);
        if (separator.indexOf(' ') >= 0 || separator.indexOf('.') >= 0) {
            throw invalid("function argument is invalid or in the wrong format", token);
        }
        return new TransformPiece.Split(index, separator);
    }

    private TransformPiece part(TransformPiece.Cut cut, List<String> arguments)
            throws InvalidTransformException {
        expect(arguments, 2);
        int bytes = number(arguments.get(1));
        return new TransformPiece.Part(cut, wildcard(arguments.get(0)), bytes);
    }
}
