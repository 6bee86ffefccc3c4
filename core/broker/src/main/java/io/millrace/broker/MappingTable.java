package io.millrace.broker;

import io.millrace.config.MappingOptions;
import io.millrace.protocol.InvalidTransformException;
import io.millrace.protocol.SubjectTransform;
import io.millrace.protocol.Subjects;
import io.millrace.runtime.Randomness;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The configured mappings of an account: one for the very subject comes first, then the first in
 * the order of the configuration that covers it. Immutable.
 */
final class MappingTable {
    /** Maps nothing. */
    static final MappingTable NONE = new MappingTable(List.of());

    private static final byte[] DROPPED = new byte[0];

    private final Mapping[] literal;
    private final Mapping[] wild;

    private MappingTable(List<Mapping> mappings) {
        literal = mappings.stream().filter(m -> m.source().isLiteral()).toArray(Mapping[]::new);
        wild = mappings.stream().filter(m -> !m.source().isLiteral()).toArray(Mapping[]::new);
    }

    /**
     * A table of what is configured.
     *
     * @throws IllegalArgumentException when a mapping cannot be, which reading a configuration
     *     finds first
     */
    static MappingTable of(List<MappingOptions> configured) {
        List<Mapping> mappings = new ArrayList<>();
        for (MappingOptions options : configured) {
            try {
                Mapping mapping = Mapping.of(options);
                if (mapping != null) {
                    mappings.add(mapping);
                }
            } catch (InvalidTransformException invalid) {
                throw new IllegalArgumentException(
                        "Error adding mapping for \""
                                + options.subject()
                                + "\" : "
                                + invalid.getMessage(),
                        invalid);
            }
        }
        return mappings.isEmpty() ? NONE : new MappingTable(mappings);
    }

    boolean isEmpty() {
        return literal.length == 0 && wild.length == 0;
    }

    /**
     * Where a client's publication goes instead.
     *
     * @return null when no mapping covers the subject; an empty array when a mapping drops it
     */
    byte @Nullable [] map(byte[] subject, int offset, int length, Randomness chance) {
        Mapping mapping = find(literal, subject, offset, length);
        if (mapping == null) {
            mapping = find(wild, subject, offset, length);
        }
        return mapping == null ? null : mapping.map(subject, offset, length, chance);
    }

    /** Where a subject may go, with percents; empty when no mapping covers it. */
    List<Route.Way> ways(byte[] subject, Randomness chance) {
        Mapping mapping = find(literal, subject, 0, subject.length);
        if (mapping == null) {
            mapping = find(wild, subject, 0, subject.length);
        }
        return mapping == null ? List.of() : mapping.ways(subject, chance);
    }

    private static @Nullable Mapping find(
            Mapping[] candidates, byte[] subject, int offset, int length) {
        for (Mapping candidate : candidates) {
            if (candidate.source().matches(subject, offset, length)) {
                return candidate;
            }
        }
        return null;
    }

    /** One source with its destinations. */
    private static final class Mapping {
        private final SubjectTransform[] destinations;

        /** For each destination its percent and those of all before it. */
        private final int[] weightsUpTo;

        /**
         * What no destination takes is lost, which is said by naming the source as a destination.
         */
        private final boolean dropsRest;

        private Mapping(SubjectTransform[] destinations, int[] weightsUpTo, boolean dropsRest) {
            this.destinations = destinations;
            this.weightsUpTo = weightsUpTo;
            this.dropsRest = dropsRest;
        }

        /** Null when all destinations are for clusters, none of which this server is in. */
        static @Nullable Mapping of(MappingOptions options) throws InvalidTransformException {
            List<MappingOptions.Destination> here =
                    options.destinations().stream().filter(d -> d.cluster() == null).toList();
            if (here.isEmpty()) {
                return null;
            }
            SubjectTransform[] destinations = new SubjectTransform[here.size()];
            int[] weights = new int[here.size()];
            int total = 0;
            boolean dropsRest = false;
            for (int i = 0; i < weights.length; i++) {
                String destination = here.get(i).subject();
                destinations[i] = SubjectTransform.of(options.subject(), destination);
                total += here.get(i).weight();
                weights[i] = total;
                dropsRest |= destination.equals(options.subject());
            }
            return new Mapping(destinations, weights, dropsRest);
        }

        List<Route.Way> ways(byte[] subject, Randomness chance) {
            List<Route.Way> ways = new ArrayList<>();
            int before = 0;
            for (int i = 0; i < destinations.length; i++) {
                byte[] mapped = destinations[i].apply(subject, 0, subject.length, chance);
                ways.add(
                        new Route.Way(
                                new String(mapped, StandardCharsets.UTF_8),
                                weightsUpTo[i] - before));
                before = weightsUpTo[i];
            }
            if (before < 100) {
                String rest = dropsRest ? "" : new String(subject, StandardCharsets.UTF_8);
                ways.add(new Route.Way(rest, 100 - before));
            }
            return ways;
        }

        SubjectTransform source() {
            return destinations[0];
        }

        byte @Nullable [] map(byte[] subject, int offset, int length, Randomness chance) {
            int drawn = weightsUpTo[0] == 100 ? 0 : chance.nextInt(100);
            for (int i = 0; i < destinations.length; i++) {
                if (drawn < weightsUpTo[i]) {
                    byte[] mapped = destinations[i].apply(subject, offset, length, chance);
                    return Subjects.isLiteral(mapped, 0, mapped.length) ? mapped : DROPPED;
                }
            }
            return dropsRest ? DROPPED : null;
        }
    }
}
