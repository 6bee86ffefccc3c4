package io.millrace.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an account lets other accounts have. Immutable.
 *
 * @param isService whether it takes their requests; else it hands its messages out
 * @param accounts who may have it; null for everybody
 * @param tokenPosition the token, counted from 1, that must be the name of the importing account; 0
 *     for none
 * @param responseThresholdNanos how long answers to a request are let through; 0 for what is usual
 * @param latency null when nothing is measured
 * @param allowTrace whether a traced request may be followed into the account
 */
public record ExportOptions(
        boolean isService,
        String subject,
        @Nullable List<String> accounts,
        int tokenPosition,
        Responses responses,
        long responseThresholdNanos,
        @Nullable Latency latency,
        boolean allowTrace) {

    /** Whether an account may import {@code imported}, which this export covers. */
    public boolean admits(String account, String imported) {
        if (accounts != null && accounts.contains(account)) {
            return true;
        }
        if (tokenPosition > 0) {
            String[] tokens = imported.split("\\.", -1);
            return tokenPosition <= tokens.length && tokens[tokenPosition - 1].equals(account);
        }
        return accounts == null;
    }

    /** Whether {@code wide} covers everything that {@code narrow}, wildcards included, covers. */
    public static boolean covers(String wide, String narrow) {
        String[] w = wide.split("\\.", -1);
        String[] n = narrow.split("\\.", -1);
        for (int i = 0; i < w.length; i++) {
            if (w[i].equals(">")) {
                return i < n.length;
            }
            boolean fits = i < n.length && (w[i].equals("*") || w[i].equals(n[i]));
            if (!fits || n[i].equals(">")) {
                return false;
            }
        }
        return n.length == w.length;
    }

    /** How many answers a request may get. */
    public enum Responses {
        SINGLETON("Singleton"),
        STREAM("Streamed"),
        CHUNKED("Chunked");

        private final String text;

        Responses(String text) {
            this.text = text;
        }

        /** As monitoring shows it. */
        public String text() {
            return text;
        }
    }

    /**
     * Which requests are measured and where that is told.
     *
     * @param samplingPercent 0 when the headers of a request decide
     */
    public record Latency(int samplingPercent, String subject) {}
}
