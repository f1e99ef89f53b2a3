package dev.pharos.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.log.Event;
import dev.pharos.log.MemoryLog;
import dev.pharos.log.MemoryLog.Retention;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpeningTest {

    private final MemoryLog log =
            new MemoryLog("here", new Retention(4_000, 0, 1_000, 1 << 20), InstantSource.system());
    private DeliveryMode mode = DeliveryMode.ALL;

    @Test
    void startsLiveAtTheEndThatTheTapeHasShown() {
        publish(5);
        Opening opening = Opening.of(log, interest("a"), new Start(null, 0, true), 3);
        assertThat(opening.from()).isEqualTo(3);
        assertThat(opening.outcome().state()).isEqualTo(Notice.State.LIVE);
        assertThat(opening.outcome().replayed()).isEqualTo(2);
        assertThat(opening.outcome().reason()).isNull();
    }

    @Test
    void takesAnEmptyCursorForNone() {
        publish(5);
        assertThat(open("", 0).outcome().state()).isEqualTo(Notice.State.LIVE);
        assertThat(open("", 0).from()).isEqualTo(5);
    }

    @Test
    void startsWithTheNewest() {
        publish(5);
        Opening opening = open(null, 2);
        assertThat(opening.from()).isEqualTo(3);
        assertThat(opening.outcome().state()).isEqualTo(Notice.State.LIVE);
        assertThat(opening.outcome().from().position()).isEqualTo(3);
        assertThat(opening.outcome().replayed()).isEqualTo(2);
    }

    @Test
    void startsAtTheEarliest() {
        publish(5);
        Opening opening = open(Start.EARLIEST, 2);
        assertThat(opening.from()).isZero();
        assertThat(opening.outcome().state()).isEqualTo(Notice.State.RESUMED);
        assertThat(opening.outcome().replayed()).isEqualTo(5);
    }

    @Test
    void resumesWhereTheReaderWas() {
        publish(5);
        Opening opening = open("pos:here.2", 1);
        assertThat(opening.from()).isEqualTo(2);
        assertThat(opening.outcome().state()).isEqualTo(Notice.State.RESUMED);
        assertThat(opening.outcome().replayed()).isEqualTo(3);
    }

    @Test
    void resumesBehindAPublishersId() {
        publish(2);
        log.append(List.of(Event.on("a").id("mine").build()));
        publish(1);
        Opening opening = open("mine", 0);
        assertThat(opening.from()).isEqualTo(3);
        assertThat(opening.outcome().state()).isEqualTo(Notice.State.RESUMED);
    }

    @Test
    void goesOnFromTheOldestKeptWhenSomeWereLost() {
        publish(100);
        Opening opening = open("pos:here.2", 0);
        assertThat(opening.outcome().state()).isEqualTo(Notice.State.LOST);
        assertThat(opening.from()).isEqualTo(2);
        assertThat(opening.floor()).isEqualTo(100 - log.size().events());
        assertThat(opening.outcome().replayed()).isEqualTo(log.size().events());
        assertThat(opening.outcome().reason()).contains("no longer");
    }

    @Test
    void givesTheNewestAfterALossIfAskedTo() {
        publish(100);
        assertThat(open("pos:here.2", 3).from()).isEqualTo(97);
        assertThat(open("pos:other.2", 3).from()).isEqualTo(97);
        assertThat(open("unknown", 3).from()).isEqualTo(97);
        assertThat(open("pos:here.2", 1_000).from()).isEqualTo(100 - log.size().events());
    }

    @Test
    void doesNotRepeatAfterALossWhatTheReaderHasSeen() {
        for (int i = 0; i < 10; i++) {
            log.append(List.of(Event.of("b", "")));
        }
        publish(10);
        log.append(List.of(Event.of("b", "")));
        // Of b everything before the last is gone, and the reader had come to 15.
        Opening opening = open("pos:here.c", 100);
        assertThat(opening.outcome().state()).isEqualTo(Notice.State.RESUMED);
        assertThat(opening.from()).isEqualTo(12);
    }

    @Test
    void isLiveBehindACursorOfAnotherLog() {
        publish(5);
        for (String cursor : List.of("pos:other.2", "pos:here.6", "pos:here.-1", "pos:nonsense", "unknown")) {
            Opening opening = open(cursor, 0);
            assertThat(opening.outcome().state()).as(cursor).isEqualTo(Notice.State.LOST);
            assertThat(opening.from()).as(cursor).isEqualTo(5);
            assertThat(opening.outcome().reason()).as(cursor).isNotEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "pos:other.2,   the cursor is of another log",
        "pos:here.2s,   the cursor is beyond the end of the log",
        "pos:here.-1,   the position in the cursor is negative",
        "pos:here.X,    the position in the cursor is not a number",
        "pos:here.zzzzzzzzzzzzzz, the position in the cursor is beyond any log",
        "pos:here,      the cursor is not of the form pos:EPOCH.POSITION",
        "gone,          no kept event has this id"
    })
    void saysWhatIsWrongWithACursor(String cursor, String reason) {
        publish(5);
        assertThat(open(cursor, 0).outcome().reason()).isEqualTo(reason);
    }

    @Test
    void tellsNobodyOfALossWhoHadNoClaim() {
        publish(100);
        long dropped = 100 - log.size().events();
        assertThat(open(Start.EARLIEST, 0).floor()).isEqualTo(dropped);
        assertThat(open(null, 1_000).floor()).isEqualTo(dropped);
        assertThat(open("pos:other.2", 1_000).floor()).isEqualTo(dropped);
    }

    @Test
    void doesNotCountWhatWillBeConflated() {
        publish(5);
        mode = DeliveryMode.LATEST;
        assertThat(open(Start.EARLIEST, 0).outcome().replayed()).isEqualTo(-1);
    }

    @Test
    void doesNotCountUnlessAsked() {
        publish(5);
        assertThat(Opening.of(log, interest("a"), Start.after("pos:here.2"), 5)
                        .outcome()
                        .replayed())
                .isEqualTo(-1);
    }

    private Opening open(@org.jspecify.annotations.Nullable String cursor, int last) {
        return Opening.of(log, interest("a"), new Start(cursor, last, true), log.end());
    }

    private void publish(int count) {
        for (int i = 0; i < count; i++) {
            log.append(List.of(Event.of("a", "")));
        }
    }

    private Interest interest(String topic) {
        return new Interest(Selectors.of(topic), PlainFormat.PLAIN, mode);
    }
}
