import org.jspecify.annotations.NullMarked;

@NullMarked
module io.millrace.auth {
    requires static transitive org.jspecify;
    requires transitive io.millrace.config;
    requires transitive io.millrace.protocol;
    requires bcrypt;

    exports io.millrace.auth;
}
