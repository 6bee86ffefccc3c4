package io.millrace.broker;

import io.millrace.auth.SubjectSet;
import io.millrace.protocol.Subjects;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who wants to know that the interest in a subject may have changed. Owned by the loop. */
/* Subscriptions to inboxes are literal and found by one look-up; one with a wildcard is held against
 * every watched subject. Without watches nothing is done. */
final class InterestWatches {
    private final Map<String, Set<Runnable>> bySubject = new HashMap<>();

    void add(String subject, Runnable watch) {
        bySubject.computeIfAbsent(subject, s -> new LinkedHashSet<>()).add(watch);
    }

    void remove(String subject, Runnable watch) {
        Set<Runnable> watching = bySubject.get(subject);
        if (watching != null && watching.remove(watch) && watching.isEmpty()) {
            bySubject.remove(subject);
        }
    }

    /** A subscription has come or gone. */
    void changed(Subscription subscription) {
        if (bySubject.isEmpty()) {
            return;
        }
        byte[] b = subscription.subject;
        if (!Subjects.hasWildcard(b, 0, b.length)) {
            Set<Runnable> watching = bySubject.get(subscription.subject());
            if (watching != null) {
                List.copyOf(watching).forEach(Runnable::run);
            }
            return;
        }
        String pattern = subscription.subject();
        List<Runnable> concerned = new ArrayList<>();
        bySubject.forEach(
                (subject, watching) -> {
                    if (SubjectSet.isSubset(subject, pattern)) {
                        concerned.addAll(watching);
                    }
                });
        concerned.forEach(Runnable::run);
    }

    /** Interest in one subject has gone although no subscription has. */
    void gone(String subject) {
        Set<Runnable> watching = bySubject.get(subject);
        if (watching != null) {
            List.copyOf(watching).forEach(Runnable::run);
        }
    }
}
