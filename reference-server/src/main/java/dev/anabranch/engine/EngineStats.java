package dev.anabranch.engine;

/**
 * What an engine has done since it was opened, and what it holds now.
 *
 * @param streamsCreated new streams, forks among them
 * @param forks forks made
 * @param appends appends that wrote something
 * @param appendedBytes bytes of payload appended
 * @param reads reads answered
 * @param deletes streams deleted by request
 * @param expired streams that reached their expiry
 * @param collected streams whose space was given back
 * @param syncs times that the store was synced; one sync serves every append that waits for it
 * @param waitingReaders readers that wait now
 * @param cachedStreams streams whose state is in memory now
 * @param storageBytes bytes of the store on disk now
 */
public record EngineStats(
        long streamsCreated,
        long forks,
        long appends,
        long appendedBytes,
        long reads,
        long deletes,
        long expired,
        long collected,
        long syncs,
        int waitingReaders,
        long cachedStreams,
        long storageBytes) {}
