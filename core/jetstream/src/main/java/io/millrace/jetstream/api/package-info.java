/** What the JetStream API says: configurations, their rules, errors. Knows nothing of what runs. */
package io.millrace.jetstream.api;
