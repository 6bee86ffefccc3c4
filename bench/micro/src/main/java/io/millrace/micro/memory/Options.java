package io.millrace.micro.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the table was asked for.
 *
 * @param servers in the order of the columns
 * @param port on which each of them listens in turn
 * @param only rows whose name this is found in
 * @param scale how many of each thing, 1 for the usual number
 * @param connections most to be held in the small profile; 0 leaves that part out
 * @param memory of the small profile
 * @param settle seconds in which a server may come to rest before it is looked at
 */
record Options(
        List<Measured> servers,
        int port,
        Pattern only,
        double scale,
        int connections,
        String memory,
        int settle) {
    static final String HELP =
            """
            bench/micro/run memory --server [NAME=]COMMAND… [OPTIONS]

            Starts each server with nothing in it, adds things in two steps, and prints what one
            more of them costs in memory as a Markdown table.

            --server NAME=COMMAND  a server that takes nats-server's flags -p, -js, -sd, --tls;
                                   may be said several times, one column each
            --port P               where they listen, one after the other (4333)
            --only REGEX           only rows whose name it is found in
            --scale F              so many times the usual number of each thing (1)
            --connections N        most to be held in the small profile; 0 leaves it out (100000,
                                   or as many as the server has descriptors for)
            --memory SIZE          MILLRACE_MEMORY of the small profile (512m)
            --settle SECONDS       most that a server may take to come to rest (10)
            """;

    /** A server and what its columns are called. */
    record Measured(String name, List<String> command) {
        private static Measured of(String text, int number) {
            int equals = text.indexOf('=');
            boolean named = equals > 0 && !text.substring(0, equals).contains("/");
            String command = named ? text.substring(equals + 1) : text;
            return new Measured(
                    named ? text.substring(0, equals) : String.valueOf((char) ('A' + number)),
                    List.of(command.strip().split(" +", -1)));
        }
    }

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException with a sentence for the user
     */
    static Options read(String[] arguments) {
        List<Measured> servers = new ArrayList<>();
        int port = 4333;
        Pattern only = Pattern.compile("");
        double scale = 1;
        int connections = 100_000;
        String memory = "512m";
        int settle = 10;
        for (int i = 0; i < arguments.length; i += 2) {
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(arguments[i] + " needs a value");
            }
            String value = arguments[i + 1];
            switch (arguments[i]) {
                case "--server" -> servers.add(Measured.of(value, servers.size()));
                case "--port" -> port = Integer.parseInt(value);
                case "--only" -> only = Pattern.compile(value);
                case "--scale" -> scale = Double.parseDouble(value);
                case "--connections" -> connections = Integer.parseInt(value);
                case "--memory" -> memory = value;
                case "--settle" -> settle = Integer.parseInt(value);
                default -> throw new IllegalArgumentException("unknown option " + arguments[i]);
            }
        }
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("--server COMMAND is missing");
        }
        return new Options(List.copyOf(servers), port, only, scale, connections, memory, settle);
    }
}
