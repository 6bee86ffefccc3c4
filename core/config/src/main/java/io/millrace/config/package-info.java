/** Configuration files, command-line flags and the table of keys. */
package io.millrace.config;
