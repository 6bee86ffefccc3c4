package io.millrace.architecture;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** How many lines each method has, from its annotations to its last brace, as javac sees it. */
final class MethodLengths {
    /** One method and its length. */
    record Length(Path file, String method, long line, long lines) {
        @Override
        public String toString() {
            return Repository.name(file) + ":" + line + " " + method + " has " + lines + " lines";
        }
    }

    private MethodLengths() {}

    static List<Length> of(List<Path> files) {
        List<Length> lengths = new ArrayList<>();
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = javac.getStandardFileManager(null, null, null)) {
            JavacTask task =
                    (JavacTask)
                            javac.getTask(
                                    null,
                                    manager,
                                    null,
                                    List.of("-proc:none"),
                                    null,
                                    manager.getJavaFileObjectsFromPaths(files));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                new Scanner(unit, positions, lengths).scan(unit, null);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lengths;
    }

    private static final class Scanner extends TreeScanner<Void, Void> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<Length> lengths;

        Scanner(CompilationUnitTree unit, SourcePositions positions, List<Length> lengths) {
            this.unit = unit;
            this.positions = positions;
            this.lengths = lengths;
        }

        @Override
        public Void visitMethod(MethodTree method, Void nothing) {
            LineMap map = unit.getLineMap();
            long start = map.getLineNumber(positions.getStartPosition(unit, method));
            long end = map.getLineNumber(positions.getEndPosition(unit, method));
            lengths.add(
                    new Length(
                            Path.of(unit.getSourceFile().toUri()),
                            method.getName().toString(),
                            start,
                            end - start + 1));
            return super.visitMethod(method, null);
        }
    }
}
