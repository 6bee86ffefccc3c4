/**
 * What one connection, subscription, stream, consumer, subject or message costs a server in memory:
 * a table made from outside, for any server that takes nats-server's flags.
 */
@NullMarked
package io.millrace.micro.memory;

import org.jspecify.annotations.NullMarked;
