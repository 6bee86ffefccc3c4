package io.millrace.config;

import io.millrace.protocol.Subjects;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads subject mappings and holds their destinations against the subjects they serve. */
final class MappingsReader {
    private static final int WEIGHT_MAX = 100;

    private final Findings findings;

    MappingsReader(Findings findings) {
        this.findings = findings;
    }

    List<MappingOptions> read(@Nullable ConfValue value) {
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof ConfValue.Table table)) {
            Block.mismatch(value, "map[string]interface {}", findings);
            return List.of();
        }
        List<MappingOptions> mappings = new ArrayList<>();
        for (Map.Entry<String, ConfValue> entry : table.entries().entrySet()) {
            String subject = entry.getKey();
            if (!Subjects.isValid(subject)) {
                findings.error(value.at(), "Subject \"" + subject + "\" is not a valid subject");
                continue;
            }
            mappings.add(mapping(subject, entry.getValue()));
        }
        return mappings;
    }

    private MappingOptions mapping(String subject, ConfValue value) {
        int before = findings.count();
        List<MappingOptions.Destination> destinations = new ArrayList<>();
        switch (value) {
            case ConfValue.Text text ->
                    destinations.add(
                            new MappingOptions.Destination(text.value(), WEIGHT_MAX, null));
            case ConfValue.Array array -> {
                for (ConfValue element : array.elements()) {
                    weighted(element, destinations);
                }
            }
            case ConfValue.Table table -> weighted(table, destinations);
            default -> findings.error(value.at(), "Expected an entry for the mapping destination");
        }
        if (findings.count() == before) {
            check(subject, destinations, value.at());
        }
        return new MappingOptions(subject, destinations);
    }

    private void check(String subject, List<MappingOptions.Destination> destinations, Position at) {
        Map<String, Integer> weights = new HashMap<>();
        Set<String> seen = new HashSet<>();
        for (MappingOptions.Destination destination : destinations) {
            String to = destination.subject();
            String cluster = destination.cluster();
            String scope = cluster == null ? "" : cluster;
            if (!seen.add(scope + " " + to)) {
                failed(subject, "", "duplicate entry for \"" + to + "\"", at);
                return;
            }
            if (weights.merge(scope, destination.weight(), Integer::sum) > WEIGHT_MAX) {
                failed(subject, "", "total weight needs to be <= 100", at);
                return;
            }
            String wrong = MappingCheck.wrong(subject, to);
            if (!to.isEmpty() && wrong != null) {
                boolean alone = destinations.size() == 1;
                failed(subject, alone ? "to \"" + to + "\" " : "", wrong, at);
                return;
            }
        }
    }

    private void failed(String subject, String to, String why, Position at) {
        findings.error(at, "Error adding mapping for \"" + subject + "\" " + to + ": " + why);
    }

    private void weighted(ConfValue value, List<MappingOptions.Destination> into) {
        if (!(value instanceof ConfValue.Table table)) {
            findings.error(value.at(), "Expected an entry for the mapping destination");
            return;
        }
        int before = findings.count();
        String destination = "";
        int weight = -1;
        String cluster = null;
        for (Map.Entry<String, ConfValue> entry : table.entries().entrySet()) {
            ConfValue member = entry.getValue();
            switch (entry.getKey().toLowerCase(Locale.ROOT)) {
                case "dest", "destination" -> {
                    destination = text(member);
                    if (!destination.isEmpty() && !Subjects.isValid(destination)) {
                        findings.error(
                                member.at(), "Invalid destination for mapping: " + destination);
                    }
                }
                case "weight" -> weight = weight(member);
                case "cluster" -> cluster = text(member);
                default ->
                        findings.error(
                                member.at(),
                                "Unknown field \"" + entry.getKey() + "\" for mapping destination");
            }
        }
        if (findings.count() > before) {
            return;
        } else if (weight < 0) {
            findings.error(
                    table.at(), "Missing weight for mapping destination \"" + destination + "\"");
            return;
        }
        into.add(new MappingOptions.Destination(destination, weight, cluster));
    }

    private String text(ConfValue value) {
        if (value instanceof ConfValue.Text text) {
            return text.value();
        }
        Block.mismatch(value, "string", findings);
        return "";
    }

    private int weight(ConfValue value) {
        long weight = -1;
        switch (value) {
            case ConfValue.Whole whole -> weight = whole.value();
            case ConfValue.Text text -> {
                String written = text.value();
                while (written.endsWith("%")) {
                    written = written.substring(0, written.length() - 1);
                }
                try {
                    weight = Long.parseLong(written);
                } catch (NumberFormatException none) {
                    findings.error(
                            value.at(),
                            "Invalid weight \"" + written + "\" for mapping destination");
                    return -1;
                }
            }
            default -> {
                findings.error(
                        value.at(),
                        "Unknown entry type for weight of " + GoText.plain(value) + "\n");
                return -1;
            }
        }
        if (weight < 0 || weight > WEIGHT_MAX) {
            findings.error(value.at(), "Invalid weight " + weight + " for mapping destination");
            return -1;
        }
        return (int) weight;
    }
}
