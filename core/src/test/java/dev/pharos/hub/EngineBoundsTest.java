package dev.pharos.hub;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EngineBoundsTest {

    @Test
    void leavesRoomInASmallHeap() {
        for (int lanes : new int[] {1, 2, 4, 8}) {
            EngineBounds bounds = EngineBounds.ofHeap(64 << 20, lanes);
            long lane = (long) bounds.inboxBytes() + bounds.laneBytes() + bounds.heldBytes();
            assertThat(lanes * lane + bounds.historyBytes()).isLessThanOrEqualTo(21 << 20);
            assertThat(bounds.windowBytes()).isLessThanOrEqualTo(bounds.laneBytes() / 4);
        }
    }

    @Test
    void growsWithTheHeapUpToAnEnd() {
        EngineBounds some = EngineBounds.ofHeap(1L << 30, 4);
        EngineBounds more = EngineBounds.ofHeap(8L << 30, 4);
        EngineBounds most = EngineBounds.ofHeap(Long.MAX_VALUE, 1);
        assertThat(more.historyBytes()).isGreaterThan(some.historyBytes());
        assertThat(more.heldBytes()).isGreaterThan(some.heldBytes());
        assertThat(most.historyBytes()).isEqualTo(512 << 20);
        assertThat(most.laneBytes()).isEqualTo(64 << 20);
    }

    @Test
    void keepsWhatOneNeedsToWorkInAHeapThatIsTooSmall() {
        EngineBounds bounds = EngineBounds.ofHeap(1 << 20, 64);
        assertThat(bounds.blockBytes()).isPositive();
        assertThat(bounds.inboxBytes()).isPositive();
        assertThat(bounds.windowBytes()).isPositive();
    }
}
