package io.millrace.bridges.matrix;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the bridge asks of a Matrix server. Any thread; every call blocks. */
interface Homeserver {
    /** Finds the room behind an alias or id, joins it, and gives its id. */
    Outcome enter(String room) throws InterruptedException;

    /**
     * Says something in a room.
     *
     * @param transaction the same for every repetition: the server sends it once
     */
    Outcome send(String roomId, String transaction, Notice notice) throws InterruptedException;

    /** Our own user. */
    Outcome whoAmI() throws InterruptedException;

    /**
     * What is new in the rooms.
     *
     * @param since where the last answer ended; null for the present
     * @param wait how long the server may wait for something new
     */
    Answer sync(String filter, @Nullable String since, Duration wait)
            throws IOException, InterruptedException;
}
