package io.millrace.store;

import io.millrace.runtime.Disk;
import io.millrace.runtime.DiskException;
import io.millrace.runtime.DiskFile;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The files of the journal: spares made ahead, full ones waiting for a checkpoint. Its lock guards
 * the lists; the files' making and removing happens outside it, on the committer and the keeper.
 */
/* A recovery reads the files in the order of their numbers, and what a later file holds counts before
 * what an earlier one does. So files have to be used in that order: a spare that was numbered before
 * a file that is in use already is put aside, and gets a new number before it is used. */
final class JournalPool {
    static final String SUFFIX = ".journal";
    private static final int SPARES = 1;

    private final Disk disk;
    private final Path directory;
    private final long storeId;
    private final int fileBytes;
    private final ArrayDeque<JournalFile> spares = new ArrayDeque<>();
    private final ArrayDeque<JournalFile> outrun = new ArrayDeque<>();
    private final List<JournalFile> full = new ArrayList<>();
    private long usedIndex;
    private long nextIndex;
    private long spareBytes;

    JournalPool(Disk disk, Path directory, long storeId, int fileBytes, long nextIndex) {
        this.disk = disk;
        this.directory = directory;
        this.storeId = storeId;
        this.fileBytes = fileBytes;
        this.nextIndex = nextIndex;
    }

    static String name(long index) {
        return String.format(Locale.ROOT, "%016x%s", index, SUFFIX);
    }

    /** A file left by an earlier opening: to be removed by the checkpoint that covers it. */
    synchronized void adopt(JournalFile file) {
        full.add(file);
    }

    synchronized long spareBytes() {
        return spareBytes;
    }

    synchronized boolean wantsSpare() {
        return spares.size() < SPARES;
    }

    /** Makes one spare; throws when the disk does not let it. */
    void prepareSpare() throws DiskException {
        JournalFile late;
        synchronized (this) {
            late = outrun.poll();
        }
        if (late != null) {
            try {
                recycle(late);
            } catch (DiskException e) {
                // It holds no records; the next opening finds and removes it.
                late.file.close();
                throw e;
            }
            return;
        }
        JournalFile made = create(fileBytes);
        synchronized (this) {
            spares.add(made);
            spareBytes += made.bytes;
        }
    }

    /** The next file to write, with room for {@code bytes}; made on the spot when none is ready. */
    JournalFile next(long bytes, boolean first) throws DiskException {
        synchronized (this) {
            while (!spares.isEmpty() && spares.peek().index < usedIndex) {
                JournalFile late = spares.remove();
                spareBytes -= late.bytes;
                outrun.add(late);
            }
            JournalFile spare = spares.peek();
            if (spare != null && spare.remaining() >= bytes) {
                spares.remove();
                spareBytes -= spare.bytes;
                usedIndex = spare.index;
                return spare;
            }
        }
        /* The first file of a run is small: a server that stays idle should neither wait for nor
         * own megabytes of zeros. */
        int usual = first ? Math.min(fileBytes, 1 << 18) : fileBytes;
        JournalFile made = create(Math.max(usual, bytes + FileHeader.BYTES));
        synchronized (this) {
            usedIndex = made.index;
        }
        return made;
    }

    /** Takes a file that gets no more records. */
    synchronized void retire(JournalFile file, long lastNumber) {
        file.lastNumber = lastNumber;
        full.add(file);
    }

    /** Frees the files all of whose records a checkpoint covers; one may live on as a spare. */
    void release(long coveredNumber, boolean wipe) throws DiskException {
        List<JournalFile> freed = new ArrayList<>();
        synchronized (this) {
            for (Iterator<JournalFile> each = full.iterator(); each.hasNext(); ) {
                JournalFile file = each.next();
                if (file.lastNumber <= coveredNumber) {
                    each.remove();
                    freed.add(file);
                }
            }
        }
        for (JournalFile file : freed) {
            if (wipe) {
                Zeros.over(file.file, file.bytes);
                file.file.syncData();
            }
            if (file.bytes == fileBytes && wantsSpare()) {
                recycle(file);
            } else {
                file.file.close();
                disk.delete(file.path);
            }
        }
    }

    synchronized void close() {
        spares.forEach(spare -> spare.file.close());
        outrun.forEach(spare -> spare.file.close());
        full.forEach(file -> file.file.close());
    }

    synchronized int fullFiles() {
        return full.size();
    }

    private void recycle(JournalFile old) throws DiskException {
        long index = takeIndex();
        Path path = directory.resolve(name(index));
        disk.rename(old.path, path);
        JournalFile spare = new JournalFile(index, path, old.file, old.bytes);
        writeHeader(spare);
        synchronized (this) {
            spares.add(spare);
            spareBytes += spare.bytes;
        }
    }

    private JournalFile create(long bytes) throws DiskException {
        long index = takeIndex();
        Path path = directory.resolve(name(index));
        DiskFile file = disk.open(path, Disk.Mode.CREATE);
        try {
            file.preallocate(bytes);
            JournalFile made = new JournalFile(index, path, file, bytes);
            writeHeader(made);
            return made;
        } catch (DiskException e) {
            // What could be made of it takes room that is needed elsewhere.
            file.close();
            forget(path);
            throw e;
        }
    }

    private void writeHeader(JournalFile made) throws DiskException {
        byte[] header = FileHeader.of(FileHeader.Kind.JOURNAL, storeId, made.index, 0).encode();
        made.file.write(0, header, 0, header.length);
        made.file.syncData();
        disk.syncDirectory(directory);
    }

    private void forget(Path path) {
        try {
            disk.delete(path);
        } catch (DiskException e) {
            // It holds no records; the next opening finds and removes it.
        }
    }

    private synchronized long takeIndex() {
        return nextIndex++;
    }

    /** The files waiting for a checkpoint, for tests. */
    synchronized @Nullable JournalFile oldestFull() {
        return full.isEmpty() ? null : full.getFirst();
    }
}
