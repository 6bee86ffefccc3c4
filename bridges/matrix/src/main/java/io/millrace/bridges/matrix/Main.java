package io.millrace.bridges.matrix;

import io.millrace.bridges.common.Program;

/** The program: carries messages into rooms until it is asked to end. */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws InterruptedException {
        int exit = Program.run("millrace-matrix", "127.0.0.1:4197", args, MatrixSettings::plan);
        if (exit != 0) {
            System.exit(exit);
        }
    }
}
