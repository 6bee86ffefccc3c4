/**
 * Benchmarks of subjects to subscribers. They stand in the package of what they measure, most of
 * which is package-private: this code runs on the class path, where a package may come from several
 * places.
 */
@NullMarked
package io.millrace.broker;

import org.jspecify.annotations.NullMarked;
