/** Streams and consumers at work: what happens when a message is published, kept and delivered. */
package io.millrace.jetstream;
