/** Bytes to records and back: client verbs, headers, subjects, JSON shapes. */
package io.millrace.protocol;
