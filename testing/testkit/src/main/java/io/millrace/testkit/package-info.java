/** Doubles of the outside world for tests: repeatable from a seed, and as unkind as it is. */
package io.millrace.testkit;
