import org.jspecify.annotations.NullMarked;

@NullMarked
module io.millrace.jetstream {
    requires static transitive org.jspecify;
    requires transitive io.millrace.broker;
    requires transitive io.millrace.store;

    exports io.millrace.jetstream;
    exports io.millrace.jetstream.api;
}
