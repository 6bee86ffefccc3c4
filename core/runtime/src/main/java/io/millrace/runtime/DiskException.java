package io.millrace.runtime;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A call on a {@link Disk} that did not succeed; its code says what a store can do about it. */
public final class DiskException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What kind of failure it is, as far as a store acts differently. */
    public enum Code {
        /** No room, or the quota is used up; may pass by itself. */
        NO_SPACE,
        /** The device failed; what a failed sync covered must not be trusted. */
        IO,
        /** The file system or the permissions do not let us write. */
        READ_ONLY,
        /** No such file or directory. */
        NOT_FOUND,
        /** The file is already there. */
        EXISTS,
        /** Another process, or this one, holds the lock. */
        LOCKED
    }

    private final Code code;

    public DiskException(Code code, Path path, String reason, @Nullable Throwable cause) {
        super(path + ": " + reason, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
