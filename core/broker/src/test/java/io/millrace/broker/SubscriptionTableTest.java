package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SubscriptionTableTest {
    private static Subscription subscription(String sid) {
        return new Subscription(
                Nobody.INSTANCE,
                new byte[] {'a'},
                sid.getBytes(StandardCharsets.UTF_8),
                null,
                false);
    }

    @Test
    void anEmptyTableFindsNothing() {
        SubscriptionTable table = new SubscriptionTable();
        assertThat(table.find(new byte[] {'1'}, 0, 1)).isNull();
        table.remove(subscription("1"));
        assertThat(table.size()).isZero();
        assertThat(table.all()).isEmpty();
    }

    @Test
    void removingWhatIsNotThereChangesNothing() {
        SubscriptionTable table = new SubscriptionTable();
        Subscription there = subscription("1");
        table.add(there);
        table.remove(subscription("1"));
        table.remove(subscription("2"));
        assertThat(table.all()).containsExactly(there);
    }

    @Test
    void randomStepsAgreeWithAMap() {
        Seeds.orElse(50).forEach(SubscriptionTableTest::randomSteps);
    }

    private static void randomSteps(long seed) {
        Random random = new Random(seed);
        SubscriptionTable table = new SubscriptionTable();
        Map<String, Subscription> model = new HashMap<>();
        int sids = 1 + random.nextInt(300);
        for (int step = 0; step < 2_000; step++) {
            String sid = Integer.toString(random.nextInt(sids), 36);
            byte[] slice = ("#" + sid + "#").getBytes(StandardCharsets.UTF_8);
            Subscription found = table.find(slice, 1, slice.length - 2);
            assertThat(found)
                    .as("-Dmillrace.seed=%d step %d sid %s", seed, step, sid)
                    .isSameAs(model.get(sid));
            if (found == null) {
                Subscription added = subscription(sid);
                table.add(added);
                model.put(sid, added);
            } else if (random.nextInt(step / 300 % 2 == 0 ? 4 : 1) == 0) {
                table.remove(found);
                model.remove(sid);
            }
            assertThat(table.size()).isEqualTo(model.size());
        }
        assertThat(table.all()).containsExactlyInAnyOrderElementsOf(model.values());
        List<Subscription> rest = new ArrayList<>(table.all());
        rest.forEach(table::remove);
        assertThat(table.size()).isZero();
    }
}
