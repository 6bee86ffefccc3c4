package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When the whole heap is collected, on a heap and a clock that the test moves. */
final class HeapWatchTest {
    private static final long MB = 1 << 20;
    private static final long YOUNG = 10 * MB;

    private final PlainHeap heap = new PlainHeap();
    private final OwnLoop loop = new OwnLoop(0);

    HeapWatchTest() {
        new HeapWatch(loop, heap, YOUNG).start();
    }

    @Test
    void aHeapThatHoldsLittleIsLeftAlone() {
        heap.dead = YOUNG + HeapWatch.SPARED_BYTES;

        loop.pass(HeapWatch.PERIOD_NANOS);

        assertThat(heap.collections).isZero();
    }

    @Test
    void whatHasGatheredIsCollectedOnceItIsMore() {
        heap.living = 20 * MB;
        heap.dead = YOUNG + HeapWatch.SPARED_BYTES;

        loop.pass(HeapWatch.PERIOD_NANOS);

        assertThat(heap.collections).isEqualTo(1);
        assertThat(heap.dead).isZero();
    }

    @Test
    void whatLivesIsNotLookedAtAgainUntilAsMuchIsDead() {
        heap.living = 200 * MB;
        loop.pass(HeapWatch.PERIOD_NANOS);
        heap.dead = YOUNG + HeapWatch.SPARED_BYTES + 200 * MB;

        loop.pass(HeapWatch.PERIOD_NANOS);
        assertThat(heap.collections).isEqualTo(1);

        heap.dead++;
        loop.pass(HeapWatch.PERIOD_NANOS);
        assertThat(heap.collections).isEqualTo(2);
    }

    @Test
    void nothingIsCollectedBetweenTwoLooks() {
        heap.dead = 500 * MB;

        loop.pass(HeapWatch.PERIOD_NANOS - 1);
        assertThat(heap.collections).isZero();

        loop.pass(1);
        assertThat(heap.collections).isEqualTo(1);
    }

    private static final class PlainHeap implements HeapWatch.Heap {
        private long living;
        private long dead;
        private int collections;

        @Override
        public long used() {
            return living + dead;
        }

        @Override
        public void collect() {
            dead = 0;
            collections++;
        }
    }
}
