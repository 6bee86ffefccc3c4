package io.millrace.bridges.common;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is wrong at the moment, by the part that it is wrong with. A part that has not begun yet is
 * one that something is wrong with: who is told that all is well may count on all of it. Any
 * thread.
 */
public final class Health {
    private final ConcurrentHashMap<String, String> troubles = new ConcurrentHashMap<>();

    /** Says that {@code part} is in trouble; true when that is news. */
    public boolean trouble(String part, String what) {
        return !what.equals(troubles.put(part, what));
    }

    /** Says that {@code part} works; true when that is news. */
    public boolean well(String part) {
        return troubles.remove(part) != null;
    }

    public boolean isWell() {
        return troubles.isEmpty();
    }

    public Map<String, String> troubles() {
        return new TreeMap<>(troubles);
    }
}
