package io.millrace.config;

/**
 * Where something stands in a configuration file. Immutable.
 *
 * @param column bytes; counted from 0 on the first line and from 1 on later ones, as nats-server
 *     reports it
 */
record Position(String file, int line, int column) {
    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
