package io.millrace.bridges.matrix;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One message of a stream, held until it is done with. Owned by the room's thread. */
interface Delivery {
    String subject();

    /** The header, or "". */
    String header(String name);

    byte[] body();

    String stream();

    long sequence();

    /** Unlike any other message's for as long as streams are made: also of one made anew. */
    String identity();

    /** How many more wait behind it. */
    long pending();

    /** Keeps the stream from giving it out again for the time being. */
    void working() throws IOException;

    /** Says that it needs no more attention; returns when the stream has taken note. */
    void done() throws IOException;

    /** Gives it up for ever. */
    void drop() throws IOException;

    /** Where deliveries come from, one at a time. */
    interface Feed {
        /**
         * Sees that what is published from now on will come, at once when that is known.
         *
         * @throws IOException when the stream cannot be asked at the moment
         */
        void open() throws IOException;

        /**
         * Waits some seconds for the next.
         *
         * @throws IOException when the stream cannot be asked at the moment
         */
        @Nullable Delivery next() throws IOException, InterruptedException;
    }
}
