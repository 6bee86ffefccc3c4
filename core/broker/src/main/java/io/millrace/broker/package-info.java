/** Listeners, connections, interest, routing, lame duck and the system account. */
package io.millrace.broker;
