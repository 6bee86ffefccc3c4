package io.millrace.protocol;

/**
 * The slices of one PUB or HPUB inside the buffer it was read into. One per loop, filled anew for
 * every message: whoever wants to keep something copies it. Owned by the loop.
 */
/* What follows the subject in a PUB is byte for byte what follows "subject sid " in the MSG:
 *
 *     PUB  foo      back 5␍␊hello␍␊          HPUB foo      back 12 17␍␊NATS/1.0␍␊␍␊hello␍␊
 *     MSG  foo sid  back 5␍␊hello␍␊          HMSG foo sid  back 12 17␍␊NATS/1.0␍␊␍␊hello␍␊
 *                   └── tail ──────┘                        └── tail ─────────────────────┘
 *
 * so a delivery copies the tail and formats no number. That holds when the client wrote single
 * blanks, plain digits and CRLF (every client library does); otherwise `tailCanonical` is false and
 * the tail has to be built. */
public final class Publication {
    public byte[] buffer = new byte[0];

    /** Where the subject is: {@link #buffer}, unless a mapping has replaced it. */
    public byte[] subjectBuffer = buffer;

    public int subjectOffset;
    public int subjectLength;
    public int replyOffset;

    /** 0 when there is no reply subject. */
    public int replyLength;

    /** 0 for a PUB; else the bytes of the header block, its empty line included. */
    public int headerLength;

    public boolean hasHeaders;

    /** Header block and body, without the closing CRLF. */
    public int messageOffset;

    public int messageLength;

    public int tailOffset;

    /** Up to and including the closing CRLF. */
    public int tailLength;

    public boolean tailCanonical;

    /** Body alone, without the header block. */
    public int bodyLength() {
        return messageLength - headerLength;
    }

    public int bodyOffset() {
        return messageOffset + headerLength;
    }
}
