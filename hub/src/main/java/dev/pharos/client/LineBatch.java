package dev.pharos.client;

import dev.pharos.client.Backlog.Item;
import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * Lines that go out together until the hub has answered for each, with the key by which it knows them again.
 *
 * <p>The hub knows a line by the key and the number of the line in the body. So what is done is left blank, and the others
 * keep their numbers however often they are sent. Used by one thread.
 */
final class LineBatch {

    private final String key;
    private final List<Item> items;
    private int done;
    private boolean oneByOne;

    /**
     * @param key used for no other batch
     * @param items at least one
     */
    LineBatch(String key, List<Item> items) {
        this.key = key;
        this.items = items;
    }

    String key() {
        return key;
    }

    /** From here on each body has one line. */
    void sendOneByOne() {
        oneByOne = true;
    }

    /** How many lines, from the first that is not done, the body has. */
    int size() {
        return oneByOne ? 1 : items.size() - done;
    }

    boolean isDone() {
        return done == items.size();
    }

    /** The line that comes so many behind the first that is not done. */
    Item item(int index) {
        return items.get(done + index);
    }

    /** The hub has answered for so many more lines. */
    void done(int count) {
        done += count;
    }

    /** What is to be sent. */
    byte[] body() {
        List<Item> sent = items.subList(done, done + size());
        ByteArrayOutputStream out = new ByteArrayOutputStream(
                done + sent.stream().mapToInt(item -> item.json().length).sum());
        for (int i = 0; i < done; i++) {
            out.write('\n');
        }
        for (Item item : sent) {
            out.writeBytes(item.json());
        }
        return out.toByteArray();
    }
}
