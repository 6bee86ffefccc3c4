package io.millrace.jetstream;

import java.util.List;

/**
 * Why a consumer does or does not move at one moment: each condition for a delivery with its value.
 * Immutable: any thread.
 */
public record ConsumerDiagnosis(
        String account, String stream, String consumer, List<Condition> conditions) {
    public ConsumerDiagnosis {
        conditions = List.copyOf(conditions);
    }

    /**
     * One condition for a delivery.
     *
     * @param name of it, for programs
     * @param blocks whether it holds deliveries up now
     * @param value what was looked at, for example "1000 of 1000"
     * @param text for a person
     */
    public record Condition(String name, boolean blocks, String value, String text) {}

    /** Whether nothing holds the next delivery up. */
    public boolean moves() {
        return conditions.stream().noneMatch(Condition::blocks);
    }

    /** The first reason that it does not move, or that it does, in a sentence. */
    public String summary() {
        return conditions.stream()
                .filter(Condition::blocks)
                .map(Condition::text)
                .findFirst()
                .orElse("Nothing holds this consumer up: the next message goes out at once.");
    }
}
