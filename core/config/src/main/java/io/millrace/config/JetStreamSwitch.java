package io.millrace.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * JetStream switched on or off by a word or a flag, for the server or an account.
 *
 * @param error null when the value says either
 */
record JetStreamSwitch(boolean on, @Nullable String error) {

    /** What a value other than a block says. */
    static JetStreamSwitch of(ConfValue value) {
        if (value instanceof ConfValue.Flag flag) {
            return new JetStreamSwitch(flag.value(), null);
        } else if (value instanceof ConfValue.Text text) {
            return word(text.value());
        }
        return new JetStreamSwitch(
                false, "Expected map, bool or string to define JetStream, got " + value.typeName());
    }

    private static JetStreamSwitch word(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "enabled", "enable" -> new JetStreamSwitch(true, null);
            case "disabled", "disable" -> new JetStreamSwitch(false, null);
            default ->
                    new JetStreamSwitch(
                            false,
                            "Expected 'enabled' or 'disabled' for string value, got '"
                                    + word
                                    + "'");
        };
    }
}
