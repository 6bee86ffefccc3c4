package io.millrace.bridges.common;

import io.millrace.runtime.Clock;
import io.millrace.runtime.Log;

/** What a bridge is given by the program around it. */
public record Surroundings(Clock clock, Pauses pauses, Log log, Metrics metrics, Health health) {}
