package io.millrace.micro.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * What the kernel holds for sockets at one moment, for all processes together.
 *
 * @param slabs bytes of the slabs that sockets, their files and their wake-ups are made from
 * @param buffers bytes in the queues of TCP
 * @param dentryBytes one directory entry, of which each socket has one; entries of files come and
 *     go too often to be counted
 */
record KernelMemory(long slabs, long buffers, long dentryBytes) {
    private static final long PAGE_BYTES = 4096;

    private static final Set<String> CACHES =
            Set.of(
                    "TCP",
                    "TCPv6",
                    "sock_inode_cache",
                    "filp",
                    "eventpoll_epi",
                    "eventpoll_pwq",
                    "ep_head");

    static KernelMemory now() throws IOException {
        long slabs = 0;
        long dentry = 0;
        Path table = Path.of("/proc/slabinfo");
        if (Files.isReadable(table)) {
            // name, active objects, objects, bytes, objects per slab, pages per slab, …, slabs at
            // 14
            for (String line : Files.readAllLines(table)) {
                String[] words = line.split(" +", -1);
                if (CACHES.contains(words[0])) {
                    slabs += Long.parseLong(words[14]) * Long.parseLong(words[5]) * PAGE_BYTES;
                } else if (words[0].equals("dentry")) {
                    dentry = Long.parseLong(words[3]);
                }
            }
        } else {
            slabs = unreclaimable();
        }
        return new KernelMemory(slabs, queues(), dentry);
    }

    /** The next best: all slabs that are not caches of files. */
    private static long unreclaimable() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
            if (line.startsWith("SUnreclaim:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        return 0;
    }

    private static long queues() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/net/sockstat"))) {
            if (line.startsWith("TCP:")) {
                String[] words = line.split(" +", -1);
                return Long.parseLong(words[words.length - 1]) * PAGE_BYTES;
            }
        }
        return 0;
    }

    /**
     * What one end of a connection takes, when {@code connections} more with both their ends on
     * this machine led from here to {@code later}.
     */
    long perEnd(KernelMemory later, long connections) {
        return (later.slabs - slabs + later.buffers - buffers) / connections / 2 + dentryBytes;
    }
}
