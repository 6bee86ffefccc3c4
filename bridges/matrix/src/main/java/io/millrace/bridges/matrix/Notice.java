package io.millrace.bridges.matrix;

import io.millrace.protocol.JsonPage;

/**
 * What a program says in a room.
 *
 * @param html the same in HTML; "" for none
 * @param replyTo the event that it answers; "" for none
 */
record Notice(String text, String html, String replyTo) {

    /** The content of a Matrix event, which pings nobody. */
    String content() {
        JsonPage page = JsonPage.compact().object(null);
        page.text("msgtype", "m.notice").text("body", text);
        if (!html.isEmpty()) {
            page.text("format", "org.matrix.custom.html").text("formatted_body", html);
        }
        if (!replyTo.isEmpty()) {
            page.object("m.relates_to").object("m.in_reply_to").text("event_id", replyTo);
            page.endObject().endObject();
        }
        return page.object("m.mentions").endObject().endObject().toString();
    }
}
