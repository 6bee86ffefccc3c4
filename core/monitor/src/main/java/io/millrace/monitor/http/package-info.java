/** What goes over HTTP, whoever made it. */
@NullMarked
package io.millrace.monitor.http;

import org.jspecify.annotations.NullMarked;
