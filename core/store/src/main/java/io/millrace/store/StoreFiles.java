package io.millrace.store;

import io.millrace.runtime.Disk;
import io.millrace.runtime.DiskException;
import io.millrace.runtime.DiskFile;
import io.millrace.runtime.Randomness;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The store's directory as a whole: recognising it, making it, refusing what is not ours. */
final class StoreFiles {
    static final String NAME = "millrace.store";
    static final String LOCK = "LOCK";
    private static final int COPY_AT = 4096;
    private static final String FOR_PEOPLE =
            "\nThis directory is the store of a Millrace server. Its format is described in"
                    + " docs/store-format.md.\nNever change or remove single files in it.\n";

    private StoreFiles() {}

    static byte[] readAll(Disk disk, Path path) throws DiskException {
        try (DiskFile file = disk.open(path, Disk.Mode.READ)) {
            byte[] data = new byte[(int) Math.min(Integer.MAX_VALUE - 16, file.size())];
            file.read(0, data, 0, data.length);
            return data;
        }
    }

    static StoreException newer(Path path) {
        return new StoreException(
                StoreException.Code.NEWER,
                path
                        + " was written by a newer version of Millrace; this one does not"
                        + " understand it and leaves it as it is",
                null);
    }

    /** The id of the store in {@code root}; makes an empty store of an empty directory. */
    static long identify(Disk disk, Path root, Randomness randomness)
            throws DiskException, StoreException {
        Path path = root.resolve(NAME);
        if (disk.exists(path)) {
            return read(disk, path);
        }
        for (String name : disk.list(root)) {
            if (!name.equals(LOCK) && !name.equals("lost+found") && !ownBeginning(name)) {
                throw foreign(disk, root, name);
            }
        }
        long id = randomness.nextLong();
        for (String below : List.of("journal", "checkpoint", "streams")) {
            disk.createDirectories(root.resolve(below));
        }
        CheckpointFile.write(
                disk,
                root.resolve("checkpoint"),
                id,
                CheckpointFile.unusedIndex(disk, root.resolve("checkpoint")),
                List.of(Recovery.emptyHead(new Checksum(id))),
                new Checksum(id));
        create(disk, root, id);
        return id;
    }

    /** What a first opening that was cut short may have left. */
    private static boolean ownBeginning(String name) {
        return List.of("journal", "checkpoint", "streams", "memory", NAME + ".new").contains(name);
    }

    private static void create(Disk disk, Path root, long id) throws DiskException {
        byte[] header = FileHeader.of(FileHeader.Kind.STORE, id, 0, 0).encode();
        byte[] text = FOR_PEOPLE.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[COPY_AT + FileHeader.BYTES];
        System.arraycopy(header, 0, bytes, 0, header.length);
        System.arraycopy(text, 0, bytes, header.length, text.length);
        System.arraycopy(header, 0, bytes, COPY_AT, header.length);
        Path made = root.resolve(NAME + ".new");
        if (disk.exists(made)) {
            disk.delete(made);
        }
        try (DiskFile file = disk.open(made, Disk.Mode.CREATE)) {
            file.write(0, bytes, 0, bytes.length);
            file.syncData();
        }
        disk.rename(made, root.resolve(NAME));
        disk.syncDirectory(root);
        // The way to the directory must last as well.
        for (Path up = root.getParent(); up != null; up = up.getParent()) {
            try {
                disk.syncDirectory(up);
            } catch (DiskException e) {
                break;
            }
        }
    }

    private static long read(Disk disk, Path path) throws DiskException, StoreException {
        byte[] data = readAll(disk, path);
        for (int at : new int[] {0, COPY_AT}) {
            switch (FileHeader.judge(data, at, data.length, FileHeader.Kind.STORE)) {
                case GOOD -> {
                    return FileHeader.decode(data, at, FileHeader.Kind.STORE).storeId();
                }
                case NEWER -> throw newer(path);
                case DAMAGED -> {
                    // The other copy may hold.
                }
            }
        }
        throw new StoreException(
                StoreException.Code.DAMAGED,
                path
                        + " is damaged in both of its copies; nothing was changed. Restore this file"
                        + " from a backup of the same store",
                null);
    }

    private static StoreException foreign(Disk disk, Path root, String name) throws DiskException {
        Path found = natsStream(disk, root, 3);
        if (found != null) {
            return new StoreException(
                    StoreException.Code.FOREIGN,
                    root
                            + " holds the store of a nats-server ("
                            + found
                            + "). Millrace does not read or change it. Choose another store_dir,"
                            + " and move the streams over with 'nats account backup' from the"
                            + " nats-server and 'nats account restore' into Millrace",
                    null);
        }
        return new StoreException(
                StoreException.Code.FOREIGN,
                root.resolve(name)
                        + " is not part of a Millrace store; the store needs a directory of its"
                        + " own. Nothing was changed",
                null);
    }

    /** A nats-server keeps streams in ACCOUNT/streams/NAME. */
    private static @org.jspecify.annotations.Nullable Path natsStream(
            Disk disk, Path directory, int depth) throws DiskException {
        for (String name : disk.list(directory)) {
            Path path = directory.resolve(name);
            if (name.equals("meta.inf") || name.equals("_js_")) {
                return path;
            }
            if (!disk.isDirectory(path)) {
                continue;
            }
            if (name.equals("streams") || name.equals("$G") || name.equals("$SYS")) {
                return path;
            }
            Path below = depth > 0 ? natsStream(disk, path, depth - 1) : null;
            if (below != null) {
                return below;
            }
        }
        return null;
    }
}
