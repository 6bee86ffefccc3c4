/**
 * The archive of a stream: what STREAM.SNAPSHOT sends and STREAM.RESTORE takes. Bytes in, bytes
 * out; knows neither streams nor sockets. The format is described in docs/snapshot-format.md.
 */
package io.millrace.jetstream.snapshot;
