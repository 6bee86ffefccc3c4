package io.millrace.config;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Values as nats-server's messages print them. */
final class GoText {
    private static final int KIBI = 1024;

    private GoText() {}

    static String plain(ConfValue value) {
        return switch (value) {
            case ConfValue.Text text -> text.value();
            case ConfValue.Whole whole -> Long.toString(whole.value());
            case ConfValue.Real real -> number(real.value());
            case ConfValue.Flag flag -> Boolean.toString(flag.value());
            case ConfValue.Moment moment -> moment.value();
            case ConfValue.Array array ->
                    array.elements().stream()
                            .map(GoText::plain)
                            .collect(Collectors.joining(" ", "[", "]"));
            case ConfValue.Table table ->
                    table.entries().entrySet().stream()
                            .map(entry -> entry.getKey() + ":" + plain(entry.getValue()))
                            .collect(Collectors.joining(" ", "map[", "]"));
        };
    }

    static String quoted(List<String> texts) {
        return texts.stream()
                .map(text -> "\"" + text + "\"")
                .collect(Collectors.joining(" ", "[", "]"));
    }

    /** Bytes with the unit that suits them, in powers of 1024. */
    static String bytes(long count) {
        if (count < KIBI) {
            return count + " B";
        }
        double value = count;
        int power = 0;
        while (value >= KIBI) {
            value /= KIBI;
            power++;
        }
        return String.format(Locale.ROOT, "%.2f %sB", value, "KMGTPE".charAt(power - 1));
    }

    static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
