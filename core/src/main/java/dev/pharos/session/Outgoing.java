package dev.pharos.session;

import dev.pharos.http.Encoded;

/** What a session sends: text messages or one binary message. */
public sealed interface Outgoing {

    /** Its size. */
    int bytes();

    /** A run of text messages, one a part. */
    record Text(Encoded messages) implements Outgoing {
        @Override
        public int bytes() {
            return messages.length();
        }
    }

    /** One binary message; the array is not changed. */
    @SuppressWarnings("ArrayRecordComponent")
    record Binary(byte[] message) implements Outgoing {
        @Override
        public int bytes() {
            return message.length;
        }
    }
}
