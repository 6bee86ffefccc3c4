package io.millrace.monitor.metrics;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The two ways to write metrics down. */
enum Format {
    TEXT("text/plain; version=0.0.4; charset=utf-8"),
    OPENMETRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

    private static final String TEXT_TYPE = "text/plain";
    private static final String ANY_TYPE = "*/*";
    private static final String OPENMETRICS_TYPE = "application/openmetrics-text";

    private final String contentType;

    Format(String contentType) {
        this.contentType = contentType;
    }

    String contentType() {
        return contentType;
    }

    /** What a reader would rather have, by its Accept header; text when it does not say. */
    static Format wanted(@Nullable String accept) {
        if (accept == null) {
            return TEXT;
        }
        double open = 0;
        double text = 0;
        for (String range : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = range.strip().split(";", -1);
            double weight = weight(parts);
            switch (parts[0].strip()) {
                case OPENMETRICS_TYPE -> open = Math.max(open, isKnown(parts) ? weight : 0);
                case TEXT_TYPE, ANY_TYPE, "text/*" -> text = Math.max(text, weight);
                default -> {
                    // something that we do not write
                }
            }
        }
        return open > 0 && open >= text ? OPENMETRICS : TEXT;
    }

    private static boolean isKnown(String... parts) {
        for (String part : parts) {
            String parameter = part.strip();
            if (parameter.startsWith("version=")) {
                return parameter.equals("version=1.0.0") || parameter.equals("version=0.0.1");
            }
        }
        return true;
    }

    private static double weight(String... parts) {
        for (String part : parts) {
            String parameter = part.strip();
            if (parameter.startsWith("q=")) {
                try {
                    return Double.parseDouble(parameter.substring(2));
                } catch (NumberFormatException malformed) {
                    return 0;
                }
            }
        }
        return 1;
    }
}
