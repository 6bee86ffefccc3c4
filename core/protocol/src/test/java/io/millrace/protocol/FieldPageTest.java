package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A page whose fields are told instead of written. */
final class FieldPageTest {
    private final List<String> heard = new ArrayList<>();

    private final JsonPage page =
            JsonPage.told(
                    new JsonPage.Fields() {
                        @Override
                        public void object(@Nullable String key) {
                            heard.add("{" + key);
                        }

                        @Override
                        public void endObject() {
                            heard.add("}");
                        }

                        @Override
                        public void number(String key, double value) {
                            heard.add(key + "=" + value);
                        }

                        @Override
                        public void text(String key, String value) {
                            heard.add(key + "='" + value + "'");
                        }
                    });

    @Test
    void numbersAndTextsAreToldWhereTheyAre() {
        page.object(null).number("a", 1).object("b").text("c", "d").decimal("e", 0.5).endObject();
        page.numberUnlessZero("f", 0).textUnlessEmpty("g", "").endObject();
        assertThat(heard).containsExactly("{null", "a=1.0", "{b", "c='d'", "e=0.5", "}", "}");
        assertThat(page.toString()).isEmpty();
    }

    @Test
    void aNumberWithoutASignMayBeLarge() {
        page.unsigned("a", -1).unsigned("b", 7);
        assertThat(heard).containsExactly("a=1.8446744073709552E19", "b=7.0");
    }

    @Test
    void ofWhatIsInArraysNothingIsTold() {
        page.array("a").number(null, 1).text(null, "x").object(null).number("b", 2);
        page.object("c").endObject().endObject().array(null).endArray().endArray().number("d", 3);
        assertThat(heard).containsExactly("d=3.0");
    }

    @Test
    void whatIsNeitherNumberNorTextIsNotTold() {
        page.flag("a", true).nothing("b").json("c", "{\"d\":1}");
        assertThat(heard).isEmpty();
    }
}
