/**
 * The store: journal, segments, index, group commit, recovery. Knows bytes and subjects, not
 * policy.
 */
package io.millrace.store;
