/**
 * Answers why something is as it is: each condition with its value, and a sentence for a person.
 */
@NullMarked
package io.millrace.monitor.explain;

import org.jspecify.annotations.NullMarked;
