/** What every bridge stands on: settings, secrets, NATS, metrics, the frame of a program. */
package io.millrace.bridges.common;
