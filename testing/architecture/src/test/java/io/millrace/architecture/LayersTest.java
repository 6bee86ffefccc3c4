package io.millrace.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who may use whom inside the house; the table itself is in ARCHITECTURE.md. */
final class LayersTest {
    private final ModuleTable table = ModuleTable.read();

    @Test
    void everyModuleWithSourcesWasRead() {
        for (ModuleTable.Row row : table.rows()) {
            if (!Production.isForTests(row)
                    && Files.isDirectory(
                            Repository.root().resolve(row.directory() + "/src/main/java"))) {
                assertThat(Production.CLASSES)
                        .as("classes of %s (is it a dependency of this module?)", row.directory())
                        .anyMatch(c -> c.getPackageName().startsWith(row.packageName()));
            }
        }
    }

    @Test
    void everyClassLivesInThePackageOfItsModule() {
        for (ModuleTable.Row row : table.rows()) {
            String folder = "/" + row.directory() + "/target/classes/";
            DescribedPredicate<JavaClass> ofThisModule =
                    DescribedPredicate.describe(
                            "of " + row.directory(),
                            c ->
                                    c.getSource()
                                            .map(s -> s.getUri().getPath().contains(folder))
                                            .orElse(false));
            classes()
                    .that(ofThisModule)
                    .and(notModuleInfo())
                    .should()
                    .resideInAPackage(row.packageName() + "..")
                    .allowEmptyShould(true)
                    .check(Production.CLASSES);
        }
    }

    @Test
    void modulesUseOnlyWhatTheTableAllows() {
        for (ModuleTable.Row row : table.rows()) {
            Set<String> allowed = table.mayUse(row);
            List<String> forbidden = new ArrayList<>();
            for (ModuleTable.Row other : table.rows()) {
                if (!other.name().equals(row.name()) && !allowed.contains(other.name())) {
                    forbidden.add(other.packageName() + "..");
                }
            }
            noClasses()
                    .that()
                    .resideInAPackage(row.packageName() + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(forbidden.toArray(String[]::new))
                    .as(row.directory() + " uses only " + allowed)
                    .allowEmptyShould(true)
                    .check(Production.CLASSES);
        }
    }

    @Test
    void noPackagesDependOnEachOtherInACircle() {
        slices().matching("io.millrace.(**)")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(Production.CLASSES);
    }

    @Test
    void nothingMutableIsStatic() {
        fields().that()
                .areStatic()
                .should()
                .beFinal()
                .because("a server is an object: two of them may live in one JVM")
                .check(Production.CLASSES);
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses()
                .should()
                .haveNameMatching(".*(Impl|Utils?|Manager|Helper)$")
                .check(Production.CLASSES);
    }

    private static DescribedPredicate<JavaClass> notModuleInfo() {
        return DescribedPredicate.describe(
                "not a module descriptor", c -> !c.getSimpleName().equals("module-info"));
    }
}
