package io.millrace.jetstream;

import io.millrace.broker.SystemEvents;
import io.millrace.jetstream.api.ApiError;
import io.millrace.jetstream.api.ApiException;
import io.millrace.protocol.JsonPage;
import io.millrace.store.StoreException;

/** Sends the answers of the API, and tells of each in an advisory. Loop only. */
final class ApiAnswers {
    private final JetStreamAccount account;

    ApiAnswers(JetStreamAccount account) {
        this.account = account;
    }

    /** Sends an answer now: it says nothing that has yet to be written. */
    void send(ApiRequest request, JsonPage page) {
        String text = page.endObject().toString();
        if (request.reply() != null) {
            account.send(request.reply(), text);
        }
        audit(request, text);
    }

    /** Sends an answer when everything up to {@code number} is on disk. */
    void sendAfter(long number, ApiRequest request, JsonPage page) {
        account.engine()
                .commits()
                .after(
                        number,
                        () -> send(request, page),
                        failed -> error(request, account.engine().answerFor(failed)));
    }

    /** What may be refused, or fail. */
    interface Answering {
        void run() throws ApiException, StoreException;
    }

    /** Answers, or says why not. */
    void of(ApiRequest request, Answering answering) {
        try {
            answering.run();
        } catch (ApiException refused) {
            error(request, refused);
        } catch (StoreException failed) {
            failed(request, failed);
        } catch (RuntimeException mistake) {
            account.engine()
                    .log()
                    .error("JetStream: a mistake of ours in " + request.subject() + ": " + mistake);
            error(request, ApiError.STREAM_GENERAL_ERROR_F.because(String.valueOf(mistake)));
        }
    }

    void failed(ApiRequest request, StoreException failed) {
        account.engine()
                .log()
                .error("JetStream: " + request.subject() + ": " + failed.getMessage());
        error(request, account.engine().answerFor(failed));
    }

    void error(ApiRequest request, ApiException why) {
        account.failed();
        JsonPage page = Api.begin(request.call());
        error(page, why);
        request.call().errorTail(page);
        send(request, page);
    }

    /** The {@code error} block. */
    static void error(JsonPage page, ApiException why) {
        page.object("error")
                .number("code", why.error().code())
                .number("err_code", why.error().errorCode())
                .text("description", why.description())
                .endObject();
    }

    private void audit(ApiRequest request, String response) {
        account.advisories()
                .send(
                        "API",
                        "api_audit",
                        page -> {
                            page.text("server", account.engine().server().identity().name());
                            SystemEvents events = account.engine().server().events();
                            if (request.sender() != null) {
                                events.clientOfApi(page, request.sender());
                            }
                            page.text("subject", request.subject())
                                    .textUnlessEmpty("request", request.bodyText())
                                    .text("response", response);
                        });
    }
}
