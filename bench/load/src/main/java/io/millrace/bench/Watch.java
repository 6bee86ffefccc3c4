package io.millrace.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;

/**
 * Somebody who looks at a server as long as it is open: a scrape each second, and what the overview
 * of a dashboard asks for. A server without metrics is asked for the pages that the customary
 * exporter reads of it. Two threads.
 */
final class Watch implements AutoCloseable {
    private static final double SCRAPE_SECONDS = 1;
    private static final double DASHBOARD_SECONDS = 2;
    private static final int LOOKS_AT_ALL = 3;
    private static final int PATIENCE_MILLIS = 5_000;
    private static final List<String> EXPORTED =
            List.of(
                    "/varz",
                    "/connz",
                    "/subsz",
                    "/routez",
                    "/accstatz",
                    "/healthz",
                    "/jsz?accounts=true&streams=true&consumers=true&config=true");

    /** What waits for the next look, so that closing ends it. */
    private final Object ending = new Object();

    private final int port;
    private final List<Thread> watchers;
    private boolean closed;

    private Watch(Trial trial) {
        port = trial.monitorPort();
        watchers =
                List.of(
                        trial.spawn("scraper", () -> again(SCRAPE_SECONDS, _ -> scrape())),
                        trial.spawn("dashboard", () -> again(DASHBOARD_SECONDS, this::overview)));
    }

    static Watch open(Trial trial) {
        return new Watch(trial);
    }

    private interface Look {
        /**
         * @param number of this look, from 0 on
         */
        void at(int number) throws IOException;
    }

    private void again(double everySeconds, Look look) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        for (int number = 0; ; number++) {
            look.at(number);
            long due = begun + (long) ((number + 1) * everySeconds * 1e9);
            synchronized (ending) {
                while (!closed && System.nanoTime() < due) {
                    ending.wait(Math.max(1, (due - System.nanoTime()) / 1_000_000));
                }
                if (closed) {
                    return;
                }
            }
        }
    }

    private void scrape() throws IOException {
        if (ask("/metrics") == HttpURLConnection.HTTP_NOT_FOUND) {
            for (String page : EXPORTED) {
                ask(page);
            }
        }
    }

    private void overview(int number) throws IOException {
        ask("/varz");
        if (number % LOOKS_AT_ALL == 0) {
            ask("/jsz");
            ask("/healthz");
        }
    }

    /** Returns the status; connections are kept. */
    private int ask(String page) throws IOException {
        HttpURLConnection asked =
                (HttpURLConnection)
                        URI.create("http://127.0.0.1:" + port + page).toURL().openConnection();
        asked.setReadTimeout(PATIENCE_MILLIS);
        asked.setConnectTimeout(PATIENCE_MILLIS);
        asked.setRequestProperty("Accept-Encoding", "gzip");
        int status = asked.getResponseCode();
        try (InputStream body =
                status < HttpURLConnection.HTTP_BAD_REQUEST
                        ? asked.getInputStream()
                        : asked.getErrorStream()) {
            if (body != null) {
                body.skip(Long.MAX_VALUE);
            }
        }
        return status;
    }

    @Override
    public void close() throws IOException {
        synchronized (ending) {
            closed = true;
            ending.notifyAll();
        }
        for (Thread watcher : watchers) {
            try {
                watcher.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
    }
}
