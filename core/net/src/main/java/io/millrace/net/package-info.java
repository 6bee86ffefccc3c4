/** Bytes in and out: I/O loops and the connections below the protocol. */
package io.millrace.net;
