package io.millrace.config;

import java.util.Map;

/** What a command line asks for. Immutable. */
public sealed interface CommandLine {

    /**
     * Run a server; {@link Flags#load} gives its options, and again at each reload.
     *
     * @param flags what was said beside the file
     */
    record Run(Flags flags) implements CommandLine {}

    /**
     * Check the configuration file and say so: {@link Flags#load}, then exit 0 with {@link #valid}
     * on standard error, or 1.
     */
    record Test(Flags flags) implements CommandLine {
        /** What a correct file is answered with, the program's name in front. */
        public static String valid(Options options) {
            return "nats-server: configuration file "
                    + options.configFile()
                    + " is valid ("
                    + options.configDigest()
                    + ")";
        }
    }

    /** Print {@code text} on standard output and exit with 0. */
    record Show(String text) implements CommandLine {}

    /**
     * Send a signal to a server.
     *
     * @param command ldm, stop, quit, term, reopen, reload or what was written
     * @param process a process id, the path of a file with one, or empty for the only server
     */
    record SendSignal(String command, String process) implements CommandLine {}

    /**
     * Nothing to run.
     *
     * @param output for standard output, may be empty
     * @param error for standard error, a line break behind it
     */
    record Refused(int exit, String output, String error) implements CommandLine {}

    /**
     * Reads a command line.
     *
     * @param arguments what stands behind the program's name
     */
    static CommandLine parse(String[] arguments, Map<String, String> environment) {
        return new FlagParser(environment).parse(arguments);
    }
}
