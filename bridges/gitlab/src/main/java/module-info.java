import org.jspecify.annotations.NullMarked;

@NullMarked
module io.millrace.bridges.gitlab {
    requires static transitive org.jspecify;
    requires io.millrace.bridges.common;
    requires io.nats.jnats;
    requires jdk.httpserver;
}
