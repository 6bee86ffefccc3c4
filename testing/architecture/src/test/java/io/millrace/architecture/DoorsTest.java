package io.millrace.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each door to the world outside belongs to one module; everybody else asks that module. */
final class DoorsTest {
    private static final Map<String, Set<String>> TIME =
            Map.of(
                    "java.lang.System", Set.of("nanoTime", "currentTimeMillis"),
                    "java.time.Instant", Set.of("now"),
                    "java.time.LocalDate", Set.of("now"),
                    "java.time.LocalDateTime", Set.of("now"),
                    "java.time.LocalTime", Set.of("now"),
                    "java.time.OffsetDateTime", Set.of("now"),
                    "java.time.ZonedDateTime", Set.of("now"),
                    "java.util.Date", Set.of("<init>"));

    /** Asking for the current thread is fine; making, pausing and waking threads is not. */
    private static final Map<String, Set<String>> THREADS =
            Map.of(
                    "java.lang.Thread",
                    Set.of(
                            "<init>",
                            "start",
                            "sleep",
                            "ofPlatform",
                            "ofVirtual",
                            "startVirtualThread"),
                    "java.lang.Runtime",
                    Set.of("addShutdownHook"),
                    "java.util.concurrent.CompletableFuture",
                    Set.of("runAsync", "supplyAsync"),
                    "java.util.concurrent.locks.LockSupport",
                    Set.of("park", "parkNanos", "parkUntil"));

    private static final Map<String, Set<String>> CHANCE =
            Map.of(
                    "java.lang.Math", Set.of("random"),
                    "java.util.UUID", Set.of("randomUUID"));

    private static final Map<String, Set<String>> NAME_LOOKUPS =
            Map.of(
                    "java.net.InetAddress",
                    Set.of("getByName", "getAllByName", "getLocalHost"),
                    "java.net.URL",
                    Set.of("openConnection", "openStream"));

    /** The packages of every library that the table names. */
    private static final Map<String, String> LIBRARIES =
            Map.of(
                    "jctools-core-jdk11", "org.jctools..",
                    "Java-WebSocket", "org.java_websocket..",
                    "slf4j-nop", "org.slf4j..",
                    "jackson-core", "tools.jackson..",
                    "bcrypt", "at.favre.lib..",
                    "jnats", "io.nats..",
                    "jmh-core", "org.openjdk.jmh..",
                    "HdrHistogram", "org.HdrHistogram..");

    @Test
    void onlyRuntimeAsksForTheTime() {
        onlyIn("runtime").should().accessTargetWhere(isOneOf(TIME)).check(Production.CLASSES);
        onlyIn("runtime")
                .should()
                .dependOnClassesThat(named("java.time.Clock"))
                .check(Production.CLASSES);
    }

    @Test
    void onlyRuntimeMakesThreads() {
        onlyIn("runtime").should().accessTargetWhere(isOneOf(THREADS)).check(Production.CLASSES);
        onlyIn("runtime")
                .should()
                .dependOnClassesThat(
                        named(
                                "java.util.concurrent.Executors",
                                "java.util.concurrent.ForkJoinPool",
                                "java.util.concurrent.ThreadPoolExecutor",
                                "java.util.concurrent.ScheduledThreadPoolExecutor",
                                "java.util.Timer"))
                .check(Production.CLASSES);
    }

    @Test
    void onlyRuntimeTouchesFiles() {
        onlyIn("runtime")
                .should()
                .dependOnClassesThat(
                        named(
                                "java.io.File",
                                "java.io.FileInputStream",
                                "java.io.FileOutputStream",
                                "java.io.FileReader",
                                "java.io.FileWriter",
                                "java.io.RandomAccessFile",
                                "java.nio.channels.FileChannel",
                                "java.nio.channels.AsynchronousFileChannel",
                                "java.nio.file.Files",
                                "java.nio.file.FileSystem",
                                "java.nio.file.WatchService"))
                .check(Production.CLASSES);
    }

    @Test
    void onlyRuntimeTakesChances() {
        onlyIn("runtime").should().accessTargetWhere(isOneOf(CHANCE)).check(Production.CLASSES);
        onlyIn("runtime")
                .should()
                .dependOnClassesThat(
                        named(
                                "java.util.Random",
                                "java.util.SplittableRandom",
                                "java.util.concurrent.ThreadLocalRandom",
                                "java.security.SecureRandom"))
                .check(Production.CLASSES);
    }

    @Test
    void onlyNetTouchesSockets() {
        onlyIn("net").should().accessTargetWhere(isOneOf(NAME_LOOKUPS)).check(Production.CLASSES);
        onlyIn("net")
                .should()
                .dependOnClassesThat(
                        named(
                                "java.net.Socket",
                                "java.net.ServerSocket",
                                "java.net.DatagramSocket",
                                "java.nio.channels.Selector",
                                "java.nio.channels.SelectionKey",
                                "java.nio.channels.SocketChannel",
                                "java.nio.channels.ServerSocketChannel",
                                "java.nio.channels.DatagramChannel",
                                "java.nio.channels.AsynchronousSocketChannel"))
                .check(Production.CLASSES);
    }

    /** A bridge lives outside the server and calls others; nothing inside does. */
    @Test
    void onlyBridgesCallOverHttp() {
        onlyIn("bridges")
                .should()
                .dependOnClassesThat(named("java.net.http.HttpClient"))
                .check(Production.CLASSES);
    }

    @Test
    void onlyNetCallsTheCLibrary() {
        onlyIn("net")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign..")
                .check(Production.CLASSES);
    }

    @Test
    void librariesAreUsedOnlyWhereTheTableNamesThem() {
        ModuleTable table = ModuleTable.read();
        for (ModuleTable.Row row : table.rows()) {
            assertThat(LIBRARIES.keySet()).as(row.directory()).containsAll(row.libraries());
        }
        LIBRARIES.forEach(
                (library, packages) -> {
                    String[] users =
                            table.rows().stream()
                                    .filter(row -> row.libraries().contains(library))
                                    .map(row -> row.packageName() + "..")
                                    .toArray(String[]::new);
                    noClasses()
                            .that()
                            .resideOutsideOfPackages(users)
                            .should()
                            .dependOnClassesThat()
                            .resideInAPackage(packages)
                            .check(Production.CLASSES);
                });
    }

    @Test
    void onlyMonitorAndTheBridgesServePages() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.millrace.monitor..", "io.millrace.bridges..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.sun.net.httpserver..")
                .check(Production.CLASSES);
    }

    @Test
    void nobodyUsesTheBackDoors() {
        // sun.misc.Signal is the only way to hear a signal
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.millrace.server.Signals")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("sun..", "jdk.internal..")
                .check(Production.CLASSES);
        // the process alone knows which collector it runs with
        noClasses()
                .that()
                .resideOutsideOfPackage("io.millrace.server")
                .should()
                .accessTargetWhere(isOneOf(Map.of("java.lang.System", Set.of("gc"))))
                .check(Production.CLASSES);
    }

    private static GivenClassesConjunction onlyIn(String module) {
        return noClasses().that().resideOutsideOfPackage("io.millrace." + module + "..");
    }

    private static DescribedPredicate<JavaClass> named(String... names) {
        List<String> all = Arrays.asList(names);
        return DescribedPredicate.describe(
                "one of " + all,
                c ->
                        Stream.of(c.getName(), c.getBaseComponentType().getName())
                                .anyMatch(all::contains));
    }

    private static DescribedPredicate<JavaAccess<?>> isOneOf(Map<String, Set<String>> members) {
        return DescribedPredicate.describe(
                "one of " + members,
                a ->
                        members.getOrDefault(a.getTargetOwner().getName(), Set.of())
                                .contains(a.getName()));
    }
}
