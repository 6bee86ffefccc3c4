package io.millrace.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The compiled production classes, read once from the modules' target folders. What stands under
 * testing and bench is not shipped and may open doors of its own.
 */
final class Production {
    static final JavaClasses CLASSES = read();

    private Production() {}

    static boolean isForTests(ModuleTable.Row row) {
        return row.directory().startsWith("testing/") || row.directory().startsWith("bench/");
    }

    private static JavaClasses read() {
        List<Path> folders =
                ModuleTable.read().rows().stream()
                        .filter(row -> !isForTests(row))
                        .map(row -> Repository.root().resolve(row.directory() + "/target/classes"))
                        .filter(Files::isDirectory)
                        .toList();
        return new ClassFileImporter().importPaths(folders);
    }
}
