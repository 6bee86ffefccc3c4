package io.millrace.net.tls;

import io.millrace.net.NetLoop;
import io.millrace.net.NioLoop;
import io.millrace.net.Transport;
import io.millrace.net.TransportHandler;
import io.millrace.runtime.Clock;
import io.millrace.runtime.Log;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Sends back what it receives over TLS; says what became of each handshake. */
final class EchoServer implements AutoCloseable {
    private final NioLoop loop = new NioLoop("echo", Clock.system(), Log.none());
    private final NetLoop.Listener listener;
    private final TlsContext context;

    /** "secured", or the reason why not. */
    private final BlockingQueue<String> outcomes = new LinkedBlockingQueue<>();

    private final BlockingQueue<TlsTransport> secured = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();

    EchoServer(TlsSettings settings) throws IOException {
        context = TlsContext.load(settings);
        loop.start();
        listener = loop.listen("127.0.0.1", 0, transport -> new Echo(transport).below());
    }

    int port() {
        return listener.port();
    }

    String outcome() throws InterruptedException {
        return String.valueOf(outcomes.poll(20, TimeUnit.SECONDS));
    }

    TlsTransport secured() throws InterruptedException {
        TlsTransport next = secured.poll(20, TimeUnit.SECONDS);
        if (next == null) {
            throw new IllegalStateException("nothing secured, outcomes " + outcomes);
        }
        return next;
    }

    /** "ended", or what broke a stream that was secured before. */
    String end() throws InterruptedException {
        return String.valueOf(ends.poll(20, TimeUnit.SECONDS));
    }

    @Override
    public void close() {
        listener.close();
        loop.close();
    }

    private final class Echo implements TlsHandler {
        private final TlsTransport tls;
        private byte[] unsent = {};

        Echo(Transport transport) {
            tls = TlsTransport.over(transport, loop, this, context, new byte[0]);
        }

        TransportHandler below() {
            return tls;
        }

        @Override
        public void secured() {
            outcomes.add("secured");
            secured.add(tls);
        }

        @Override
        public void handshakeFailed(String reason) {
            outcomes.add(reason);
        }

        @Override
        public void readable() {
            try {
                byte[] into = loop.receiveBuffer();
                int count = tls.receive(into, 0, into.length);
                if (count < 0) {
                    ends.add("ended");
                    tls.close();
                    return;
                }
                unsent = Arrays.copyOf(into, count);
                send();
            } catch (IOException broken) {
                ends.add(String.valueOf(broken.getMessage()));
                tls.close();
            }
        }

        @Override
        public void writable() {
            try {
                send();
            } catch (IOException broken) {
                ends.add(String.valueOf(broken.getMessage()));
                tls.close();
            }
        }

        private void send() throws IOException {
            int sent = tls.send(unsent, 0, unsent.length);
            unsent = Arrays.copyOfRange(unsent, sent, unsent.length);
            tls.armWriting(unsent.length > 0);
            tls.armReading(unsent.length == 0);
        }
    }
}
