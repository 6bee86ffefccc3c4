/**
 * WebSocket (RFC 6455) below the client protocol: the upgrade, and frames as one more transport.
 */
package io.millrace.net.ws;
