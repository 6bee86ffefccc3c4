package io.millrace.store;

import io.millrace.runtime.Log;

/** What every stream of a store shares. */
record StoreParts(
        StoreOptions options, SegmentFiles files, long storeId, KeeperDesk desk, Log log) {}
