package io.millrace.bridges.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Templates: values of strangers stay values. */
final class TemplateTest {
    private final TestWorld world = new TestWorld();

    private MessageValues values(String body) {
        return new MessageValues(
                world.put("gitlab.a-b.push.update", body, Map.of("Gitlab-Project", "a/b")));
    }

    private String html(String template, String body) {
        return Template.of(template, true).render(values(body));
    }

    @Test
    void placesAreFilledFromSubjectHeadersAndBody() {
        String body = "{\"user\":{\"name\":\"Ann\"},\"commits\":[{\"id\":7}],\"ok\":true}";
        assertThat(
                        html(
                                "{{subject.2}} {{header.Gitlab-Project}} {{body.user.name}}"
                                        + " {{body.commits.0.id}} {{body.ok}} {{stream}}/{{sequence}}",
                                body))
                .isEqualTo("a-b a/b Ann 7 true GITLAB/1");
    }

    @Test
    void whatIsMissingIsEmptyOrHasItsDefault() {
        String body = "{\"a\":null,\"b\":{}}";
        assertThat(html("[{{body.a}}{{body.b}}{{body.c.d}}{{subject.9}}{{header.X}}]", body))
                .isEqualTo("[]");
        assertThat(html("{{body.a|nobody}} {{ body.c | <none> }}", body))
                .isEqualTo("nobody &lt;none&gt;");
        assertThat(html("{{body.a.0.x}}", "not json")).isEmpty();
        assertThat(html("{{body}}", "not json")).isEqualTo("not json");
    }

    @Test
    void htmlOfStrangersIsText() {
        String body = "{\"t\":\"<img src=x onerror='a()'>&\\\"\"}";
        assertThat(html("<b>{{body.t}}</b>", body))
                .isEqualTo("<b>&lt;img src=x onerror=&#39;a()&#39;&gt;&amp;&quot;</b>");
        assertThat(Template.of("{{body.t}}", false).render(values(body)))
                .isEqualTo("<img src=x onerror='a()'>&\"");
    }

    @Test
    void linksLeadToTheWebAlone() {
        for (String bad :
                List.of("javascript:alert(1)", "data:text/html,x", "//x", "", " JaVaScRiPt:x")) {
            assertThat(html("<a href=\"{{body.u}}\">x</a>", "{\"u\":\"" + bad + "\"}"))
                    .isEqualTo("<a href=\"#\">x</a>");
        }
        assertThat(html("<a href=\"{{body.u}}\">x</a>", "{\"u\":\"https://x/?a=\\\" onclick=b\"}"))
                .isEqualTo("<a href=\"https://x/?a=&quot; onclick=b\">x</a>");
    }

    @Test
    void aValueIsOneLineOfBoundedLengthThatHidesNothing() {
        assertThat(html("{{body.t}}", "{\"t\":\"a\\nb\\u202ec\\u0000\\u200bd\"}"))
                .isEqualTo("a bc d");
        assertThat(html("{{body.t}}", "{\"t\":\"" + "x".repeat(5000) + "\"}")).hasSize(601);
        assertThat(html("{{body.t}}".repeat(1000), "{\"t\":\"" + "<".repeat(600) + "\"}").length())
                .isLessThan(12_001);
    }

    @Test
    void aValueIsNotATemplate() {
        assertThat(html("{{body.t}}", "{\"t\":\"{{header.Gitlab-Project}}\"}"))
                .isEqualTo("{{header.Gitlab-Project}}");
    }

    @Test
    void aTemplateThatIsWrongIsSaidSo() {
        assertThatThrownBy(() -> Template.of("{{body.x", false)).hasMessageContaining("without }}");
        assertThatThrownBy(() -> Template.of("{{exec ls}}", false)).hasMessageContaining("exec ls");
    }

    @Test
    void everyDefaultWordingHasWordsForItsSubjects() {
        Delivery unknown =
                world.put("alerts.critical.DiskFull", "{\"alertname\":\"<D>\"}", Map.of());
        Notice notice = Wording.notice(Wording.DEFAULTS, unknown);
        assertThat(notice.text()).contains("<D>");
        assertThat(notice.html()).contains("&lt;D&gt;").contains("href=\"#\"");
        Notice plain = Wording.notice(Wording.DEFAULTS, world.put("x.y", "hello", Map.of()));
        assertThat(plain.text()).isEqualTo("x.y: hello");
        assertThat(plain.content())
                .isEqualTo(
                        "{\"msgtype\":\"m.notice\",\"body\":\"x.y: hello\",\"format\":"
                                + "\"org.matrix.custom.html\",\"formatted_body\":\"\\u003ccode\\u003ex.y\\u003c/code\\u003e:"
                                + " hello\",\"m.mentions\":{}}");
    }
}
