package io.millrace.bridges.gitlab;

import java.util.List;

/** Somebody who calls us. Any thread. */
interface Source {
    /** The word after {@code /hooks/}. */
    String name();

    /** The name of the stream that it writes to. */
    String stream();

    /** Refuses a stranger by the headers, before the body is read. */
    void admit(Call.Headers headers) throws Refused;

    /** What a call announces; none when it is of no interest. */
    List<Announcement> read(Call call) throws Refused;
}
