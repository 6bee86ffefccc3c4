package io.millrace.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The table of modules in ARCHITECTURE.md says what the tree and the build say. */
final class ModuleTableTest {
    private static final Pattern REQUIRES =
            Pattern.compile(
                    "requires (?:transitive |static )*io\\.millrace\\.(?:bridges\\.)?([a-z0-9]+);");
    private static final Pattern MODULE = Pattern.compile("\\bmodule ([a-z0-9.]+) \\{");
    private static final Pattern EXPORTS = Pattern.compile("exports ([a-z0-9.]+)");

    private final ModuleTable table = ModuleTable.read();

    @Test
    void everyModuleOfTheTreeHasARowAndEveryRowAModule() {
        Set<String> rows = new TreeSet<>();
        table.rows().forEach(row -> rows.add(row.directory()));
        Set<String> tree = new TreeSet<>();
        for (Path pom : Repository.files("/pom.xml")) {
            tree.add(Repository.name(pom.getParent()));
        }
        Set<String> built = new TreeSet<>();
        NodeList modules =
                parse(Repository.root().resolve("pom.xml")).getElementsByTagName("module");
        for (int i = 0; i < modules.getLength(); i++) {
            built.add(modules.item(i).getTextContent());
        }
        assertThat(rows).as("rows of the table against pom files").isEqualTo(tree);
        assertThat(built).as("modules of the root pom against pom files").isEqualTo(tree);
    }

    @Test
    void everyPomUsesOnlyWhatItsRowAllows() {
        for (ModuleTable.Row row : table.rows()) {
            Set<String> used = new TreeSet<>();
            Set<String> libraries = new TreeSet<>();
            dependencies(row, used, libraries);
            assertThat(table.mayUse(row)).as("%s/pom.xml", row.directory()).containsAll(used);
            assertThat(libraries)
                    .as("libraries of %s/pom.xml against its row", row.directory())
                    .isEqualTo(row.libraries());
        }
    }

    @Test
    void everyModuleInfoAgreesWithItsPomAndItsPackage() {
        for (ModuleTable.Row row : table.rows()) {
            Path info =
                    Repository.root().resolve(row.directory() + "/src/main/java/module-info.java");
            if (!Files.exists(info)) {
                continue;
            }
            String text = Repository.text(info);
            Matcher module = MODULE.matcher(text);
            assertThat(module.find()).as("a module in %s", Repository.name(info)).isTrue();
            assertThat(module.group(1)).isEqualTo(row.packageName());
            Set<String> required = new TreeSet<>();
            REQUIRES.matcher(text).results().forEach(r -> required.add(r.group(1)));
            assertThat(table.mayUse(row)).as(Repository.name(info)).containsAll(required);
            EXPORTS.matcher(text)
                    .results()
                    .forEach(
                            e ->
                                    assertThat(e.group(1) + ".")
                                            .as("exports of %s", Repository.name(info))
                                            .startsWith(row.packageName() + "."));
        }
    }

    @Test
    void noticeNamesEveryLibraryThatWeShip() {
        String notice = Repository.text(Repository.root().resolve("NOTICE"));
        for (ModuleTable.Row row : table.rows()) {
            if (Production.isForTests(row)) {
                continue;
            }
            for (String library : row.libraries()) {
                assertThat(notice).as("NOTICE").contains(library);
            }
        }
    }

    /** Compile and run-time dependencies; test scope and what only the compiler reads stay out. */
    private static void dependencies(ModuleTable.Row row, Set<String> ours, Set<String> libraries) {
        Document pom = parse(Repository.root().resolve(row.directory() + "/pom.xml"));
        NodeList all = pom.getElementsByTagName("dependency");
        for (int i = 0; i < all.getLength(); i++) {
            Element dependency = (Element) all.item(i);
            String artifact = child(dependency, "artifactId");
            boolean own = child(dependency, "groupId").equals("io.millrace");
            boolean test = child(dependency, "scope").equals("test");
            if (own) {
                String name = artifact.replaceAll("^millrace-(?:bridges-|bench-)?", "");
                if (!test) {
                    ours.add(name);
                }
            } else if (!test) {
                libraries.add(artifact);
            }
        }
    }

    private static String child(Element element, String tag) {
        NodeList found = element.getElementsByTagName(tag);
        return found.getLength() == 0 ? "" : found.item(0).getTextContent().strip();
    }

    private static Document parse(Path xml) {
        try {
            return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(xml.toFile());
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new IllegalStateException(Repository.name(xml), e);
        }
    }
}
