package io.millrace.monitor;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * How many may look at once: requests, pages that are being made, and bytes of pages that wait for
 * their readers are all bounded. Any thread, which may have to wait.
 */
final class Spectators {
    private static final int REQUESTS = 1000;
    private static final int PAGES_AT_ONCE = 2;
    private static final int UNIT_BYTES = 1024;
    private static final int SHARE_OF_HEAP = 8;
    private static final long PATIENCE_SECONDS = 10;

    private final Semaphore requests = new Semaphore(REQUESTS);
    private final Semaphore making = new Semaphore(PAGES_AT_ONCE, true);
    private final int units;
    private final Semaphore unread;

    Spectators() {
        long share = Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP;
        units = (int) Math.max(1, Math.min(Integer.MAX_VALUE, share / UNIT_BYTES));
        unread = new Semaphore(units, true);
    }

    /**
     * An answer that is ready to be sent. Immutable.
     *
     * @param bytes how much waits until its reader has it
     */
    record Made(int bytes, Sending sending) {
        void send(HttpExchange exchange) throws IOException {
            sending.send(exchange);
        }
    }

    /** How an answer is sent. */
    interface Sending {
        void send(HttpExchange exchange) throws IOException;
    }

    /** Brings an answer to its reader. */
    interface Delivery {
        void deliver(Made made) throws IOException;
    }

    /** Makes an answer when it is its turn and delivers it; or says that there are too many. */
    void serve(Supplier<Made> maker, Delivery delivery) throws IOException {
        if (!requests.tryAcquire()) {
            delivery.deliver(Monitor.made(Page.plain(503, "too many requests at once\n")));
            return;
        }
        try {
            serveInTurn(maker, delivery);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        } finally {
            requests.release();
        }
    }

    private void serveInTurn(Supplier<Made> maker, Delivery delivery)
            throws IOException, InterruptedException {
        Made made;
        int reserved;
        making.acquire();
        try {
            made = maker.get();
            reserved = Math.min(units, 1 + made.bytes() / UNIT_BYTES);
            if (!unread.tryAcquire(reserved, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                reserved = 0;
                made = Monitor.made(Page.plain(503, "too many pages wait for their readers\n"));
            }
        } finally {
            making.release();
        }
        try {
            delivery.deliver(made);
        } finally {
            unread.release(reserved);
        }
    }
}
