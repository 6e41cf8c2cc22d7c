package dev.anabranch.storage;

class InMemoryStorageTest extends StreamStorageContract {

    @Override
    StreamStorage openEmpty() {
        return StreamStorage.inMemory();
    }
}
