package io.millrace.net;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The addresses of this machine. */
public final class HostAddresses {
    private HostAddresses() {}

    /** All addresses in text, loopback first, IPv4 before IPv6. */
    public static List<String> all() {
        List<String> loopback = new ArrayList<>();
        List<String> others = new ArrayList<>();
        try {
            for (NetworkInterface card :
                    Collections.list(NetworkInterface.getNetworkInterfaces())) {
                for (InetAddress address : Collections.list(card.getInetAddresses())) {
                    String text = address.getHostAddress();
                    int zone = text.indexOf('%');
                    (address.isLoopbackAddress() ? loopback : others)
                            .add(zone < 0 ? text : text.substring(0, zone));
                }
            }
        } catch (SocketException unknown) {
            return List.of("127.0.0.1");
        }
        loopback.sort((a, b) -> Boolean.compare(a.indexOf(':') >= 0, b.indexOf(':') >= 0));
        others.sort((a, b) -> Boolean.compare(a.indexOf(':') >= 0, b.indexOf(':') >= 0));
        loopback.addAll(others);
        return loopback;
    }
}
