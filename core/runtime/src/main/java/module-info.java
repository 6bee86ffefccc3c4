import org.jspecify.annotations.NullMarked;

@NullMarked
module io.millrace.runtime {
    requires static transitive org.jspecify;
    requires org.jctools.core.jdk11;

    exports io.millrace.runtime;
}
