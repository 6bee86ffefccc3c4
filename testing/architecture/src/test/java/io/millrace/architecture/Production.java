package io.millrace.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The compiled production classes of every module, read once from the modules' target folders. */
final class Production {
    static final JavaClasses CLASSES = read();

    private Production() {}

    private static JavaClasses read() {
        List<Path> folders =
                ModuleTable.read().rows().stream()
                        .map(row -> Repository.root().resolve(row.directory() + "/target/classes"))
                        .filter(Files::isDirectory)
                        .toList();
        return new ClassFileImporter().importPaths(folders);
    }
}
