package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The reference page is made of the table of keys: "-Dmillrace.config.page=write" makes it anew,
 * without it a stale page fails.
 */
final class ConfigurationPageTest {
    private static final Path PAGE = Path.of("..", "..", "docs", "configuration.md");
    private static final int REFERENCE_KEYS = 323;

    @Test
    void referencePageEqualsTheTable() throws IOException {
        String page = page();
        if ("write".equals(System.getProperty("millrace.config.page"))) {
            Files.writeString(PAGE, page);
        }

        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    @Test
    void everyKeyIsFoundByItsNameAndItsAliases() {
        KeyTable keys = KeyTable.load();

        assertThat(keys.keys()).hasSizeGreaterThan(REFERENCE_KEYS);
        for (Key key : keys.keys()) {
            assertThat(keys.find(key.block(), key.name())).isSameAs(key);
            for (String alias : key.aliases()) {
                assertThat(keys.find(key.block(), alias)).as(alias).isSameAs(key);
            }
        }
    }

    @Test
    void everyKeyHasASentence() {
        assertThat(KeyTable.load().keys())
                .allSatisfy(key -> assertThat(key.sentence()).as(key.path()).isNotBlank());
    }

    private static String page() {
        StringBuilder page = new StringBuilder();
        page.append("# Configuration keys\n\n");
        page.append("Made from the table of keys in `core/config`; do not edit by hand.\n");
        page.append("Names starting with `$` are shared blocks, used where a type names them.\n");
        page.append(
                "Keys that say \"not yet\" are known, but a file that uses them is refused.\n\n");
        page.append("| key | aliases | type | default | reload | since | |\n");
        page.append("|---|---|---|---|---|---|---|\n");
        for (Key key : KeyTable.load().keys()) {
            String type = key.unit().isEmpty() ? key.type() : key.type() + ", " + key.unit();
            String text = key.supported() ? key.sentence() : "Not yet. " + key.sentence();
            page.append("| `").append(key.path()).append("` | ");
            page.append(String.join(", ", key.aliases())).append(" | ");
            page.append(cell(type)).append(" | ").append(cell(key.defaultText())).append(" | ");
            page.append(cell(key.reloadable())).append(" | ").append(key.since()).append(" | ");
            page.append(cell(text).strip()).append(" |\n");
        }
        return page.toString();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("<", "&lt;");
    }
}
