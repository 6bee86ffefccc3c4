package io.millrace.micro.memory;

import io.millrace.bench.Certificate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The client process of a {@link Crowd}: opens connections, then only answers PINGs. */
final class CrowdMember {
    private static final int BUFFER_BYTES = 128;

    private CrowdMember() {}

    /** Arguments: port, last part of the source address, whether TLS is spoken. */
    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(arguments[0]);
        int source = Integer.parseInt(arguments[1]);
        @Nullable SSLContext tls =
                Boolean.parseBoolean(arguments[2]) ? Certificate.trusting() : null;
        List<Peer> peers = new ArrayList<>();
        BufferedReader orders =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            int count = Integer.parseInt(order);
            for (int i = 0; i < count; i++) {
                peers.add(Peer.connect(port, source, BUFFER_BYTES, tls));
            }
            System.out.println("opened " + count);
        }
        System.out.println("closing " + peers.size());
    }
}
