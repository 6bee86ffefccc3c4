package io.millrace.config;

/**
 * What an account takes from another. Immutable.
 *
 * @param isService whether requests go there; else messages come from there
 * @param subject its name over there
 * @param to its name here, with "*" or "$1" for each wildcard; "" for the same name
 * @param prefix what its name here begins with; "" for nothing
 * @param share whether the service may know who asks
 * @param allowTrace whether a traced message may be followed into this account
 */
public record ImportOptions(
        boolean isService,
        String account,
        String subject,
        String to,
        String prefix,
        boolean share,
        boolean allowTrace) {

    /** Its name here, as it is written. */
    public String local() {
        if (!to.isEmpty()) {
            return to;
        }
        return prefix.isEmpty() ? subject : prefix + "." + subject;
    }
}
