package io.millrace.broker;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions that cover one subject: the plain ones, and the members of each queue group.
 * Reused without allocation once it has grown. Owned by the loop.
 */
final class MatchResult {
    private Subscription[] plain = new Subscription[4];
    private int plainCount;
    private @Nullable String[] groupNames = new String[0];
    private Subscription[][] groupMembers = new Subscription[0][];
    private int[] groupSizes = new int[0];
    private int groupCount;

    void clear() {
        plainCount = 0;
        groupCount = 0;
    }

    /** Forgets what it refers to as well, so that a closed connection can be collected. */
    void release() {
        Arrays.fill(plain, null);
        for (int g = 0; g < groupMembers.length; g++) {
            if (groupMembers[g] != null) {
                Arrays.fill(groupMembers[g], null);
            }
        }
        clear();
    }

    void add(InterestNode node) {
        SubscriptionList list = node.plain;
        int more = list.size();
        if (plainCount + more > plain.length) {
            plain = Arrays.copyOf(plain, Math.max(plainCount + more, plain.length * 2));
        }
        for (int i = 0; i < more; i++) {
            plain[plainCount++] = list.at(i);
        }
        for (QueueGroup group : node.groups) {
            add(group);
        }
    }

    private void add(QueueGroup group) {
        int slot = 0;
        while (slot < groupCount && !group.name.equals(groupNames[slot])) {
            slot++;
        }
        if (slot == groupCount) {
            openSlot(group.name);
        }
        SubscriptionList members = group.members;
        int size = groupSizes[slot];
        if (size + members.size() > groupMembers[slot].length) {
            groupMembers[slot] =
                    Arrays.copyOf(groupMembers[slot], Math.max(size + members.size(), size * 2));
        }
        for (int i = 0; i < members.size(); i++) {
            groupMembers[slot][size++] = members.at(i);
        }
        groupSizes[slot] = size;
    }

    private void openSlot(String name) {
        if (groupCount == groupNames.length) {
            int length = Math.max(2, groupCount * 2);
            groupNames = Arrays.copyOf(groupNames, length);
            groupSizes = Arrays.copyOf(groupSizes, length);
            groupMembers = Arrays.copyOf(groupMembers, length);
            for (int i = groupCount; i < length; i++) {
                groupMembers[i] = new Subscription[4];
            }
        }
        groupNames[groupCount] = name;
        groupSizes[groupCount++] = 0;
    }

    boolean isEmpty() {
        return plainCount == 0 && groupCount == 0;
    }

    int plainCount() {
        return plainCount;
    }

    Subscription plain(int index) {
        return plain[index];
    }

    int groupCount() {
        return groupCount;
    }

    int groupSize(int group) {
        return groupSizes[group];
    }

    Subscription member(int group, int index) {
        return groupMembers[group][index];
    }
}
