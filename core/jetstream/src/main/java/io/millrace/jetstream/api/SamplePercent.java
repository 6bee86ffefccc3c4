package io.millrace.jetstream.api;

import io.millrace.protocol.JsonText;
import java.util.regex.Pattern;

/** Reads a share in percent, with or without its sign. Stateless. */
final class SamplePercent {
    private static final int ALL = 100;
    private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]+");

    private SamplePercent() {}

    /** 0 to 100; 0 when there is none to be read. */
    static int of(String written) {
        try {
            return Math.clamp(Long.parseLong(digits(written)), 0, ALL);
        } catch (NumberFormatException unreadable) {
            return 0;
        }
    }

    /** Refuses what is no share, in the words in which Go reads a number. */
    static void check(String written) throws ApiException {
        if (written.isEmpty()) {
            return;
        }
        String digits = digits(written);
        if (!NUMBER.matcher(digits).matches()) {
            throw refused(digits, "invalid syntax");
        }
        try {
            if (Long.parseLong(digits) < 0) {
                throw ApiError.CONSUMER_INVALID_SAMPLING.because("<nil>");
            }
        } catch (NumberFormatException tooLong) {
            throw refused(digits, "value out of range");
        }
    }

    private static ApiException refused(String digits, String why) {
        StringBuilder words = new StringBuilder("strconv.Atoi: parsing ");
        JsonText.quote(words, digits);
        return ApiError.CONSUMER_INVALID_SAMPLING.because(words.append(": ").append(why));
    }

    private static String digits(String written) {
        return written.endsWith("%") ? written.substring(0, written.length() - 1) : written;
    }
}
