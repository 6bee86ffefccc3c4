package io.millrace.runtime;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * Another program that reads what we write, and whose own words are dropped. One thread; blocking,
 * so never a loop's.
 */
public final class FedProcess implements AutoCloseable {
    private final Process process;
    private final OutputStream input;

    private FedProcess(Process process) {
        this.process = process;
        this.input = process.getOutputStream();
    }

    /**
     * Starts it.
     *
     * @throws IOException when there is no such program
     */
    public static FedProcess start(List<String> command) throws IOException {
        return new FedProcess(
                new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start());
    }

    /**
     * Hands it a message.
     *
     * @throws IOException when it has ended
     */
    public void write(byte[] message) throws IOException {
        input.write(message);
        input.flush();
    }

    /** Ends its input and waits until it has read it; its exit code. */
    public int finish() throws IOException {
        close();
        try {
            return process.waitFor();
        } catch (InterruptedException interrupted) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }

    /** Ends its input; it goes on reading what it has. */
    @Override
    public void close() throws IOException {
        input.close();
    }
}
