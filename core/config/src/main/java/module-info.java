import org.jspecify.annotations.NullMarked;

@NullMarked
module io.millrace.config {
    requires static transitive org.jspecify;
    requires transitive io.millrace.runtime;
    requires transitive io.millrace.protocol;

    exports io.millrace.config;
}
