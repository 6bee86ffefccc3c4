/** What all benchmarks share. */
@NullMarked
package io.millrace.micro;

import org.jspecify.annotations.NullMarked;
