import org.jspecify.annotations.NullMarked;

@NullMarked
module io.millrace.server {
    requires static transitive org.jspecify;
    requires io.millrace.jetstream;
    requires io.millrace.monitor;
    requires jdk.management;
    requires jdk.unsupported;

    exports io.millrace.server;
}
