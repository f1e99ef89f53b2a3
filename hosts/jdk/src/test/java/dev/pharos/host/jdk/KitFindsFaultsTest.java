package dev.pharos.host.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedMethod;

import dev.pharos.host.jdk.FaultyHost.Fault;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** That the kit's checks can fail: each finds the host that breaks what it checks, and passes the sound one. */
class KitFindsFaultsTest {

    @AfterEach
    void soundAgain() {
        FaultyHost.fault = Fault.NONE;
    }

    @ParameterizedTest
    @CsvSource({
        "HANDLER_OFF_LOOP, Requests, methodPathAndQueryArriveAsSent",
        "PATH_DECODED, Requests, methodPathAndQueryArriveAsSent",
        "EMPTY_QUERY_IS_NONE, Requests, anEmptyQueryIsNotTheSameAsNone",
        "ONE_HEADER_OF_A_NAME, Requests, headersAreFoundInAnyCaseAndInTheOrderSent",
        "ANSWER_WITHOUT_ITS_FIELDS, Answers, aWholeAnswerArrivesWithItsLength",
        "RUN_LOST, Streams, runsWrittenInOneTurnArriveWholeAndInOrder",
        "RUNS_LATE, Streams, runsWrittenInOneTurnArriveWholeAndInOrder",
        "CLOSE_TWICE, Streams, aCloseSendsOneLastChunkAndKeepsTheConnection",
        "CLOSE_WITHIN_A_CALL, Streams, aCloseSendsOneLastChunkAndKeepsTheConnection",
        "CLOSE_UNTOLD, Disappearance, aStreamEndsWhenThePeerResets",
        "ALWAYS_READY, SlowReaders, aStreamIsNotReadyOnceItsReaderLags",
        "READY_UNTOLD, SlowReaders, oneRunAboveTheBoundIsTakenWhole",
        "PAUSE_IGNORED, Bodies, aPausedBodyStopsTheWritesOfItsPeer"
    })
    void aFaultIsFoundAndTheSoundHostPasses(Fault fault, String concern, String check) {
        assertThat(failures(Fault.NONE, concern, check)).isZero();
        assertThat(failures(fault, concern, check)).isEqualTo(1);
    }

    private static long failures(Fault fault, String concern, String check) {
        FaultyHost.fault = fault;
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectNestedMethod(
                                        List.of(FaultyHost.class.getName()),
                                        "dev.pharos.testkit.HostContract$" + concern,
                                        check))
                                .build(),
                        listener);
        TestExecutionSummary summary = listener.getSummary();
        assertThat(summary.getTestsStartedCount())
                .as("%s.%s was found", concern, check)
                .isEqualTo(1);
        return summary.getTestsFailedCount();
    }
}
