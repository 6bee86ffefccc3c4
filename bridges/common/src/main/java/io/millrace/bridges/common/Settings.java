package io.millrace.bridges.common;

import io.millrace.protocol.Json;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonTree;
import io.millrace.runtime.HostFiles;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One object of a configuration file in JSON. Every mistake names the file and the key, and a key
 * that nobody has asked for is a mistake. Owned by the thread that reads the configuration.
 */
public final class Settings {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
    private static final Pattern ADDRESS = Pattern.compile("(\\[[^]]+]|[^:]*):(\\d{1,5})");
    private static final Pattern SECRET = Pattern.compile(".*(?:token|password|secret|passphrase)");
    private static final int FILE_BYTES_MAX = 4 << 20;

    private final String file;
    private final String way;
    private final Json.Obj object;
    private final SecretFiles secrets;
    private final Set<String> known = new TreeSet<>();
    private final List<Settings> within = new ArrayList<>();

    private Settings(String file, String way, Json.Obj object, SecretFiles secrets) {
        this.file = file;
        this.way = way;
        this.object = object;
        this.secrets = secrets;
    }

    /** Reads the file that a person has named. */
    public static Settings read(String name, Map<String, String> environment)
            throws SettingsException {
        try {
            Path file = HostFiles.path(name).toAbsolutePath();
            if (!HostFiles.exists(file)) {
                throw new SettingsException(name + ": no such file");
            }
            byte[] bytes = HostFiles.read(file);
            if (bytes.length > FILE_BYTES_MAX) {
                throw new SettingsException(name + ": larger than any configuration");
            }
            Json json = JsonTree.parse(bytes, 0, bytes.length);
            if (!(json instanceof Json.Obj object)) {
                throw new SettingsException(name + ": must hold one JSON object");
            }
            Path folder = file.getParent();
            SecretFiles secrets = new SecretFiles(folder == null ? file : folder, environment);
            return new Settings(name, "", object, secrets);
        } catch (IOException unreadable) {
            throw new SettingsException(name + ": " + unreadable.getMessage());
        } catch (JsonException malformed) {
            throw new SettingsException(name + ": not JSON: " + malformed.getMessage());
        }
    }

    /** A mistake at {@code key}, to be thrown. */
    public SettingsException wrong(String key, String why) {
        return new SettingsException(file + ": " + way + key + ": " + why);
    }

    public boolean has(String key) {
        return value(key) != null;
    }

    private @Nullable Json value(String key) {
        known.add(key);
        Json value = object.fields().get(key);
        return value instanceof Json.Null ? null : value;
    }

    public @Nullable String text(String key) throws SettingsException {
        Json value = value(key);
        if (value == null) {
            return null;
        }
        if (!(value instanceof Json.Text text)) {
            throw wrong(key, "must be a text, not " + value.kind());
        }
        if (text.value().isBlank()) {
            throw wrong(key, "is empty");
        }
        return text.value();
    }

    public String text(String key, String otherwise) throws SettingsException {
        String text = text(key);
        return text == null ? otherwise : text;
    }

    public String requiredText(String key) throws SettingsException {
        String text = text(key);
        if (text == null) {
            throw wrong(key, "is missing");
        }
        return text;
    }

    public List<String> texts(String key, List<String> otherwise) throws SettingsException {
        Json value = value(key);
        if (value == null) {
            return otherwise;
        }
        if (!(value instanceof Json.Array array)) {
            throw wrong(key, "must be a list of texts, not " + value.kind());
        }
        List<String> texts = new ArrayList<>();
        for (Json element : array.elements()) {
            if (!(element instanceof Json.Text text) || text.value().isBlank()) {
                throw wrong(key, "must be a list of texts that are not empty");
            }
            texts.add(text.value());
        }
        if (texts.isEmpty()) {
            throw wrong(key, "is an empty list");
        }
        return texts;
    }

    public boolean flag(String key, boolean otherwise) throws SettingsException {
        Json value = value(key);
        if (value == null) {
            return otherwise;
        }
        if (!(value instanceof Json.Flag flag)) {
            throw wrong(key, "must be true or false, not " + value.kind());
        }
        return flag.value();
    }

    public long whole(String key, long otherwise, long min, long max) throws SettingsException {
        String written = numeric(key);
        if (written == null) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(written);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException notWhole) {
            // said below
        }
        throw wrong(key, "must be a whole number between " + min + " and " + max);
    }

    public double number(String key, double otherwise, double min, double max)
            throws SettingsException {
        String written = numeric(key);
        if (written == null) {
            return otherwise;
        }
        double number = Double.parseDouble(written);
        if (number < min || number > max) {
            throw wrong(key, "must lie between " + min + " and " + max);
        }
        return number;
    }

    private @Nullable String numeric(String key) throws SettingsException {
        Json value = value(key);
        if (value == null) {
            return null;
        }
        if (!(value instanceof Json.Numeric numeric)) {
            throw wrong(key, "must be a number, not " + value.kind());
        }
        return numeric.written();
    }

    /** A time like "30s", "12h" or "7d". */
    public Duration duration(String key, Duration otherwise) throws SettingsException {
        String text = text(key);
        if (text == null) {
            return otherwise;
        }
        Matcher written = DURATION.matcher(text);
        if (!written.matches()) {
            throw wrong(key, "'" + text + "' is not a time; write it like 30s, 12h or 7d");
        }
        long count = Long.parseLong(written.group(1));
        return switch (written.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }

    /** An address to listen on, like "127.0.0.1:4195", "[::1]:4195" or ":4195". */
    public InetSocketAddress address(String key, String otherwise) throws SettingsException {
        String text = text(key, otherwise);
        Matcher written = ADDRESS.matcher(text);
        if (!written.matches() || Integer.parseInt(written.group(2)) > 65_535) {
            throw wrong(key, "'" + text + "' is not an address; write it like 127.0.0.1:4195");
        }
        String host = written.group(1);
        int port = Integer.parseInt(written.group(2));
        if (host.isEmpty()) {
            return new InetSocketAddress(port);
        }
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw wrong(key, "no address is known for " + host);
        }
        return address;
    }

    /** The secret in the file that {@code key}_file names; null when the key is not there. */
    public @Nullable Secret secret(String key) throws SettingsException {
        String name = text(key + "_file");
        if (name == null) {
            return null;
        }
        try {
            return secrets.read(name);
        } catch (IOException unreadable) {
            throw wrong(key + "_file", String.valueOf(unreadable.getMessage()));
        }
    }

    /** A path beside the configuration file. */
    public @Nullable Path path(String key) throws SettingsException {
        String name = text(key);
        if (name == null) {
            return null;
        }
        try {
            return secrets.resolve(name);
        } catch (IOException impossible) {
            throw wrong(key, String.valueOf(impossible.getMessage()));
        }
    }

    /** The object at {@code key}; null when there is none. */
    public @Nullable Settings section(String key) throws SettingsException {
        Json value = value(key);
        return value == null ? null : inner(key, key, value);
    }

    /** The object at {@code key}, or one without keys. */
    public Settings sectionOrEmpty(String key) throws SettingsException {
        Settings section = section(key);
        return section == null ? inner(key, key, Json.Obj.EMPTY) : section;
    }

    /** The objects of a list. */
    public List<Settings> sections(String key) throws SettingsException {
        Json value = value(key);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof Json.Array array)) {
            throw wrong(key, "must be a list of objects, not " + value.kind());
        }
        List<Settings> sections = new ArrayList<>();
        for (Json element : array.elements()) {
            sections.add(inner(key, key + "[" + sections.size() + "]", element));
        }
        return sections;
    }

    /** The objects of an object, by their names. */
    public Map<String, Settings> named(String key) throws SettingsException {
        Settings section = section(key);
        Map<String, Settings> sections = new LinkedHashMap<>();
        if (section != null) {
            for (String name : section.object.fields().keySet()) {
                sections.put(name, section.sectionOrEmpty(name));
            }
        }
        return sections;
    }

    private Settings inner(String key, String shown, Json value) throws SettingsException {
        if (!(value instanceof Json.Obj inner)) {
            throw wrong(key, "must be an object, not " + value.kind());
        }
        Settings settings = new Settings(file, way + shown + ".", inner, secrets);
        within.add(settings);
        return settings;
    }

    /** Refuses what nobody has asked for, here and within; called last. */
    public void refuseUnknown() throws SettingsException {
        for (String key : object.fields().keySet()) {
            if (known.contains(key)) {
                continue;
            }
            if (SECRET.matcher(key).matches()) {
                throw wrong(
                        key, "a secret does not belong here: name a file with " + key + "_file");
            }
            throw wrong(key, "there is no such key; there are " + String.join(", ", known));
        }
        for (Settings inner : within) {
            inner.refuseUnknown();
        }
    }
}
