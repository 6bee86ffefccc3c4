import org.jspecify.annotations.NullMarked;

@NullMarked
module io.millrace.bridges.common {
    requires static transitive org.jspecify;
    requires transitive io.millrace.protocol;
    requires transitive io.millrace.runtime;
    requires io.nats.jnats;
    requires jdk.httpserver;

    exports io.millrace.bridges.common;
}
