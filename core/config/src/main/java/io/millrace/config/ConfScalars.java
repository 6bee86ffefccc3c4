package io.millrace.config;

import java.util.Locale;
import java.util.Set;

/**
 * Reads what is neither table nor array: strings in their three dresses, numbers, dates, booleans.
 * Confined to the thread that parses.
 */
final class ConfScalars {
    private static final Set<String> TRUE = Set.of("true", "yes", "on");
    private static final Set<String> FALSE = Set.of("false", "no", "off");
    private static final String ESCAPES = "\\xXX, \\t, \\n, \\r, \\\", \\\\.";
    private static final String DATE = "dddd-dd-ddTdd:dd:ddZ";

    private final ConfText text;

    ConfScalars(ConfText text) {
        this.text = text;
    }

    /** The cursor stands at the value's first byte. */
    ConfValue read() throws ConfigException {
        char first = text.peek();
        if (first == '\'') {
            return singleQuoted();
        } else if (first == '"') {
            return doubleQuoted();
        } else if (first == '(') {
            return block();
        } else if (first == '-') {
            return negative();
        } else if (first == '.') {
            text.next();
            throw text.error("Floats must start with a digit");
        } else if (ConfText.isDigit(first)) {
            return numberOrDate();
        }
        return bare(text.index());
    }

    private ConfValue singleQuoted() throws ConfigException {
        text.next();
        int start = text.index();
        while (true) {
            if (text.atEnd()) {
                throw text.error("Unexpected EOF.");
            }
            if (text.next() == '\'') {
                String raw = text.since(start);
                return text(raw.substring(0, raw.length() - 1), 1);
            }
        }
    }

    private ConfValue doubleQuoted() throws ConfigException {
        text.next();
        StringBuilder value = new StringBuilder();
        while (true) {
            if (text.atEnd()) {
                throw text.error("Unexpected EOF.");
            }
            char c = text.next();
            if (c == '"') {
                return text(value.toString(), 1);
            } else if (c == '\\') {
                escape(value);
            } else {
                value.append(c);
            }
        }
    }

    private void escape(StringBuilder into) throws ConfigException {
        char c = text.next();
        switch (c) {
            case 'x' -> into.append(hexadecimal());
            case 't' -> into.append('\t');
            case 'n' -> into.append('\n');
            case 'r' -> into.append('\r');
            case '"' -> into.append('"');
            case '\\' -> into.append('\\');
            default ->
                    throw text.error(
                            "Invalid escape character '"
                                    + text.lastShown()
                                    + "'. Only the following escape characters are allowed: "
                                    + ESCAPES);
        }
    }

    private char hexadecimal() throws ConfigException {
        String digits = text.ahead(2);
        if (digits.length() < 2 || digits.indexOf('\n') >= 0) {
            while (!text.atEnd() && text.next() != '\n') {}
            throw text.error("Expected two hexadecimal digits after '\\x', but hit end of line");
        }
        int value = Character.digit(digits.charAt(0), 16) * 16;
        int low = Character.digit(digits.charAt(1), 16);
        if (value < 0 || low < 0) {
            throw text.error(
                    "Expected two hexadecimal digits after '\\x', but got '"
                            + ConfText.decoded(digits)
                            + "'");
        }
        text.next();
        text.next();
        return (char) (value + low);
    }

    /** Ends at a closing parenthesis that stands alone on its line. */
    private ConfValue block() throws ConfigException {
        text.next();
        int start = text.index();
        while (true) {
            if (text.atEnd()) {
                throw text.error("Unexpected EOF processing block.");
            }
            boolean lineBegins = text.last() == '\n';
            char c = text.next();
            if (c == ')' && lineBegins && (text.atEnd() || ConfText.isLineEnd(text.peek()))) {
                String value = text.since(start);
                return text(value.substring(0, value.length() - 1), 1);
            }
        }
    }

    private ConfValue negative() throws ConfigException {
        int start = text.index();
        text.next();
        if (!ConfText.isDigit(text.peek())) {
            char got = text.next();
            if (got == '.') {
                throw text.error("Floats must start with a digit");
            }
            throw text.error("Expected a digit but got '" + text.lastShown() + "'.");
        }
        digits();
        char behind = text.peek();
        if (behind == '.') {
            return real(start);
        } else if (isSuffix(behind)) {
            return sized(start);
        }
        return whole(start);
    }

    private ConfValue numberOrDate() throws ConfigException {
        int start = text.index();
        digits();
        char behind = text.peek();
        if (behind == '-') {
            text.next();
            if (text.index() - start != 5) {
                throw text.error("All ISO8601 dates must be in full Zulu form.");
            }
            return date(start);
        } else if (behind == '.') {
            return real(start);
        } else if (isSuffix(behind)) {
            return sized(start);
        } else if (endsNumber(behind)) {
            return whole(start);
        }
        // What follows is part of a string, even where it would end one: "[1]" has no number.
        text.next();
        return bare(start);
    }

    private ConfValue date(int start) throws ConfigException {
        for (int at = 5; at < DATE.length(); at++) {
            char want = DATE.charAt(at);
            char got = text.next();
            if (want == 'd' && !ConfText.isDigit(got)) {
                throw text.error(
                        "Expected digit in ISO8601 datetime, but found '"
                                + text.lastShown()
                                + "' instead.");
            } else if (want != 'd' && want != got) {
                throw text.error(
                        "Expected '"
                                + want
                                + "' in ISO8601 datetime, but found '"
                                + text.lastShown()
                                + "' instead.");
            }
        }
        return new ConfValue.Moment(text.at(start), text.since(start));
    }

    private ConfValue real(int start) throws ConfigException {
        text.next();
        if (!ConfText.isDigit(text.peek())) {
            throw text.error(
                    "Floats must have a digit after the '.', but got '"
                            + shownNext()
                            + "' instead.");
        }
        digits();
        if (text.peek() == '.') {
            return address(start);
        }
        return new ConfValue.Real(text.at(start), Double.parseDouble(text.since(start)));
    }

    /** Two dots and digits: an IP address or a version, with a port or a range behind. */
    private ConfValue address(int start) {
        while (ConfText.isDigit(text.peek()) || ".:-".indexOf(text.peek()) >= 0) {
            text.next();
        }
        return text(text.since(start), 0);
    }

    private ConfValue sized(int start) throws ConfigException {
        text.next();
        for (int more = 0; more < 2 && "bBiI".indexOf(text.peek()) >= 0; more++) {
            text.next();
        }
        if (endsNumber(text.peek())) {
            return whole(start);
        }
        if (!text.atEnd()) {
            text.next();
        }
        return bare(start);
    }

    private ConfValue whole(int start) throws ConfigException {
        String written = text.since(start);
        int end = written.length();
        while (Character.isLetter(written.charAt(end - 1))) {
            end--;
        }
        long number;
        try {
            number = Long.parseLong(written.substring(0, end));
        } catch (NumberFormatException beyond) {
            throw new ConfigException(
                    "integer '" + written.substring(0, end) + "' is out of the range");
        }
        return new ConfValue.Whole(text.at(start), number * Units.factor(written.substring(end)));
    }

    /** Continues a bare string that began at {@code start}. */
    private ConfValue bare(int start) throws ConfigException {
        StringBuilder value = new StringBuilder(text.since(start));
        boolean escaped = false;
        int quote = 0;
        while (!text.atEnd() && !endsBare(text.peek())) {
            char c = text.next();
            if (c == '\\') {
                escaped = true;
                escape(value);
            } else if (c == '\'') {
                quote = 1;
                break;
            } else {
                value.append(c);
            }
        }
        String word = value.toString();
        if (!escaped) {
            String lower = word.toLowerCase(Locale.ROOT);
            if (TRUE.contains(lower)) {
                return new ConfValue.Flag(text.at(start), true);
            } else if (FALSE.contains(lower)) {
                return new ConfValue.Flag(text.at(start), false);
            }
        }
        return text(word, quote);
    }

    private ConfValue text(String bytes, int behind) {
        return new ConfValue.Text(
                text.at(text.index() - behind - bytes.length()), ConfText.decoded(bytes));
    }

    private void digits() {
        while (ConfText.isDigit(text.peek())) {
            text.next();
        }
    }

    private boolean endsNumber(char c) {
        return text.atEnd()
                || ConfText.isLineEnd(c)
                || ConfText.isBlank(c)
                || ",;}".indexOf(c) >= 0;
    }

    private static boolean isSuffix(char c) {
        return "kKmMgGtTpPeE".indexOf(c) >= 0 && c != ConfText.END;
    }

    private static boolean endsBare(char c) {
        return ConfText.isLineEnd(c) || ConfText.isBlank(c) || ",;]}".indexOf(c) >= 0;
    }

    private String shownNext() {
        text.next();
        return text.lastShown();
    }
}
