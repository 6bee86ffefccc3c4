package io.millrace.bridges.matrix;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * A text with places in it, {@code {{body.user.name|nobody}}}, that are filled with values of a
 * message. Nothing else: no code, no loops. Immutable: any thread.
 */
final class Template {
    private static final int VALUE_CHARS_MAX = 600;
    private static final int TEXT_CHARS_MAX = 12_000;
    private static final List<String> SCHEMES = List.of("https://", "http://", "mailto:");

    /** Fixed text, or a value to be looked up. */
    private record Piece(String text, boolean isPlace, String otherwise, boolean isLink) {}

    private final List<Piece> pieces;
    private final boolean html;

    private Template(List<Piece> pieces, boolean html) {
        this.pieces = pieces;
        this.html = html;
    }

    /**
     * Reads a template.
     *
     * @param html whether values are to be escaped
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static Template of(String written, boolean html) {
        List<Piece> pieces = new ArrayList<>();
        int at = 0;
        while (true) {
            int open = written.indexOf("{{", at);
            if (open < 0) {
                pieces.add(new Piece(written.substring(at), false, "", false));
                return new Template(List.copyOf(pieces), html);
            }
            int close = written.indexOf("}}", open);
            if (close < 0) {
                throw new IllegalArgumentException("{{ without }}: " + written.substring(open));
            }
            String before = written.substring(at, open);
            pieces.add(new Piece(before, false, "", false));
            String place = written.substring(open + 2, close).strip();
            int bar = place.indexOf('|');
            String way = bar < 0 ? place : place.substring(0, bar).strip();
            if (!way.matches("(?:subject|stream|sequence|header|body)(?:\\.[^\\s.{}|]+)*")) {
                throw new IllegalArgumentException(
                        "{{" + place + "}} is none of subject, stream, sequence, header, body");
            }
            boolean link = before.toLowerCase(Locale.ROOT).matches("(?s).*href\\s*=\\s*[\"']?");
            pieces.add(new Piece(way, true, bar < 0 ? "" : place.substring(bar + 1).strip(), link));
            at = close + 2;
        }
    }

    /** Fills the places. */
    String render(Function<String, String> values) {
        StringBuilder out = new StringBuilder();
        for (Piece piece : pieces) {
            String text = piece.isPlace() ? value(piece, values) : piece.text();
            // Cut between pieces alone: half a tag or half an escape would change what follows.
            if (out.length() + text.length() > TEXT_CHARS_MAX) {
                break;
            }
            out.append(text);
        }
        return out.toString();
    }

    private String value(Piece piece, Function<String, String> values) {
        String found = values.apply(piece.text());
        String plain = plain(found.isEmpty() ? piece.otherwise() : found);
        if (!html) {
            return plain;
        }
        if (piece.isLink() && !isLink(plain)) {
            return "#";
        }
        return escaped(plain);
    }

    private static boolean isLink(String value) {
        String lower = value.toLowerCase(Locale.ROOT);
        return SCHEMES.stream().anyMatch(lower::startsWith);
    }

    /** On one line, without what could turn or hide text, and not too long. */
    private static String plain(String value) {
        StringBuilder out = new StringBuilder();
        int[] points = value.codePoints().limit(VALUE_CHARS_MAX + 1L).toArray();
        for (int i = 0; i < Math.min(points.length, VALUE_CHARS_MAX); i++) {
            int type = Character.getType(points[i]);
            boolean blank = type == Character.CONTROL || Character.isWhitespace(points[i]);
            boolean hidden = type == Character.FORMAT || type == Character.SURROGATE;
            if (blank) {
                out.append(' ');
            } else if (!hidden || points[i] == 0x200d) {
                out.appendCodePoint(points[i]);
            }
        }
        return points.length > VALUE_CHARS_MAX ? out + "…" : out.toString();
    }

    static String escaped(String value) {
        return value.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
