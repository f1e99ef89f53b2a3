package dev.pharos.cli;

import dev.pharos.client.EventSink;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Prints events in UTF-8, each on one line.
 *
 * <p>A line break within data becomes {@code \n}. On a terminal other control characters become {@code \xNN}, so that
 * nothing published can move the cursor or change the colours of whoever reads it.
 */
final class EventPrinter implements EventSink {

    private final OutputStream out;
    private final boolean terminal;

    EventPrinter(OutputStream out, boolean terminal) {
        this.out = new BufferedOutputStream(out, 64 * 1024);
        this.terminal = terminal;
    }

    @Override
    public void event(String data) throws IOException {
        out.write(line(data, terminal).getBytes(StandardCharsets.UTF_8));
        out.write('\n');
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    static String line(String data, boolean terminal) {
        for (int i = 0; i < data.length(); i++) {
            if (Character.isISOControl(data.charAt(i))) {
                return escape(data, i, terminal);
            }
        }
        return data;
    }

    private static String escape(String data, int from, boolean terminal) {
        StringBuilder line = new StringBuilder(data.length() + 16).append(data, 0, from);
        for (int i = from; i < data.length(); i++) {
            char c = data.charAt(i);
            if (c == '\n') {
                line.append("\\n");
            } else if (terminal && c != '\t' && Character.isISOControl(c)) {
                line.append("\\x%02x".formatted((int) c));
            } else {
                line.append(c);
            }
        }
        return line.toString();
    }
}
