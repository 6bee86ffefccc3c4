package io.millrace.server;

import io.millrace.config.CommandLine;
import io.millrace.config.ConfigException;
import io.millrace.config.ConfigFile;
import io.millrace.config.Flags;
import io.millrace.config.Options;
import io.millrace.config.OptionsCheck;
import io.millrace.runtime.Clock;
import java.io.IOException;

/** The program: does what the command line asks for and leaves with its exit code. */
public final class Main {
    private static final String NAME = "nats-server: ";

    private Main() {}

    public static void main(String[] args) throws InterruptedException {
        boundPages();
        System.exit(run(args));
    }

    /** What the JDK's HTTP server allows: it asks for its limits when it is first used. */
    private static void boundPages() {
        System.setProperty("sun.net.httpserver.maxReqTime", "10");
        System.setProperty("sun.net.httpserver.maxRspTime", "60");
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("jdk.httpserver.maxConnections", "2000");
    }

    /** The exit code. */
    static int run(String[] args) throws InterruptedException {
        CommandLine line = CommandLine.parse(args, System.getenv());
        if (line instanceof CommandLine.Run(Flags flags)) {
            return serve(flags); // ahead of the switch, whose linking each start would pay for
        }
        return switch (line) {
            case CommandLine.Run(Flags flags) -> serve(flags);
            case CommandLine.Test(Flags flags) -> test(flags);
            case CommandLine.Show(String text) -> {
                System.out.print(text);
                System.out.flush();
                yield 0;
            }
            case CommandLine.SendSignal(String command, String process) ->
                    SignalSender.send(command, process);
            case CommandLine.Refused(int exit, String output, String error) -> {
                System.out.print(output);
                System.out.flush();
                System.err.println(error);
                yield exit;
            }
        };
    }

    private static int test(Flags flags) {
        try {
            ConfigFile.Loaded loaded = flags.load();
            if (!loaded.warnings().isEmpty()) {
                System.err.println(NAME + String.join("\n", loaded.warnings()) + "\n");
                return 1;
            }
            System.err.println(CommandLine.Test.valid(loaded.options()));
            return 0;
        } catch (ConfigException wrong) {
            return fail(wrong);
        }
    }

    /** Hints come after what nats-server says, too. */
    private static int fail(ConfigException wrong) {
        System.err.println(NAME + wrong.getMessage());
        wrong.hints().forEach(hint -> System.err.println(NAME + hint));
        return 1;
    }

    private static int serve(Flags flags) throws InterruptedException {
        Options options;
        ServerLog log;
        long pid = ProcessHandle.current().pid();
        try {
            ConfigFile.Loaded loaded = flags.load();
            loaded.warnings().forEach(warning -> System.err.println(NAME + warning));
            options = loaded.options();
            OptionsCheck.check(options);
            log = ServerLog.open(options.log(), Clock.system(), pid);
        } catch (ConfigException wrong) {
            return fail(wrong);
        } catch (IOException wrong) {
            System.err.println(NAME + wrong.getMessage());
            return 1;
        }
        try (log) {
            return serve(options, log, pid, flags);
        } catch (IOException failed) {
            System.err.println(NAME + failed.getMessage());
            return 1;
        }
    }

    private static int serve(Options options, ServerLog log, long pid, Flags flags)
            throws InterruptedException {
        try {
            ServerProcess process = new ServerProcess(options, log, pid, flags);
            process.start();
            process.awaitEnd();
            return 0;
        } catch (IOException failed) {
            log.fatal(String.valueOf(failed.getMessage()));
            return 1;
        }
    }
}
