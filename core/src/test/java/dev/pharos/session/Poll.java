package dev.pharos.session;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A poll of a test: its answer is a list of words, null until there is one. */
final class Poll extends PollReceiver {

    @Nullable
    List<String> answer;

    Poll(ProtocolSession session, int most) {
        super(session, most);
    }

    @Override
    protected void onMessages(List<Outgoing> messages) {
        List<String> all = new ArrayList<>();
        for (Outgoing each : messages) {
            switch (each) {
                case Outgoing.Text text -> {
                    for (int part = 0; part < text.messages().parts(); part++) {
                        all.add(text.messages().slice(part, part + 1).toString());
                    }
                }
                case Outgoing.Binary binary -> all.add("binary " + binary.message().length);
            }
        }
        answer = all;
    }

    @Override
    protected void onHeartbeat() {
        answer = List.of("heartbeat");
    }

    @Override
    protected void onEnd(int code, String reason) {
        answer = List.of("close " + code + " " + reason);
    }
}
