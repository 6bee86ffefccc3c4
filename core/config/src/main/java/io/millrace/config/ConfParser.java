package io.millrace.config;

import io.millrace.runtime.HostFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns a configuration file into a table of values. Confined to the thread that parses.
 *
 * <p>Bounds: files of {@value #FILE_BYTES_MAX} bytes, tables and arrays nested {@value
 * #NESTING_MAX} deep, includes {@value #INCLUDES_MAX} deep.
 */
final class ConfParser {
    static final int FILE_BYTES_MAX = 64 << 20;
    static final int NESTING_MAX = 256;
    static final int INCLUDES_MAX = 16;

    /**
     * What a file says.
     *
     * @param variables places of the keys that are used as variables, so may have any name
     */
    record Parsed(ConfValue.Table root, Set<Position> variables) {}

    private record Orphan(String key, Position place) {}

    private final ConfText text;
    private final ConfScalars scalars;
    private final Map<String, String> environment;
    private final int includes;
    private final List<String> resolving;
    private final Deque<Map<String, ConfValue>> scopes = new ArrayDeque<>();
    private final Set<Position> variables = new HashSet<>();
    private int nesting;

    /** Braces around the whole file are open. */
    private boolean inBlock;

    /** A key whose table ended before its value; the table takes its name. */
    private @Nullable Orphan orphan;

    private ConfParser(
            ConfText text, Map<String, String> environment, int includes, List<String> resolving) {
        this.text = text;
        this.scalars = new ConfScalars(text);
        this.environment = environment;
        this.includes = includes;
        this.resolving = resolving;
    }

    static Parsed parseFile(String file, Map<String, String> environment) throws ConfigException {
        return parse(file, contentOf(file), environment);
    }

    static Parsed parse(String file, byte[] content, Map<String, String> environment)
            throws ConfigException {
        ConfParser parser =
                new ConfParser(new ConfText(file, content), environment, 0, new ArrayList<>());
        return new Parsed(parser.top(), parser.variables);
    }

    private static byte[] contentOf(String file) throws ConfigException {
        Path path = pathOf(file);
        byte[] content;
        try {
            content = HostFiles.read(path);
        } catch (NoSuchFileException gone) {
            throw new ConfigException("open " + file + ": no such file or directory");
        } catch (AccessDeniedException denied) {
            throw new ConfigException("open " + file + ": permission denied");
        } catch (IOException other) {
            if (HostFiles.isDirectory(path)) {
                throw new ConfigException("read " + file + ": is a directory");
            }
            throw new ConfigException("read " + file + ": " + other.getMessage());
        }
        if (content.length > FILE_BYTES_MAX) {
            throw new ConfigException(
                    file + ": larger than " + FILE_BYTES_MAX + " bytes, which is the bound");
        }
        return content;
    }

    private static Path pathOf(String file) throws ConfigException {
        try {
            return HostFiles.path(file);
        } catch (IOException impossible) {
            throw new ConfigException(String.valueOf(impossible.getMessage()));
        }
    }

    private ConfValue.Table top() throws ConfigException {
        Map<String, ConfValue> entries = new LinkedHashMap<>();
        scopes.push(entries);
        while (!text.atEnd()) {
            char c = text.next();
            if (ConfText.isSpace(c) || comment(c)) {
                continue;
            }
            if (c == '{' || (c == '}' && inBlock)) {
                inBlock = c == '{';
                continue;
            }
            if (c == '/') {
                throw text.error("Unexpected EOF.");
            }
            text.back();
            if (ConfText.isSeparator(c)) {
                throw text.error("Unexpected key separator '" + c + "'");
            }
            entry(entries, false);
            topEnd();
        }
        return new ConfValue.Table(new Position(text.file(), 1, 0), entries);
    }

    private void topEnd() throws ConfigException {
        while (inBlock || !text.atEnd()) {
            char c = text.next();
            if (comment(c) || ConfText.isLineEnd(c) || ",;}".indexOf(c) >= 0) {
                inBlock &= c != '}';
                return;
            }
            if (!ConfText.isBlank(c) && c != '/') {
                throw text.error(
                        (inBlock ? "Expected a block-level value" : "Expected a top-level value")
                                + " to end with a new line, comment or EOF, but got '"
                                + text.lastShown()
                                + "' instead.");
            }
        }
    }

    /** Whether {@code c}, just read, began a comment; then it is skipped up to its line's end. */
    private boolean comment(char c) {
        if (c == '/' && text.peek() == '/') {
            text.next();
        } else if (c != '#') {
            return false;
        }
        while (!text.atEnd() && !ConfText.isLineEnd(text.peek())) {
            text.next();
        }
        return true;
    }

    /** Key and value, or an include. False when a table ended in place of the value. */
    private boolean entry(Map<String, ConfValue> into, boolean inTable) throws ConfigException {
        Position place;
        String key;
        char first = text.peek();
        if (first == '"' || first == '\'') {
            text.next();
            place = text.here();
            key = quotedKey(first, inTable);
        } else {
            place = text.here();
            key = bareKey(inTable);
            if (key.toLowerCase(Locale.ROOT).equals("include")
                    && !text.atEnd()
                    && ConfText.isSpace(text.peek())) {
                include(into);
                return true;
            }
        }
        boolean separated = separator(inTable);
        if (text.atEnd() && !separated && !inTable) {
            if (key.equals("}")) {
                return true;
            }
            throw new ConfigException("config is invalid (" + text.here() + ")");
        }
        if (inTable) {
            if (text.peek() == ',') {
                throw text.error("Unexpected map value terminator \",\".");
            }
            if (text.peek() == '}') {
                text.next();
                orphan = new Orphan(key, place);
                return false;
            }
        }
        ConfValue value = value(place);
        Orphan left = orphan;
        if (left != null) {
            orphan = null;
            into.put(left.key(), value.movedTo(left.place()));
            return true;
        }
        into.put(key, value.movedTo(place));
        return true;
    }

    private String quotedKey(char quote, boolean inTable) throws ConfigException {
        int start = text.index();
        while (text.peek() != quote) {
            if (text.atEnd()) {
                throw text.error(
                        inTable
                                ? (quote == '"'
                                        ? "Unexpected EOF processing double quoted map key."
                                        : "Unexpected EOF processing quoted map key.")
                                : "Unexpected EOF.");
            }
            text.next();
        }
        String key = ConfText.decoded(text.since(start));
        text.next();
        return key;
    }

    private String bareKey(boolean inTable) throws ConfigException {
        int start = text.index();
        text.next();
        while (!ConfText.isSpace(text.peek()) && !ConfText.isSeparator(text.peek())) {
            if (text.atEnd()) {
                if (inTable) {
                    throw text.error("Unexpected EOF processing map key.");
                }
                break;
            }
            text.next();
        }
        return ConfText.decoded(text.since(start));
    }

    /** Skips to the value. True when a separator was met. */
    private boolean separator(boolean inTable) throws ConfigException {
        while (ConfText.isSpace(text.peek())) {
            text.next();
        }
        boolean separated = ConfText.isSeparator(text.peek());
        if (separated) {
            text.next();
        }
        while (inTable ? ConfText.isSpace(text.peek()) : ConfText.isBlank(text.peek())) {
            text.next();
        }
        return separated;
    }

    private ConfValue value(Position place) throws ConfigException {
        while (ConfText.isBlank(text.peek())) {
            text.next();
        }
        char first = text.peek();
        if (ConfText.isLineEnd(first)) {
            text.next();
            throw text.error("Expected value but found new line");
        }
        if (first == '{' || first == '[') {
            if (++nesting > NESTING_MAX) {
                throw text.error("nested deeper than " + NESTING_MAX);
            }
            text.next();
            ConfValue nested = first == '{' ? table() : array();
            nesting--;
            return nested;
        }
        boolean bare = first != '"' && first != '\'' && first != '(';
        ConfValue value = scalars.read();
        if (bare
                && value instanceof ConfValue.Text written
                && written.value().startsWith("$")
                && !written.value().startsWith("$2a$")
                && text.last() != '\'') {
            return variable(written.value().substring(1)).movedTo(place);
        }
        return value;
    }

    private ConfValue.Table table() throws ConfigException {
        Map<String, ConfValue> entries = new LinkedHashMap<>();
        scopes.push(entries);
        boolean open = true;
        while (open) {
            if (text.atEnd()) {
                throw text.error("Unexpected EOF processing map.");
            }
            char c = text.next();
            if (ConfText.isSpace(c) || comment(c) || c == '/') {
                continue;
            }
            switch (c) {
                case '}' -> open = false;
                case ':', '=' -> throw text.error("Unexpected key separator '" + c + "'.");
                case ']' -> throw text.error("Unexpected array end ']' processing map.");
                default -> {
                    text.back();
                    open = entry(entries, true) && tableEntryEnd();
                }
            }
        }
        scopes.pop();
        return new ConfValue.Table(text.here(), entries);
    }

    /** True when the table goes on. */
    private boolean tableEntryEnd() throws ConfigException {
        while (true) {
            boolean ended = text.atEnd();
            char c = text.next();
            if (!ended && (ConfText.isLineEnd(c) || (",;/".indexOf(c) >= 0 && !comment(c)))) {
                return true;
            } else if (c == '}') {
                return false;
            } else if (ended || !(ConfText.isBlank(c) || c == '/' || comment(c))) {
                throw text.error(
                        "Expected a map value terminator \",\" or a map terminator \"}\", but got '"
                                + text.lastShown()
                                + "' instead.");
            }
        }
    }

    private ConfValue.Array array() throws ConfigException {
        List<ConfValue> elements = new ArrayList<>();
        boolean open = true;
        while (open) {
            char c = text.peek();
            if (!text.atEnd() && ConfText.isSpace(c)) {
                text.next();
                continue;
            }
            if (c == '#' || text.ahead(2).equals("//")) {
                comment(text.next());
                continue;
            }
            if (c == ',' || c == '/') {
                text.next();
                throw text.error("Unexpected array value terminator ','.");
            }
            if (c == ']') {
                text.next();
                break;
            }
            elements.add(value(text.here()));
            open = arrayElementEnd();
        }
        return new ConfValue.Array(text.here(), elements);
    }

    private boolean arrayElementEnd() throws ConfigException {
        while (true) {
            boolean ended = text.atEnd();
            char c = text.next();
            if (!ended && (c == ',' || ConfText.isLineEnd(c))) {
                return true;
            } else if (c == ']') {
                return false;
            } else if (ended || !(ConfText.isBlank(c) || comment(c))) {
                throw text.error(
                        "Expected an array value terminator \",\" or an array terminator \"]\", but"
                                + " got '"
                                + text.lastShown()
                                + "' instead.");
            }
        }
    }

    private ConfValue variable(String name) throws ConfigException {
        for (Map<String, ConfValue> scope : scopes) {
            ConfValue value = scope.get(name);
            if (value != null) {
                variables.add(value.at());
                return value;
            }
        }
        if (Collections.frequency(resolving, name) > 1) {
            throw new ConfigException("variable reference cycle for '" + name + "'");
        }
        resolving.add(name);
        String written = environment.get(name);
        if (written == null) {
            throw new ConfigException(
                    "variable reference for '"
                            + name
                            + "' on line "
                            + text.line()
                            + " can not be found");
        }
        byte[] assignment = ("value=" + written).getBytes(StandardCharsets.UTF_8);
        ConfParser parser =
                new ConfParser(new ConfText("", assignment), environment, includes, resolving);
        ConfValue value;
        try {
            value = parser.top().entries().get("value");
        } catch (ConfigException wrong) {
            throw new ConfigException(
                    "variable reference for '"
                            + name
                            + "' on line "
                            + text.line()
                            + " could not be parsed: "
                            + wrong.getMessage());
        }
        resolving.removeLast();
        if (value == null) {
            throw new ConfigException("variable '" + name + "' of the environment has no value");
        }
        return value;
    }

    private void include(Map<String, ConfValue> into) throws ConfigException {
        while (ConfText.isBlank(text.peek())) {
            text.next();
        }
        String name = includedName();
        if (includes >= INCLUDES_MAX) {
            throw new ConfigException(
                    "error parsing include file '"
                            + name
                            + "', includes nested deeper than "
                            + INCLUDES_MAX);
        }
        try {
            String file = pathOf(text.file()).resolveSibling(pathOf(name)).toString();
            ConfParser included =
                    new ConfParser(
                            new ConfText(file, contentOf(file)),
                            environment,
                            includes + 1,
                            resolving);
            into.putAll(included.top().entries());
            variables.addAll(included.variables);
        } catch (ConfigException failed) {
            throw new ConfigException(
                    "error parsing include file '" + name + "', " + failed.getMessage());
        }
    }

    private String includedName() throws ConfigException {
        char first = text.peek();
        if (first == '"' || first == '\'') {
            text.next();
            int start = text.index();
            while (text.peek() != first) {
                if (text.atEnd()) {
                    throw text.error(
                            "Unexpected EOF in "
                                    + (first == '"' ? "double quoted" : "quoted")
                                    + " include");
                }
                text.next();
            }
            String name = ConfText.decoded(text.since(start));
            text.next();
            return name;
        }
        String wrong =
                switch (first) {
                    case '[' -> "start of an array";
                    case '{' -> "start of a map";
                    case '(' -> "start of a block";
                    case '\\' -> "escape sequence";
                    case '-' -> "start of a number";
                    case '\n', '\r' -> "new line";
                    default -> ConfText.isDigit(first) ? "start of a number" : "";
                };
        if (!wrong.isEmpty()) {
            text.next();
            throw text.error("Expected include value but found " + wrong);
        }
        int start = text.index();
        while (!text.atEnd() && !ConfText.isSpace(text.peek()) && ";}".indexOf(text.peek()) < 0) {
            text.next();
        }
        return ConfText.decoded(text.since(start));
    }
}
