package io.millrace.bridges.gitlab;

import io.millrace.bridges.common.Program;

/** The program: receives webhooks until it is asked to end. */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws InterruptedException {
        // Whoever sends a byte a second, or opens connections to do nothing, must not hold us up.
        limit("sun.net.httpserver.maxReqTime", "20");
        limit("sun.net.httpserver.maxRspTime", "20");
        limit("jdk.httpserver.maxConnections", "256");
        int exit = Program.run("millrace-gitlab", "127.0.0.1:4196", args, WebhookSettings::plan);
        if (exit != 0) {
            System.exit(exit);
        }
    }

    private static void limit(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
