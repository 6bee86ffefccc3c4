package io.millrace.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.store.StoreException;
import org.junit.jupiter.api.Test;

/** A stream does not keep who asked a service to store a message; recorded from nats-server. */
class RequestInfoTest {
    @Test
    void isNotStoredAndTheOtherHeadersAre() throws StoreException {
        EngineRig rig = new EngineRig();
        rig.stream("S", "s.>", "\"max_msgs\":10");
        rig.say("s.a", "body", "Nats-Request-Info: {\"acc\":\"B\"}", "A: b");
        rig.say("s.a", "body", "Nats-Request-Info: {\"acc\":\"B\"}");
        assertThat(rig.stored("S", 1)).isEqualTo("s.a NATS/1.0|A: b|| body");
        assertThat(rig.stored("S", 2)).isEqualTo("s.a  body");
    }
}
