package io.millrace.bridges.common;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The end of a program, which all its waits listen to. Any thread. */
public final class Ending implements Pauses {
    private final CountDownLatch asked = new CountDownLatch(1);

    public void ask() {
        asked.countDown();
    }

    @Override
    public boolean pause(long nanos) throws InterruptedException {
        return !asked.await(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public boolean isEnding() {
        return asked.getCount() == 0;
    }

    void await() throws InterruptedException {
        asked.await();
    }
}
