/** End-to-end tests: clients of all kinds against a server process over real sockets. */
package io.millrace.e2e;
