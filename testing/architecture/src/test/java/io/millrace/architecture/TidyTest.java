package io.millrace.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a reviewer should not have to say: sizes, marks left over, white space, machine paths. */
final class TidyTest {
    private static final int MAX_FILE_LINES = 800;
    private static final int MAX_METHOD_LINES = 70;

    private static final Set<String> TEXT_SUFFIXES =
            Set.of(
                    "java",
                    "md",
                    "xml",
                    "sh",
                    "py",
                    "js",
                    "mjs",
                    "go",
                    "html",
                    "css",
                    "nix",
                    "conf",
                    "service",
                    "properties",
                    "json",
                    "yml",
                    "yaml",
                    "toml");

    /** Recorded bytes are kept as they were: they have no style. */
    private static final String RECORDED = "/src/test/resources/";

    // Written in two parts, so that this file does not accuse itself.
    private static final Pattern UNFINISHED =
            Pattern.compile("\\b(?:TO" + "DO|FIX" + "ME|XX" + "X|HA" + "CK)\\b");
    private static final Pattern MERGE_MARK = Pattern.compile("^(?:<{7} |>{7} |\\|{7} |={7}$)");
    private static final Pattern MACHINE_PATH =
            Pattern.compile("(?<![\\w.])/(?:wo" + "rk|ro" + "ot)/[\\w.]");
    private static final Pattern REGISTRY_HOST =
            Pattern.compile(
                    "repo1\\.ma"
                            + "ven|repo\\.ma"
                            + "ven\\.apache|registry\\.np"
                            + "mjs"
                            + "|py"
                            + "pi\\.org|proxy\\.go"
                            + "lang|deb\\.deb"
                            + "ian");
    private static final Pattern IN_TESTS =
            Pattern.compile("Thread\\.sl" + "eep\\(|@Dis" + "abled|org\\.moc" + "kito");
    private static final Pattern CONSOLE = Pattern.compile("\\.printSt" + "ackTrace\\(\\)");

    @Test
    void filesStayShort() {
        List<String> tooLong = new ArrayList<>();
        for (Path file : written()) {
            int lines = Repository.lines(file).size();
            if (lines > MAX_FILE_LINES) {
                tooLong.add(Repository.name(file) + " has " + lines + " lines");
            }
        }
        assertThat(tooLong).as("files over %d lines", MAX_FILE_LINES).isEmpty();
    }

    @Test
    void methodsStayShort() {
        List<MethodLengths.Length> lengths = MethodLengths.of(Repository.files(".java"));
        assertThat(lengths).as("methods found").hasSizeGreaterThan(50);
        assertThat(lengths.stream().filter(m -> m.lines() > MAX_METHOD_LINES))
                .as("methods over %d lines", MAX_METHOD_LINES)
                .isEmpty();
    }

    @Test
    void nothingIsMarkedUnfinished() {
        assertNowhere("words that mark unfinished work", UNFINISHED, written());
    }

    @Test
    void noMergeMarkIsLeftOver() {
        assertNowhere("merge marks", MERGE_MARK, written());
    }

    @Test
    void nothingNamesOneMachineOrOneRegistry() {
        assertNowhere("paths of one machine", MACHINE_PATH, written());
        assertNowhere("hosts of registries", REGISTRY_HOST, written());
    }

    @Test
    void testsNeitherSleepNorMockNorAreSwitchedOff() {
        assertNowhere(
                "sleeping, mocking or disabled tests",
                IN_TESTS,
                Repository.files(".java").stream()
                        .filter(f -> Repository.name(f).contains("/src/test/"))
                        .toList());
    }

    @Test
    void noStackTraceGoesToTheConsole() {
        assertNowhere("stack traces to the console", CONSOLE, Repository.files(".java"));
    }

    @Test
    void linesEndCleanlyAndTabsAreForGo() {
        List<String> bad = new ArrayList<>();
        for (Path file : written()) {
            String text = Repository.text(file);
            if (!text.isEmpty() && !text.endsWith("\n")) {
                bad.add(Repository.name(file) + " does not end with a line end");
            }
            if (text.indexOf('\r') >= 0) {
                bad.add(Repository.name(file) + " has carriage returns");
            }
            if (text.indexOf('\t') >= 0 && !Repository.name(file).endsWith(".go")) {
                bad.add(Repository.name(file) + " has tabs");
            }
        }
        assertThat(bad).isEmpty();
        assertNowhere("spaces at the end of a line", Pattern.compile("[ \\t]+$"), written());
    }

    private static void assertNowhere(String what, Pattern pattern, List<Path> files) {
        List<String> hits = new ArrayList<>();
        for (Path file : files) {
            List<String> lines = Repository.lines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (pattern.matcher(lines.get(i)).find()) {
                    hits.add(Repository.name(file) + ":" + (i + 1) + ": " + lines.get(i).strip());
                }
            }
        }
        assertThat(hits).as(what).isEmpty();
    }

    /** Files that people write here: known suffixes, and scripts without one. */
    private static List<Path> written() {
        List<Path> files =
                Repository.files().stream()
                        .filter(f -> !Repository.name(f).contains(RECORDED))
                        .filter(TidyTest::isText)
                        .toList();
        assertThat(files).as("files found").hasSizeGreaterThan(20);
        return files;
    }

    private static boolean isText(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        if (dot > 0) {
            return TEXT_SUFFIXES.contains(name.substring(dot + 1));
        }
        String path = Repository.name(file);
        return path.startsWith("bin/") || path.startsWith(".ci/") || path.startsWith("dist/");
    }
}
