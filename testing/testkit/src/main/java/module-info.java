import org.jspecify.annotations.NullMarked;

@NullMarked
module io.millrace.testkit {
    requires static transitive org.jspecify;
    requires transitive io.millrace.net;
    requires transitive io.millrace.runtime;

    exports io.millrace.testkit;
}
