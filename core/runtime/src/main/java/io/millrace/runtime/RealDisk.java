package io.millrace.runtime;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** The machine's file systems. */
enum RealDisk implements Disk {
    INSTANCE;

    @Override
    public DiskFile open(Path file, Mode mode) throws DiskException {
        try {
            FileChannel channel =
                    switch (mode) {
                        case READ -> FileChannel.open(file, StandardOpenOption.READ);
                        case WRITE ->
                                FileChannel.open(
                                        file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                        case CREATE ->
                                FileChannel.open(
                                        file,
                                        StandardOpenOption.READ,
                                        StandardOpenOption.WRITE,
                                        StandardOpenOption.CREATE_NEW);
                    };
            return new RealDiskFile(file, channel);
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    @Override
    public void createDirectories(Path directory) throws DiskException {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw failure(directory, e);
        }
    }

    @Override
    public void rename(Path from, Path to) throws DiskException {
        try {
            Files.move(
                    from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw failure(from, e);
        }
    }

    @Override
    public void delete(Path path) throws DiskException {
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw failure(path, e);
        }
    }

    @Override
    public List<String> list(Path directory) throws DiskException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                Path name = entry.getFileName();
                if (name != null) {
                    names.add(name.toString());
                }
            }
        } catch (IOException e) {
            throw failure(directory, e);
        }
        Collections.sort(names);
        return names;
    }

    @Override
    public boolean exists(Path path) {
        return Files.exists(path);
    }

    @Override
    public boolean isDirectory(Path path) {
        return Files.isDirectory(path);
    }

    @Override
    public void syncDirectory(Path directory) throws DiskException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw failure(directory, e);
        }
    }

    @Override
    public long freeBytes(Path directory) throws DiskException {
        try {
            return Files.getFileStore(directory).getUsableSpace();
        } catch (IOException e) {
            throw failure(directory, e);
        }
    }

    @Override
    public Lock lock(Path file) throws DiskException {
        FileChannel channel;
        try {
            channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        } catch (IOException e) {
            throw failure(file, e);
        }
        FileLock held = null;
        try {
            held = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // This process holds it already: the same answer as for another one.
        } catch (IOException e) {
            closeQuietly(channel);
            throw failure(file, e);
        }
        if (held == null) {
            closeQuietly(channel);
            throw new DiskException(DiskException.Code.LOCKED, file, "locked by somebody", null);
        }
        return () -> closeQuietly(channel);
    }

    static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing hangs on it: whatever must last was synced before.
        }
    }

    /* The JDK has exceptions for some causes and only the C library's text for the others. */
    static DiskException failure(Path path, IOException cause) {
        DiskException.Code code;
        String said = String.valueOf(cause.getMessage());
        String text = said.toLowerCase(Locale.ROOT);
        if (cause instanceof NoSuchFileException) {
            code = DiskException.Code.NOT_FOUND;
            said = "no such file or directory";
        } else if (cause instanceof FileAlreadyExistsException) {
            code = DiskException.Code.EXISTS;
            said = "exists already";
        } else if (cause instanceof AccessDeniedException) {
            code = DiskException.Code.READ_ONLY;
            said = "permission denied";
        } else if (cause.getCause() instanceof ReadOnlyFileSystemException
                || text.contains("read-only file system")) {
            code = DiskException.Code.READ_ONLY;
            said = "read-only file system";
        } else if (text.contains("no space left") || text.contains("quota exceeded")) {
            code = DiskException.Code.NO_SPACE;
            said = "no space left on device";
        } else {
            code = DiskException.Code.IO;
        }
        return new DiskException(code, path, said, cause);
    }
}
