package dev.pharos.log;

import java.time.InstantSource;
import java.util.Random;

class MemoryLogModelTest extends LogModelContract {

    @Override
    EventLog open(Keeping keeping) {
        return new MemoryLog(
                "e",
                new MemoryLog.Retention(
                        keeping.maxBytes(), keeping.keepLast(), keeping.topics(), keeping.keepLastBytes()),
                InstantSource.system());
    }

    @Override
    EventLog interrupt(EventLog log, Random chance) {
        return log;
    }
}
