package io.millrace.jetstream.api;

/** What a stream may ask for but this server does not do yet. Stateless. */
final class UnsupportedFeatures {
    private UnsupportedFeatures() {}

    static void refuse(StreamConfig config) throws ApiException {
        refuse(config.mirror() != null, "mirror");
        refuse(!config.sources().isEmpty(), "sources");
    }

    private static void refuse(boolean asked, String feature) throws ApiException {
        if (asked) {
            throw StreamRules.invalid(feature + " is not supported yet");
        }
    }
}
