/** Two servers beside each other under load: what {@code bin/millrace-bench} runs. */
package io.millrace.bench;
