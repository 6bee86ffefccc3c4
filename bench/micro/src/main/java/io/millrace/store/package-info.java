/**
 * Benchmarks of appends, syncs and subjects. They stand in the package of what they measure, most
 * of which is package-private: this code runs on the class path, where a package may come from
 * several places.
 */
@NullMarked
package io.millrace.store;

import org.jspecify.annotations.NullMarked;
