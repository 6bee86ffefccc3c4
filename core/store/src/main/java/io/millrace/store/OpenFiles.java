package io.millrace.store;

import io.millrace.runtime.Disk;
import io.millrace.runtime.DiskException;
import io.millrace.runtime.DiskFile;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The segment files that are open, a bounded number. Any thread; its lock is held for no call. */
final class OpenFiles {
    /** An open file in use. */
    static final class Pin {
        final DiskFile file;
        private int users;
        private boolean gone;

        Pin(DiskFile file) {
            this.file = file;
        }
    }

    private final Disk disk;
    private final int most;
    private final LinkedHashMap<Path, Pin> open = new LinkedHashMap<>(16, 0.75f, true);

    OpenFiles(Disk disk, int most) {
        this.disk = disk;
        this.most = most;
    }

    Pin create(Path path) throws DiskException {
        return put(path, new Pin(disk.open(path, Disk.Mode.CREATE)));
    }

    /** Every acquired pin is given back with {@link #release}. */
    Pin acquire(Path path) throws DiskException {
        synchronized (this) {
            Pin pin = open.get(path);
            if (pin != null) {
                pin.users++;
                return pin;
            }
        }
        return put(path, new Pin(disk.open(path, Disk.Mode.WRITE)));
    }

    synchronized void release(Pin pin) {
        pin.users--;
        if (pin.gone && pin.users == 0) {
            pin.file.close();
        }
    }

    void delete(Path path) throws DiskException {
        forget(path);
        disk.delete(path);
    }

    synchronized void closeAll() {
        open.values().forEach(pin -> pin.file.close());
        open.clear();
    }

    synchronized int size() {
        return open.size();
    }

    private synchronized void forget(Path path) {
        Pin pin = open.remove(path);
        if (pin != null) {
            pin.gone = true;
            if (pin.users == 0) {
                pin.file.close();
            }
        }
    }

    private synchronized Pin put(Path path, Pin pin) {
        pin.users++;
        Pin other = open.put(path, pin);
        if (other != null) {
            // Two threads opened it at once: the older one ends with its last user.
            other.gone = true;
        }
        Iterator<Map.Entry<Path, Pin>> oldest = open.entrySet().iterator();
        while (open.size() > most && oldest.hasNext()) {
            Pin candidate = oldest.next().getValue();
            if (candidate.users == 0) {
                oldest.remove();
                candidate.file.close();
            }
        }
        return pin;
    }
}
