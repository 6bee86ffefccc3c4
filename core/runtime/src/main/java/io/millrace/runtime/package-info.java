/** The only doors to time, threads, files and chance. */
package io.millrace.runtime;
