package io.millrace.bridges.common;

import io.millrace.runtime.Clock;
import io.millrace.runtime.Log;
import io.millrace.runtime.Threads;
import java.io.IOException;
import java.util.Map;

/** The frame of a bridge: command line, log, status page, start and end. The main thread's. */
public final class Program {
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private Program() {}

    /** A bridge that runs. */
    public interface Bridge {
        /** Lets go of everything; returns when what was begun has an end. */
        void close();
    }

    /** A bridge whose settings have been read and found good. */
    public interface Plan {
        Bridge start(Surroundings around) throws IOException;
    }

    /** Reads a bridge's settings. */
    public interface Reader {
        Plan read(Settings settings) throws SettingsException;
    }

    /**
     * Runs until the process is asked to end.
     *
     * @param statusAddress where the status page listens unless the settings say otherwise
     * @return the exit code
     */
    public static int run(String name, String statusAddress, String[] args, Reader reader)
            throws InterruptedException {
        String file = "";
        boolean check = false;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--check", "-t" -> check = true;
                case "--config", "-c" -> file = ++i < args.length ? args[i] : "";
                default -> {
                    return usage(name);
                }
            }
        }
        if (file.isEmpty()) {
            return usage(name);
        }
        try {
            return run(name, statusAddress, file, check, reader);
        } catch (SettingsException | IOException wrong) {
            System.err.println(name + ": " + wrong.getMessage());
            return FAILED;
        }
    }

    private static int usage(String name) {
        System.err.println(
                "usage: "
                        + name
                        + " --config FILE [--check]\n"
                        + "  --config FILE   the settings, in JSON (docs/bridges.md)\n"
                        + "  --check         reads the settings and their secrets, and ends");
        return USAGE;
    }

    private static int run(
            String name, String statusAddress, String file, boolean check, Reader reader)
            throws SettingsException, IOException, InterruptedException {
        Map<String, String> environment = System.getenv();
        Settings settings = Settings.read(file, environment);
        Plan plan = reader.read(settings);
        var status = settings.address("status", statusAddress);
        boolean debug = settings.flag("debug", false);
        settings.refuseUnknown();
        if (check) {
            System.err.println(name + ": " + file + " is good");
            return 0;
        }
        boolean journal = environment.containsKey("JOURNAL_STREAM");
        Log log = new ErrorLog(System.err, Clock.system(), journal, debug);
        Ending ending = new Ending();
        Surroundings around =
                new Surroundings(Clock.system(), ending, log, new Metrics(), new Health());
        // Each part says that it has not begun yet; before that there is this one.
        around.health().trouble("start", "the bridge is starting");
        StatusPage page = StatusPage.open(status, around.health(), around.metrics());
        Bridge bridge = plan.start(around);
        around.health().well("start");
        log.info(name + " runs; its status is on port " + page.port());
        Threads.atShutdown(
                name + "-end",
                () -> {
                    log.info(name + " is asked to end");
                    ending.ask();
                    bridge.close();
                    page.close();
                    log.info(name + " has ended");
                });
        ending.await();
        return 0;
    }
}
