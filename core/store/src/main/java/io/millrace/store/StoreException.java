package io.millrace.store;

import io.millrace.runtime.DiskException;
import org.jspecify.annotations.Nullable;

/** What the world outside did to the store; its code says what a caller can do about it. */
public final class StoreException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Kinds of trouble, as far as callers act differently. */
    public enum Code {
        /** The disk is full: new messages are refused, the rest goes on, it passes by itself. */
        NO_SPACE,
        /** The device failed. */
        IO,
        /** Nothing may be written there. */
        READ_ONLY,
        /** More waits for the disk than the bound allows; try again. */
        BUSY,
        /** Another server has this store open. */
        LOCKED,
        /** The directory holds something that is not ours. */
        FOREIGN,
        /** Written by a version that this one does not know. */
        NEWER,
        /** Damaged beyond what can be isolated. */
        DAMAGED,
        /** The store, or this part of it, was closed or removed. */
        CLOSED
    }

    private final Code code;

    public StoreException(Code code, String message, @Nullable Throwable cause) {
        // Refusals come in floods when a disk is full: they carry no stack.
        super(message, cause, false, cause != null);
        this.code = code;
    }

    public Code code() {
        return code;
    }

    static StoreException of(DiskException cause) {
        Code code =
                switch (cause.code()) {
                    case NO_SPACE -> Code.NO_SPACE;
                    case READ_ONLY -> Code.READ_ONLY;
                    case LOCKED -> Code.LOCKED;
                    case IO, NOT_FOUND, EXISTS -> Code.IO;
                };
        return new StoreException(code, String.valueOf(cause.getMessage()), cause);
    }
}
