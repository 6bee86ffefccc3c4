/** What Prometheus reads: figures of everything, under the names that its users know. */
package io.millrace.monitor.metrics;
