package io.millrace.broker;

import io.millrace.protocol.SubjectAlias;

/**
 * What an account takes in of another one's messages. Immutable.
 *
 * @param allowTrace whether a traced message may be followed
 */
record StreamImport(Account importer, Account exporter, SubjectAlias alias, boolean allowTrace) {}
