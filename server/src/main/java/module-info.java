import org.jspecify.annotations.NullMarked;

@NullMarked
module io.millrace.server {
    requires static transitive org.jspecify;
    requires io.millrace.broker;

    exports io.millrace.server;
}
