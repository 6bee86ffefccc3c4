package io.millrace.config;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which known name somebody may have meant. */
final class Spelling {
    /** Shorter names are near to too many others. */
    private static final int LETTERS_MIN = 3;

    /** From here on two slips are taken for one name. */
    private static final int LETTERS_FOR_TWO_SLIPS = 6;

    private static final int LETTERS_MAX = 64;

    private Spelling() {}

    /** The known name with the fewest slips between; null when none is near. */
    static @Nullable String nearest(String written, Collection<String> known) {
        String name = written.toLowerCase(Locale.ROOT);
        if (name.length() < LETTERS_MIN || name.length() > LETTERS_MAX) {
            return null;
        }
        String nearest = null;
        int fewest = name.length() < LETTERS_FOR_TWO_SLIPS ? 2 : 3;
        for (String candidate : known) {
            int slips = slips(name, candidate);
            if (slips < fewest) {
                fewest = slips;
                nearest = candidate;
            }
        }
        return nearest;
    }

    /** Letters left out, put in, changed, or swapped with their neighbours. */
    private static int slips(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                int best = cost[i - 1][j - 1] + (same ? 0 : 1);
                best = Math.min(best, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    best = Math.min(best, cost[i - 2][j - 2] + 1);
                }
                cost[i][j] = best;
            }
        }
        return cost[a.length()][b.length()];
    }
}
