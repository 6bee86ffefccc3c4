/**
 * Configuration files, command-line flags and the table of keys.
 *
 * <p>What every start runs through asks {@code instanceof} where a pattern switch would read
 * better: each such switch is linked at run time, which no cache holds, at a cost of milliseconds
 * and memory that stays.
 */
package io.millrace.config;
