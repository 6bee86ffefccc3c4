package io.millrace.bench;

/**
 * A user with lists of permissions as long as those of a real installation, beside one without.
 * What the load publishes is matched by one of the last entries of the allowed.
 */
final class Permissions {
    static final String USER = "listed";
    static final String SUBJECT = "svc.orders.";

    static final String CONFIG =
            """
            no_auth_user: open
            authorization {
              users: [
                { user: open, password: open }
                { user: listed, password: listed, permissions: {
                  publish: {
                    allow: [
                      "audit.>", "metrics.*.cpu", "metrics.*.memory", "metrics.*.disk", "log.*.info",
                      "log.*.warn", "log.*.error", "svc.users.get", "svc.users.list", "svc.users.*.set",
                      "svc.billing.>", "svc.mail.send", "events.created.*", "events.changed.*",
                      "events.removed.*", "_INBOX.>", "$JS.API.INFO", "$JS.API.STREAM.INFO.ORDERS",
                      "$JS.API.CONSUMER.MSG.NEXT.ORDERS.>", "$JS.ACK.ORDERS.>", "svc.stock.>",
                      "svc.orders.>", "svc.returns.>", "svc.reports.*.daily"
                    ]
                    deny: [
                      "svc.orders.admin.>", "svc.billing.refund", "svc.billing.*.delete", "log.audit.>",
                      "metrics.secret.>", "events.removed.account", "$SYS.>", "svc.*.internal.>"
                    ]
                  }
                  subscribe: {
                    allow: [
                      "_INBOX.>", "svc.orders.>", "svc.stock.>", "svc.returns.>", "events.created.*",
                      "events.changed.*", "events.removed.*", "metrics.>", "log.*.error", "audit.own.>"
                    ]
                    deny: [ "svc.orders.admin.>", "metrics.secret.>", "svc.*.internal.>", "$SYS.>" ]
                  }
                } }
              ]
            }
            """;

    private Permissions() {}
}
