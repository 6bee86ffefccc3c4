package io.millrace.bridges.gitlab;

import java.util.List;
import java.util.Map;

/**
 * Anybody else who can post JSON: the body as it is on {@code webhooks.<name>}. Any thread.
 *
 * @param idHeader names a delivery, so that a repetition is told
 */
record PlainSource(String name, String stream, HookToken token, String idHeader) implements Source {

    @Override
    public void admit(Call.Headers headers) throws Refused {
        token.check(headers);
    }

    @Override
    public List<Announcement> read(Call call) throws Refused {
        call.json();
        String key = call.header(idHeader);
        return List.of(
                new Announcement(
                        "webhooks." + name,
                        key.isEmpty() ? "" : name + "/" + key,
                        Map.of("Content-Type", "application/json"),
                        call.body()));
    }
}
