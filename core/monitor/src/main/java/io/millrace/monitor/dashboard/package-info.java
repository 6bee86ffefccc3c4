/**
 * The dashboard: a page for people, made of files that need no build; it is a NATS client itself.
 */
@NullMarked
package io.millrace.monitor.dashboard;

import org.jspecify.annotations.NullMarked;
