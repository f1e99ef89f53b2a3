package dev.pharos.protocol.events;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Makes bad input from good: cuts, repeats, swaps and invents bytes and tokens. */
final class Mutator {

    private static final List<String> TOKENS = List.of(
            "\"",
            "\\",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "null",
            "true",
            "-1",
            "1e999",
            "\\ud800",
            "\\udc00",
            "\\u0000",
            "\r",
            "\n",
            "\r\n",
            "\u0000",
            "\uFEFF",
            "😀",
            "é",
            "%",
            "%0",
            "%00",
            "%0A",
            "%FF",
            "%ED%A0%80",
            "+",
            "&",
            "=",
            ";",
            "topic",
            "topics",
            "data",
            "id",
            "type",
            "retry",
            "private",
            "key",
            "pharos",
            "pos:",
            "pos:e1.1",
            "earliest",
            "lastEventId",
            "last",
            "deliver",
            "latest",
            "wait",
            "control",
            "envelope",
            "cursor",
            "*",
            "{x}",
            "{?x,y*}",
            "{",
            "99999999999999999999",
            "subscribe",
            "publish",
            "event",
            "ref",
            " ",
            "\t",
            "/*");

    private final Random random;

    Mutator(Random random) {
        this.random = random;
    }

    byte[] mutate(byte[] good) {
        byte[] bytes = good;
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            bytes = change(bytes);
        }
        return bytes;
    }

    private byte[] change(byte[] bytes) {
        int at = random.nextInt(bytes.length + 1);
        int until = Math.min(bytes.length, at + random.nextInt(12));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, at);
        switch (random.nextInt(6)) {
            case 0 -> out.write(bytes, until, bytes.length - until);
            case 1 -> {
                for (int n = random.nextInt(5) == 0 ? 2_000 : 2; n > 0; n--) {
                    out.write(bytes, at, until - at);
                }
                out.write(bytes, at, bytes.length - at);
            }
            case 2 -> {
                byte[] noise = new byte[1 + random.nextInt(6)];
                random.nextBytes(noise);
                out.writeBytes(noise);
                out.write(bytes, at, bytes.length - at);
            }
            case 3 -> {}
            default -> {
                out.writeBytes(TOKENS.get(random.nextInt(TOKENS.size())).getBytes(StandardCharsets.UTF_8));
                int from = random.nextBoolean() ? at : until;
                out.write(bytes, from, bytes.length - from);
            }
        }
        return out.toByteArray();
    }
}
