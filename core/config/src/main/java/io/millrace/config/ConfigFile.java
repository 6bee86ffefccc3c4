package io.millrace.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Configuration files as options. Stateless; blocks on the disk, so never for a loop. */
public final class ConfigFile {
    private ConfigFile() {}

    /**
     * What a file says.
     *
     * @param warnings one line each, for standard error; with "-t" they count as errors
     */
    public record Loaded(Options options, List<String> warnings) {
        public Loaded {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * Reads {@code file} and what it includes.
     *
     * @param environment for variables that the file does not define
     * @throws ConfigException with the text for the operator when it cannot be used
     */
    public static Loaded load(String file, Map<String, String> environment) throws ConfigException {
        return load(file, environment, JetStreamOptions.DEFAULTS);
    }

    /** The same beside flags that already named a place for JetStream, which the file may not. */
    static Loaded load(String file, Map<String, String> environment, JetStreamOptions named)
            throws ConfigException {
        return loaded(file, ConfParser.parseFile(file, environment), named);
    }

    /** The same for content at hand; {@code file} is the name that messages show. */
    static Loaded load(String file, byte[] content, Map<String, String> environment)
            throws ConfigException {
        return loaded(
                file, ConfParser.parse(file, content, environment), JetStreamOptions.DEFAULTS);
    }

    private static Loaded loaded(String file, ConfParser.Parsed parsed, JetStreamOptions named)
            throws ConfigException {
        ConfValue.Table root = parsed.root();
        if (root.entries().isEmpty()) {
            throw new ConfigException(file + ": config has no values or is empty\n");
        }
        Findings findings = new Findings();
        KeyTable keys = KeyTable.load();
        new KeyCheck(keys, parsed.variables(), findings).check(root);
        OptionsBuilder builder = new OptionsBuilder();
        builder.configFile = file;
        builder.jetstream = named;
        builder.configDigest = ConfDigest.of(root);
        Block block = new Block(root, "", new Block.Sources(keys, findings));
        new CoreReader(block).read(builder);
        blocks(block, builder);
        List<String> warnings = findings.warnings();
        if (!findings.errors().isEmpty()) {
            List<String> lines = new ArrayList<>(warnings);
            lines.addAll(findings.errors());
            throw new ConfigException(String.join("\n", lines) + "\n", findings.hints());
        }
        return new Loaded(builder.build(), warnings);
    }

    private static void blocks(Block block, OptionsBuilder into) {
        Block.Sources sources = block.sources();
        PermissionsReader permissions = new PermissionsReader(sources);
        UsersReader users = new UsersReader(sources, permissions);
        MappingsReader mappings = new MappingsReader(sources.findings());
        into.tls = new TlsReader(sources).read(block.table("tls"));
        into.accounts =
                new AccountsReader(sources, permissions, users, mappings)
                        .read(block.value("accounts"));
        into.auth =
                new AuthorizationReader(sources, permissions, users)
                        .read(
                                block.table("authorization"),
                                into.tls,
                                block.textOrNull("no_auth_user"));
        into.webSocket = new WebSocketReader(sources).read(block.value("websocket"));
        into.mappings = mappings.read(block.value("mappings"));
        into.jetstream =
                new JetStreamReader(sources)
                        .read(block.value("jetstream"), block.value("store_dir"), into.jetstream);
    }
}
