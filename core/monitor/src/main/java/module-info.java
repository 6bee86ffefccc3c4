import org.jspecify.annotations.NullMarked;

@NullMarked
module io.millrace.monitor {
    requires static transitive org.jspecify;
    requires transitive io.millrace.broker;
    requires transitive io.millrace.jetstream;
    requires java.management;
    requires jdk.httpserver;
    requires jdk.management;

    exports io.millrace.monitor;
    exports io.millrace.monitor.explain;
}
