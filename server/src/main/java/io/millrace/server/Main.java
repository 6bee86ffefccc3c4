package io.millrace.server;

import io.millrace.broker.Server;
import io.millrace.config.Options;
import io.millrace.config.OptionsBuilder;
import io.millrace.net.NioLoop;
import io.millrace.runtime.Clock;
import io.millrace.runtime.Log;
import io.millrace.runtime.Randomness;
import io.millrace.runtime.Threads;
import java.io.IOException;

/** The program. */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws IOException {
        OptionsBuilder builder = Options.defaults().toBuilder();
        for (int i = 0; i + 1 < args.length; i += 2) {
            switch (args[i]) {
                case "-p" -> builder.port = Integer.parseInt(args[i + 1]);
                case "-a" -> builder.host = args[i + 1];
                default -> throw new IllegalArgumentException("unknown flag " + args[i]);
            }
        }
        Options options = builder.build();
        Log log = Log.none();
        NioLoop loop = new NioLoop("loop-0", Clock.system(), log);
        Server server =
                new Server(options, loop, Randomness.system(), log, Threads.blocking("login"));
        loop.start();
        server.listen();
    }
}
