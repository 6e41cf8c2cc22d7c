package dev.anabranch.storage;

/**
 * Figures of a storage.
 *
 * @param syncs writes synced to disk since it was opened
 * @param bytes size on disk now
 */
public record StorageStats(long syncs, long bytes) {}
