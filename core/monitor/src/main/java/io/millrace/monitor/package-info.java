/** Monitoring over HTTP: views over snapshots. */
package io.millrace.monitor;
