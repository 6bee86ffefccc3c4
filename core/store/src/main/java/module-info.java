import org.jspecify.annotations.NullMarked;

@NullMarked
module io.millrace.store {
    requires static transitive org.jspecify;
    requires transitive io.millrace.runtime;
    requires io.millrace.protocol;

    exports io.millrace.store;
}
