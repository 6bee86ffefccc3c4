package io.millrace.jetstream.api;

/** A request that ends in an error of the API. Carries no stack: it is an answer, not a mistake. */
public final class ApiException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ApiError error;
    private final String description;

    ApiException(ApiError error, String description) {
        super(description, null, false, false);
        this.error = error;
        this.description = description;
    }

    public ApiError error() {
        return error;
    }

    /** The sentence for a person, everything filled in. */
    public String description() {
        return description;
    }
}
