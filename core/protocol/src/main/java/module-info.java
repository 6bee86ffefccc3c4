import org.jspecify.annotations.NullMarked;

@NullMarked
module io.millrace.protocol {
    requires static transitive org.jspecify;
    requires transitive io.millrace.runtime;
    requires tools.jackson.core;

    exports io.millrace.protocol;
}
