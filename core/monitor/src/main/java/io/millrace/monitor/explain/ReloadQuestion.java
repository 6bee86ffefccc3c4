package io.millrace.monitor.explain;

import io.millrace.config.Reload;
import io.millrace.protocol.JsonPage;
import java.util.Locale;

/** What would a reload of the configuration change? Loop only. */
final class ReloadQuestion {
    private ReloadQuestion() {}

    static void write(Reload preview, JsonPage page) {
        switch (preview) {
            case Reload.Refused(String why) ->
                    page.flag("accepted", false)
                            .text(
                                    "summary",
                                    "A reload would be refused, and the running configuration"
                                            + " stay in force: "
                                            + why.strip())
                            .array("changes")
                            .endArray();
            case Reload.Accepted accepted -> {
                page.flag("accepted", true).text("summary", summary(accepted)).array("changes");
                for (Reload.Change change : accepted.changes()) {
                    page.object(null)
                            .text("subject", change.subject().name().toLowerCase(Locale.ROOT))
                            .text("text", change.logText())
                            .endObject();
                }
                page.endArray();
            }
        }
    }

    /** Users and accounts are always looked at anew, changed or not. */
    private static String summary(Reload.Accepted accepted) {
        long changed =
                accepted.changes().stream()
                        .filter(
                                change ->
                                        change.subject() != Reload.Subject.USERS
                                                && change.subject() != Reload.Subject.ACCOUNTS)
                        .count();
        return changed == 0
                ? "A reload would look at users and accounts anew, and change nothing else."
                : "A reload would be accepted and change "
                        + changed
                        + (changed == 1 ? " setting" : " settings")
                        + ", beside looking at users and accounts anew.";
    }
}
