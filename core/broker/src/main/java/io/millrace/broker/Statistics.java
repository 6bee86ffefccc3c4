package io.millrace.broker;

/** What the server counts beside traffic. Written by the loop; readers see a recent value. */
public final class Statistics {
    long connectionsTotal;
    long slowConsumers;
    long staleConnections;
    long stalledClients;
    long refusedLogins;

    public long connectionsTotal() {
        return connectionsTotal;
    }

    public long slowConsumers() {
        return slowConsumers;
    }

    public long staleConnections() {
        return staleConnections;
    }

    public long stalledClients() {
        return stalledClients;
    }

    /** Connections that were refused for what they said at login. */
    public long refusedLogins() {
        return refusedLogins;
    }
}
