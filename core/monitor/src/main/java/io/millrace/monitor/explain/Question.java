package io.millrace.monitor.explain;

import io.millrace.protocol.JsonPage;

/** One kind of question. Loop only. */
interface Question {
    /**
     * Writes the members of the answer: "summary", a sentence for a person, is among them.
     *
     * @throws UnclearQuestion when there is no answer
     */
    void answer(Asked asked, JsonPage page) throws UnclearQuestion;
}
