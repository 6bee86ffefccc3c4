import org.jspecify.annotations.NullMarked;

@NullMarked
module io.millrace.net {
    requires static transitive org.jspecify;
    requires transitive io.millrace.runtime;
    requires tls.channel;

}
