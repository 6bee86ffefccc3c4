import org.jspecify.annotations.NullMarked;

@NullMarked
module io.millrace.bridges.matrix {
    requires static transitive org.jspecify;
    requires io.millrace.bridges.common;
    requires io.nats.jnats;
    requires java.net.http;
}
