package io.millrace.jetstream.api;

/** What a stream may be called. Stateless. */
final class StreamNameRules {
    private static final int LENGTH_MAX = 255;

    private StreamNameRules() {}

    /** A name becomes that of a directory. */
    static void checkPath(String name) throws ApiException {
        if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0) {
            throw ApiError.STREAM_NAME_CONTAINS_PATH_SEPARATORS.asException();
        }
    }

    static void check(String name) throws ApiException {
        if (!isValid(name)) {
            throw StreamRules.invalid(
                    "stream name is required and can not contain '.', '*', '>', '\\', '/'");
        }
        if (StreamTextRules.bytes(name) > LENGTH_MAX) {
            throw StreamRules.invalid("stream name is too long, maximum allowed is " + LENGTH_MAX);
        }
    }

    static boolean isValid(String name) {
        return !name.isEmpty()
                && name.chars().noneMatch(c -> ".*>\\/".indexOf(c) >= 0 || c <= ' ' || c == 0x7f);
    }
}
