import org.jspecify.annotations.NullMarked;

@NullMarked
module io.millrace.net {
    requires static transitive org.jspecify;
    requires transitive io.millrace.runtime;
    requires org.jctools.core.jdk11;

    exports io.millrace.net;
    exports io.millrace.net.tls;
}
