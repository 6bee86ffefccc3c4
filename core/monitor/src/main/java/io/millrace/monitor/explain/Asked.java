package io.millrace.monitor.explain;

import io.millrace.broker.Account;
import io.millrace.broker.ConnectionInfo;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One question as it came. Immutable.
 *
 * @param rest the tokens behind the name of the question
 * @param fields of the JSON that came with it; empty without one
 * @param within the account that is asked from, and about which alone it may be answered; null for
 *     the system account, from which everything may be asked
 * @param sender null for a part of the server
 */
record Asked(
        List<String> rest,
        Map<String, String> fields,
        @Nullable Account within,
        @Nullable ConnectionInfo sender) {

    /** A field; else the tokens from {@code index} on, if there are any. */
    String text(String field, int index) throws UnclearQuestion {
        String said = fields.get(field);
        if (said != null && !said.isEmpty()) {
            return said;
        }
        if (index < rest.size()) {
            return String.join(".", rest.subList(index, rest.size()));
        }
        throw UnclearQuestion.lacks(field);
    }

    /** The same for what is but one token. */
    String name(String field, int index) throws UnclearQuestion {
        String said = fields.get(field);
        if (said != null && !said.isEmpty()) {
            return said;
        }
        if (index < rest.size()) {
            return rest.get(index);
        }
        throw UnclearQuestion.lacks(field);
    }

    /** Null when it is not said. */
    @Nullable String optional(String field) {
        String said = fields.get(field);
        return said == null || said.isEmpty() ? null : said;
    }
}
