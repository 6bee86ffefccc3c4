import org.jspecify.annotations.NullMarked;

@NullMarked
module io.millrace.bench {
    requires static transitive org.jspecify;
    requires HdrHistogram;

    exports io.millrace.bench;
}
