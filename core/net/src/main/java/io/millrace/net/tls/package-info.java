/** TLS over any transport: the server's side. */
package io.millrace.net.tls;
