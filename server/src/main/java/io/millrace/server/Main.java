package io.millrace.server;

import io.millrace.config.MonitorOptions;
import io.millrace.config.Options;
import io.millrace.config.OptionsBuilder;
import io.millrace.runtime.Clock;
import java.io.IOException;

/** The program. */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws InterruptedException {
        System.exit(run(args));
    }

    private static int run(String[] args) throws InterruptedException {
        OptionsBuilder builder = Options.defaults().toBuilder();
        for (int i = 0; i + 1 < args.length; i += 2) {
            switch (args[i]) {
                case "-p" -> builder.port = Integer.parseInt(args[i + 1]);
                case "-a" -> builder.host = args[i + 1];
                case "-m" ->
                        builder.monitor =
                                new MonitorOptions(
                                        "0.0.0.0", Integer.parseInt(args[i + 1]), 0, "/");
                default -> {
                    System.err.println("nats-server: flag provided but not defined: " + args[i]);
                    return 1;
                }
            }
        }
        Options options = builder.build();
        long pid = ProcessHandle.current().pid();
        try {
            ServerLog log = ServerLog.open(options.log(), Clock.system(), pid);
            ServerProcess process = new ServerProcess(options, log, pid, () -> options);
            try {
                process.start();
            } catch (IOException failed) {
                log.fatal("Error listening on port: " + failed.getMessage());
                return 1;
            }
            process.handleSignals();
            process.awaitEnd();
            log.close();
            return 0;
        } catch (IOException failed) {
            System.err.println("nats-server: " + failed.getMessage());
            return 1;
        }
    }
}
