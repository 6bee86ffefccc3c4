package io.millrace.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where publications on a subject go instead. */
public record MappingOptions(String subject, List<Destination> destinations) {
    /**
     * One of the places.
     *
     * @param weight percent of the publications, 0 to 100
     * @param cluster only in that cluster; null for everywhere
     */
    public record Destination(String subject, int weight, @Nullable String cluster) {}
}
