package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class AdvertisedTest {
    @Test
    void withoutAWordClientsAreToldWhereWeListen() {
        assertThat(Advertised.of(null, "0.0.0.0", 4222)).isEqualTo(new Advertised("0.0.0.0", 4222));
        assertThat(Advertised.of("", "::1", 1)).isEqualTo(new Advertised("::1", 1));
    }

    @Test
    void aHostKeepsOurPortAndAPortReplacesIt() {
        assertThat(Advertised.of("example.com", "0.0.0.0", 4222))
                .isEqualTo(new Advertised("example.com", 4222));
        assertThat(Advertised.of("example.com:4333", "0.0.0.0", 4222))
                .isEqualTo(new Advertised("example.com", 4333));
    }

    @Test
    void bracketsAreNoPartOfAnAddress() {
        assertThat(Advertised.of("[2001:db8::1]", "0.0.0.0", 4222))
                .isEqualTo(new Advertised("2001:db8::1", 4222));
        assertThat(Advertised.of("[2001:db8::1]:4333", "0.0.0.0", 4222))
                .isEqualTo(new Advertised("2001:db8::1", 4333));
    }
}
