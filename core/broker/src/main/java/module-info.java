import org.jspecify.annotations.NullMarked;

@NullMarked
module io.millrace.broker {
    requires static transitive org.jspecify;
    requires transitive io.millrace.auth;
    requires transitive io.millrace.net;

    exports io.millrace.broker;
}
