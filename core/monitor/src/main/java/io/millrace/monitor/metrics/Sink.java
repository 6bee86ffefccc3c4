package io.millrace.monitor.metrics;

/** Where an answer goes piece by piece; can be used again. One owner at a time. */
interface Sink {
    /** Another answer begins; what was there of the last one is forgotten. */
    void begin();

    /** Takes the first bytes of these, which are the caller's again afterwards. */
    void write(byte[] bytes, int length);

    /** Nothing follows: the whole answer, or no bytes when it has become too large. */
    byte[] end();
}
