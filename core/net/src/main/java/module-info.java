import org.jspecify.annotations.NullMarked;

@NullMarked
module io.millrace.net {
    requires static transitive org.jspecify;
    requires transitive io.millrace.runtime;
    requires org.java_websocket;
    requires org.jctools.core.jdk11;
    requires org.slf4j.nop; // nothing else keeps the codec from telling stderr that it cannot log

    exports io.millrace.net;
    exports io.millrace.net.tls;
    exports io.millrace.net.ws;
}
