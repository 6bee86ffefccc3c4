package io.millrace.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All keys of the configuration, read from the resource keys.tsv: the one place that says which
 * there are. Immutable.
 */
final class KeyTable {
    private static final String RESOURCE = "keys.tsv";
    private static final int COLUMNS = 9;

    private final List<Key> keys;
    private final Map<String, Map<String, Key>> blocks;

    private KeyTable(List<Key> keys) {
        this.keys = List.copyOf(keys);
        Map<String, Map<String, Key>> found = new HashMap<>();
        for (Key key : keys) {
            Map<String, Key> block = found.computeIfAbsent(key.block(), id -> new HashMap<>());
            block.put(key.name(), key);
            key.aliases().forEach(alias -> block.put(alias, key));
        }
        for (Key key : keys) {
            addContainers(key, found);
        }
        this.blocks = found;
    }

    /** Blocks that have members but no row of their own. */
    private static void addContainers(Key member, Map<String, Map<String, Key>> blocks) {
        String path = member.block();
        if (path.isEmpty() || (path.startsWith("$") && path.indexOf('.') < 0)) {
            return;
        }
        Key container =
                new Key(path, List.of(), "map", "", "", "", member.since(), member.supported(), "");
        Map<String, Key> block = blocks.computeIfAbsent(container.block(), id -> new HashMap<>());
        Key known = block.get(container.name());
        boolean supportedNow = known != null && known.type().equals("map") && !known.supported();
        if (known == null || (supportedNow && member.supported())) {
            block.put(container.name(), container);
        }
        addContainers(container, blocks);
    }

    static KeyTable load() {
        try (InputStream stream = KeyTable.class.getResourceAsStream(RESOURCE)) {
            if (stream == null) {
                throw new IllegalStateException(RESOURCE + " is missing");
            }
            return parse(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException damaged) {
            throw new IllegalStateException(RESOURCE + " cannot be read", damaged);
        }
    }

    private static KeyTable parse(String text) {
        List<Key> keys = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] cells = line.split("\t", -1);
            if (cells.length != COLUMNS) {
                throw new IllegalStateException(RESOURCE + " has a bad line: " + line);
            }
            List<String> aliases = cells[1].isEmpty() ? List.of() : List.of(cells[1].split(","));
            keys.add(
                    new Key(
                            cells[0],
                            aliases,
                            cells[2],
                            cells[3],
                            cells[4],
                            cells[5],
                            cells[6],
                            cells[7].equals("yes"),
                            cells[8]));
        }
        return new KeyTable(keys);
    }

    List<Key> keys() {
        return keys;
    }

    /** The key of that name or alias, in any case, within a block. */
    @Nullable Key find(String block, String name) {
        Map<String, Key> members = blocks.getOrDefault(block, Collections.emptyMap());
        return members.get(name.toLowerCase(Locale.ROOT));
    }

    /** The names and aliases of all keys of a block. */
    Set<String> names(String block) {
        return new TreeSet<>(blocks.getOrDefault(block, Collections.emptyMap()).keySet());
    }

    /** The block whose keys the value of {@code key} has; null when it has none of its own. */
    @Nullable String blockBehind(Key key) {
        String type = key.type();
        if (type.contains("$TLS") || type.contains("TLS block")) {
            return "$TLS";
        } else if (type.contains("$PERM")) {
            return "$PERM";
        } else if (type.contains("$USER") || type.contains("user maps")) {
            return "$USER";
        } else if (type.contains("rtt_thresholds")) {
            return "$COMPRESSION";
        } else if (blocks.containsKey(key.path())) {
            return key.path();
        } else if (blocks.containsKey(key.path() + "[]")) {
            return key.path() + "[]";
        }
        return null;
    }
}
