/** The program: wires everything, signals, reload, logs and files. */
package io.millrace.server;
