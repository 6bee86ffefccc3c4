package io.millrace.testkit;

import io.millrace.runtime.Disk;
import io.millrace.runtime.DiskException;
import io.millrace.runtime.DiskException.Code;
import io.millrace.runtime.DiskFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that treats what was not synced as badly as a disk may: at {@link #crash()} it
 * drops, reorders and tears unsynced writes and directory changes, all from a seed. It also fills
 * up, fails or stalls calls, and flips bits. Any thread.
 */
public final class SimulatedDisk implements Disk {
    /** What a fault can be put on. */
    public enum Call {
        OPEN,
        CREATE,
        READ,
        WRITE,
        PREALLOCATE,
        SYNC,
        SYNC_DIRECTORY,
        RENAME,
        DELETE,
        CREATE_DIRECTORY,
        TRUNCATE
    }

    /** Decides about each call before it happens; null lets it pass. */
    public interface Fault extends BiFunction<Call, Path, @Nullable Code> {}

    /** A change of a directory that no sync has covered yet: names given and names taken. */
    private record DirectoryChange(
            Path directory, Map<Path, SimulatedFile> given, Set<Path> taken) {}

    private final SplittableRandom random;
    private final Map<Path, SimulatedFile> current = new TreeMap<>();
    private final Map<Path, SimulatedFile> durable = new TreeMap<>();
    private final Set<Path> directories = new HashSet<>();
    private final Set<Path> durableDirectories = new HashSet<>();
    private final List<DirectoryChange> pending = new ArrayList<>();
    private final Map<Path, Object> locks = new HashMap<>();
    private Fault fault = (call, path) -> null;
    private long capacityBytes = Long.MAX_VALUE;
    private long callsUntilCrash = Long.MAX_VALUE;
    private long calls;
    private int session;
    private boolean down;

    public SimulatedDisk(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Puts {@code fault} in the way of every later call; it may also block, to stall one. */
    public synchronized void fault(Fault fault) {
        this.fault = fault;
    }

    /** Lets every call pass again. */
    public synchronized void heal() {
        fault = (call, path) -> null;
        capacityBytes = Long.MAX_VALUE;
    }

    /** The most that all files together may hold. */
    public synchronized void capacity(long bytes) {
        capacityBytes = bytes;
    }

    /** Lets the power go at the {@code calls}th changing call from now on. */
    public synchronized void crashAfter(long calls) {
        callsUntilCrash = calls;
    }

    /** Changing calls so far. */
    public synchronized long calls() {
        return calls;
    }

    public synchronized long usedBytes() {
        return current.values().stream().mapToLong(SimulatedFile::length).sum();
    }

    /** Power loss and restart: what was not synced is subject to the lottery, locks are free. */
    public synchronized void crash() {
        session++;
        down = false;
        callsUntilCrash = Long.MAX_VALUE;
        locks.clear();
        int style = random.nextInt(3);
        int prefix = random.nextInt(pending.size() + 1);
        for (int i = 0; i < pending.size(); i++) {
            boolean kept = style == 0 ? i < prefix : style == 1 || random.nextBoolean();
            if (kept) {
                settle(pending.get(i));
            }
        }
        pending.clear();
        directories.clear();
        directories.addAll(durableDirectories);
        current.clear();
        for (Map.Entry<Path, SimulatedFile> entry : durable.entrySet()) {
            Path parent = entry.getKey().getParent();
            if (parent != null && directories.contains(parent)) {
                current.put(entry.getKey(), entry.getValue());
            }
        }
        new LinkedHashSet<>(current.values()).forEach(file -> file.crash(random));
    }

    /** The process ends, the machine does not: everything written stays, locks are free. */
    public synchronized void kill() {
        session++;
        down = false;
        callsUntilCrash = Long.MAX_VALUE;
        locks.clear();
    }

    /** Every file there is, sorted. */
    public synchronized List<Path> files() {
        return new ArrayList<>(current.keySet());
    }

    public synchronized long length(Path file) {
        return existing(file).length();
    }

    public synchronized byte[] content(Path file) {
        SimulatedFile content = existing(file);
        byte[] bytes = new byte[content.length()];
        content.read(0, bytes, 0, bytes.length);
        return bytes;
    }

    public synchronized void flipBit(Path file, long bit) {
        existing(file).flipBit(bit);
    }

    public synchronized void zero(Path file, long position, int length) {
        existing(file).zero(position, length);
    }

    /** Takes a file away as a careless hand would. */
    public synchronized void lose(Path file) {
        current.remove(file);
        durable.remove(file);
    }

    /** Puts a file there, durable, as something else than a store would. */
    public synchronized void plant(Path file, byte[] content) {
        for (Path up = file.getParent(); up != null; up = up.getParent()) {
            directories.add(up);
            durableDirectories.add(up);
        }
        SimulatedFile planted = new SimulatedFile();
        planted.write(0, content);
        planted.sync();
        current.put(file, planted);
        durable.put(file, planted);
    }

    @Override
    public DiskFile open(Path file, Mode mode) throws DiskException {
        enter(mode == Mode.CREATE ? Call.CREATE : Call.OPEN, file, mode == Mode.CREATE);
        synchronized (this) {
            SimulatedFile content = current.get(file);
            if (mode == Mode.CREATE) {
                if (content != null) {
                    throw new DiskException(Code.EXISTS, file, "exists already", null);
                }
                Path parent = parentOf(file);
                content = new SimulatedFile();
                current.put(file, content);
                pending.add(new DirectoryChange(parent, Map.of(file, content), Set.of()));
            } else if (content == null) {
                throw new DiskException(Code.NOT_FOUND, file, "no such file or directory", null);
            }
            return new Handle(file, content, session);
        }
    }

    @Override
    public void createDirectories(Path directory) throws DiskException {
        enter(Call.CREATE_DIRECTORY, directory, true);
        synchronized (this) {
            for (Path up = directory; up != null; up = up.getParent()) {
                // A directory is a name like any other, but losing one is losing its files:
                // it lasts from the next sync of the directory above.
                directories.add(up);
                if (up.getParent() == null) {
                    durableDirectories.add(up);
                }
            }
        }
    }

    @Override
    public void rename(Path from, Path to) throws DiskException {
        enter(Call.RENAME, from, true);
        synchronized (this) {
            SimulatedFile content = current.remove(from);
            if (content == null) {
                throw new DiskException(Code.NOT_FOUND, from, "no such file or directory", null);
            }
            current.put(to, content);
            pending.add(new DirectoryChange(parentOf(to), Map.of(to, content), Set.of(from)));
        }
    }

    @Override
    public void delete(Path path) throws DiskException {
        enter(Call.DELETE, path, true);
        synchronized (this) {
            if (directories.contains(path)) {
                for (Path file : current.keySet()) {
                    if (file.startsWith(path)) {
                        throw new DiskException(Code.IO, path, "directory not empty", null);
                    }
                }
                directories.remove(path);
                durableDirectories.remove(path);
                return;
            }
            if (current.remove(path) == null) {
                throw new DiskException(Code.NOT_FOUND, path, "no such file or directory", null);
            }
            pending.add(new DirectoryChange(parentOf(path), Map.of(), Set.of(path)));
        }
    }

    @Override
    public synchronized List<String> list(Path directory) throws DiskException {
        checkUp(session);
        if (!directories.contains(directory)) {
            throw new DiskException(Code.NOT_FOUND, directory, "no such file or directory", null);
        }
        List<String> names = new ArrayList<>();
        for (Path file : current.keySet()) {
            if (directory.equals(file.getParent())) {
                names.add(String.valueOf(file.getFileName()));
            }
        }
        for (Path below : directories) {
            if (directory.equals(below.getParent())) {
                names.add(String.valueOf(below.getFileName()));
            }
        }
        names.sort(null);
        return names;
    }

    @Override
    public synchronized boolean exists(Path path) {
        return current.containsKey(path) || directories.contains(path);
    }

    @Override
    public synchronized boolean isDirectory(Path path) {
        return directories.contains(path);
    }

    @Override
    public void syncDirectory(Path directory) throws DiskException {
        enter(Call.SYNC_DIRECTORY, directory, true);
        synchronized (this) {
            for (DirectoryChange change : pending) {
                if (change.directory().equals(directory)) {
                    settle(change);
                }
            }
            pending.removeIf(change -> change.directory().equals(directory));
            for (Path below : directories) {
                if (directory.equals(below.getParent())) {
                    durableDirectories.add(below);
                }
            }
        }
    }

    @Override
    public synchronized long freeBytes(Path directory) {
        return Math.max(0, capacityBytes - usedBytes());
    }

    @Override
    public synchronized Lock lock(Path file) throws DiskException {
        checkUp(session);
        Code code = fault.apply(Call.CREATE, file);
        if (code != null) {
            throw new DiskException(code, file, "simulated " + code, null);
        }
        if (locks.containsKey(file)) {
            throw new DiskException(Code.LOCKED, file, "locked by somebody", null);
        }
        Object token = new Object();
        locks.put(file, token);
        return () -> {
            synchronized (this) {
                locks.remove(file, token);
            }
        };
    }

    private void settle(DirectoryChange change) {
        change.taken().forEach(durable::remove);
        durable.putAll(change.given());
    }

    private Path parentOf(Path file) throws DiskException {
        Path parent = file.getParent();
        if (parent == null || !directories.contains(parent)) {
            throw new DiskException(Code.NOT_FOUND, file, "no such directory", null);
        }
        return parent;
    }

    private SimulatedFile existing(Path file) {
        SimulatedFile content = current.get(file);
        if (content == null) {
            throw new IllegalArgumentException("no file " + file);
        }
        return content;
    }

    /** The fault runs outside the lock, so that one that blocks stalls its own call only. */
    private void enter(Call call, Path path, boolean changing) throws DiskException {
        Fault chosen;
        int mine;
        synchronized (this) {
            mine = session;
            checkUp(mine);
            if (changing) {
                countDown();
            }
            chosen = fault;
        }
        Code code = chosen.apply(call, path);
        synchronized (this) {
            checkUp(mine);
        }
        if (code != null) {
            throw new DiskException(code, path, "simulated " + code, null);
        }
    }

    private void countDown() {
        calls++;
        if (--callsUntilCrash <= 0) {
            down = true;
            throw new SimulatedCrash();
        }
    }

    private void checkUp(int of) {
        if (down || of != session) {
            throw new SimulatedCrash();
        }
    }

    /** An open file; dead after a crash. */
    private final class Handle implements DiskFile {
        private final Path path;
        private final SimulatedFile content;
        private final int opened;

        Handle(Path path, SimulatedFile content, int opened) {
            this.path = path;
            this.content = content;
            this.opened = opened;
        }

        @Override
        public int read(long position, byte[] into, int offset, int length) throws DiskException {
            check(Call.READ, false);
            synchronized (SimulatedDisk.this) {
                return content.read(position, into, offset, length);
            }
        }

        @Override
        public void write(long position, byte[] from, int offset, int length) throws DiskException {
            byte[] bytes = new byte[length];
            System.arraycopy(from, offset, bytes, 0, length);
            put(Call.WRITE, position, bytes);
        }

        @Override
        public void write(long position, ByteBuffer[] buffers, int count) throws DiskException {
            long at = position;
            for (int i = 0; i < count; i++) {
                byte[] bytes = new byte[buffers[i].remaining()];
                buffers[i].get(bytes);
                put(Call.WRITE, at, bytes);
                at += bytes.length;
            }
        }

        @Override
        public void preallocate(long bytes) throws DiskException {
            long size = size();
            if (size < bytes) {
                put(Call.PREALLOCATE, size, new byte[(int) (bytes - size)]);
            }
        }

        @Override
        public void syncData() throws DiskException {
            try {
                check(Call.SYNC, true);
            } catch (DiskException e) {
                synchronized (SimulatedDisk.this) {
                    content.failSync(random);
                }
                throw e;
            }
            synchronized (SimulatedDisk.this) {
                content.sync();
            }
        }

        @Override
        public long size() {
            synchronized (SimulatedDisk.this) {
                checkUp(opened);
                return content.length();
            }
        }

        @Override
        public void truncate(long bytes) throws DiskException {
            check(Call.TRUNCATE, true);
            synchronized (SimulatedDisk.this) {
                content.cut(bytes);
            }
        }

        @Override
        public void close() {
            // Nothing to give back: a closed file keeps its unsynced writes like a real one.
        }

        private void check(Call call, boolean changing) throws DiskException {
            synchronized (SimulatedDisk.this) {
                checkUp(opened);
            }
            enter(call, path, changing);
        }

        /** A full disk takes what fits, as a real one does. */
        private void put(Call call, long position, byte[] bytes) throws DiskException {
            synchronized (SimulatedDisk.this) {
                checkUp(opened);
                // The write under way when the power goes may have reached the platter, too.
                if (callsUntilCrash <= 1) {
                    content.write(position, bytes);
                }
            }
            enter(call, path, true);
            synchronized (SimulatedDisk.this) {
                long growth = Math.max(0, position + bytes.length - content.length());
                long free = capacityBytes - usedBytes();
                if (growth > free) {
                    int fits = (int) Math.max(0, bytes.length - growth + Math.max(0, free));
                    byte[] part = new byte[fits];
                    System.arraycopy(bytes, 0, part, 0, fits);
                    content.write(position, part);
                    throw new DiskException(Code.NO_SPACE, path, "no space left on device", null);
                }
                content.write(position, bytes);
            }
        }
    }
}
