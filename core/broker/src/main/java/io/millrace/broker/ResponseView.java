package io.millrace.broker;

/**
 * An answer that another account awaits, as seen at one instant. Immutable.
 *
 * @param subject where the service sends it
 * @param to where it goes in the account of the requester
 */
public record ResponseView(String subject, String to, String account, boolean isShared) {}
