package io.millrace.micro.memory;

import java.io.IOException;

/** Something of which a server is given more and more. */
interface Load extends AutoCloseable {
    /** Makes those with the numbers {@code from} up to {@code to}; returns when they are there. */
    void grow(int from, int to) throws IOException;

    @Override
    void close() throws IOException;
}
