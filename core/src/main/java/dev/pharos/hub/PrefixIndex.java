package dev.pharos.hub;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A map from prefixes to values that finds all values whose prefix a given text begins with, in time proportional to
 * the length of the text and the number of hits.
 *
 * <p>A path-compressed trie of immutable nodes: a change makes new nodes along one path and then publishes the root.
 * One writer at a time, which the caller sees to; any number of readers at any time, each of which sees the index as it
 * was at one moment. What has been removed leaves nothing behind. A prefix may have many values, distinct by
 * {@code equals}. Values have weights, so that it is known at any time how much a text can find at most.
 */
final class PrefixIndex<V> {

    private static final Object[] NO_VALUES = {};
    private static final Node[] NO_CHILDREN = {};
    private static final Node EMPTY = new Node("", NO_VALUES, 0, NO_CHILDREN);

    private volatile Node root = EMPTY;

    /** One edge and what hangs on it. Unless it is the root, it has a value or at least two children. Compares by identity. */
    private static final class Node {

        /** What comes after the parent's text; empty for the root only. */
        final String edge;
        /** Those of exactly this prefix. */
        final Object[] values;
        /** By the first character of their edges, which is distinct; ascending. */
        final Node[] children;
        /** Of the values together. */
        final long weight;
        /** Of the values of this node and those below it on one way, at most. */
        final long heaviest;

        Node(String edge, Object[] values, long weight, Node[] children) {
            this.edge = edge;
            this.values = values;
            this.weight = weight;
            this.children = children;
            long below = 0;
            for (Node child : children) {
                below = Math.max(below, child.heaviest);
            }
            heaviest = weight + below;
        }
    }

    /** Adds a value; false if the prefix has it already. Costs the prefix's depth and the values beside this one. */
    boolean add(String prefix, V value, int weight) {
        Node before = root;
        Node after = added(before, prefix, value, weight);
        root = after;
        return after != before;
    }

    /** Removes a value; false if the prefix does not have it. Costs as much as adding; the weight is that it came with. */
    boolean remove(String prefix, V value, int weight) {
        Node before = root;
        Node after = removed(before, prefix, value, weight);
        root = after == null ? EMPTY : after;
        return after != before;
    }

    /** Gives every value whose prefix {@code text} begins with, shorter prefixes first. */
    @SuppressWarnings("unchecked")
    void forEachPrefixOf(String text, Consumer<? super V> sink) {
        Node node = root;
        int at = 0;
        while (node != null) {
            for (Object value : node.values) {
                sink.accept((V) value);
            }
            if (at == text.length()) {
                return;
            }
            int found = find(node.children, text.charAt(at));
            node = found < 0 ? null : node.children[found];
            if (node != null) {
                if (!text.startsWith(node.edge, at)) {
                    return;
                }
                at += node.edge.length();
            }
        }
    }

    /** The weight of all values that one text can find, at most: there is such a text. */
    long heaviest() {
        return root.heaviest;
    }

    /** Whether there are no values at all. */
    boolean isEmpty() {
        return root == EMPTY;
    }

    /** The number of nodes, which is at most twice the number of distinct prefixes, and one. */
    int nodes() {
        return nodes(root);
    }

    private static int nodes(Node root) {
        ArrayDeque<Node> left = new ArrayDeque<>(List.of(root));
        int count = 0;
        for (Node node = left.poll(); node != null; node = left.poll()) {
            count++;
            left.addAll(List.of(node.children));
        }
        return count;
    }

    /** The tree with the value at the prefix; the same if it is there already. */
    private static Node added(Node root, String prefix, Object value, int weight) {
        Path path = new Path();
        Node node = root;
        int at = 0;
        while (at < prefix.length()) {
            int found = find(node.children, prefix.charAt(at));
            if (found < 0) {
                Node leaf = new Node(prefix.substring(at), new Object[] {value}, weight, NO_CHILDREN);
                Node grown = new Node(node.edge, node.values, node.weight, with(node.children, ~found, leaf));
                return Objects.requireNonNull(path.rebuilt(grown));
            }
            Node child = node.children[found];
            int common = common(child.edge, prefix, at);
            path.down(node, found);
            at += common;
            if (common < child.edge.length()) {
                Node lower = new Node(child.edge.substring(common), child.values, child.weight, child.children);
                child = new Node(child.edge.substring(0, common), NO_VALUES, 0, new Node[] {lower});
            }
            node = child;
        }
        if (indexOf(node.values, value) >= 0) {
            return root;
        }
        Object[] values = Arrays.copyOf(node.values, node.values.length + 1);
        values[node.values.length] = value;
        return Objects.requireNonNull(path.rebuilt(new Node(node.edge, values, node.weight + weight, node.children)));
    }

    /** The tree without the value; the same if it is not there, null if nothing is left. */
    private static @Nullable Node removed(Node root, String prefix, Object value, int weight) {
        Path path = new Path();
        Node node = root;
        int at = 0;
        while (at < prefix.length()) {
            int found = find(node.children, prefix.charAt(at));
            if (found < 0 || !prefix.startsWith(node.children[found].edge, at)) {
                return root;
            }
            path.down(node, found);
            node = node.children[found];
            at += node.edge.length();
        }
        int index = indexOf(node.values, value);
        return index < 0
                ? root
                : path.rebuilt(merged(node.edge, without(node.values, index), node.weight - weight, node.children));
    }

    /** The way from the root to a node. A list and not the stack, because a hostile index is thousands of nodes deep. */
    private static final class Path {
        private final ArrayList<Node> nodes = new ArrayList<>();
        private final ArrayList<Integer> children = new ArrayList<>();

        void down(Node node, int child) {
            nodes.add(node);
            children.add(child);
        }

        /** The root again, with another node, or none, at the end of the way. */
        @Nullable
        Node rebuilt(@Nullable Node end) {
            Node changed = end;
            for (int i = nodes.size() - 1; i >= 0; i--) {
                Node node = nodes.get(i);
                int child = children.get(i);
                if (changed == null) {
                    changed = merged(node.edge, node.values, node.weight, without(node.children, child));
                } else {
                    Node[] renewed = node.children.clone();
                    renewed[child] = changed;
                    changed = new Node(node.edge, node.values, node.weight, renewed);
                }
            }
            return changed;
        }
    }

    /** A node of these parts, joined with its only child if it has no values, null if it has neither. */
    private static @Nullable Node merged(String edge, Object[] values, long weight, Node[] children) {
        if (values.length > 0 || children.length > 1 || (edge.isEmpty() && children.length == 1)) {
            return new Node(edge, values, weight, children);
        }
        if (children.length == 0) {
            return null;
        }
        Node only = children[0];
        return new Node(edge + only.edge, only.values, only.weight, only.children);
    }

    private static int common(String edge, String prefix, int at) {
        int most = Math.min(edge.length(), prefix.length() - at);
        int i = 0;
        while (i < most && edge.charAt(i) == prefix.charAt(at + i)) {
            i++;
        }
        return i;
    }

    private static int indexOf(Object[] values, Object value) {
        for (int i = 0; i < values.length; i++) {
            if (values[i].equals(value)) {
                return i;
            }
        }
        return -1;
    }

    /** Where the child is whose edge begins with the character, or the complement of where it belongs. */
    private static int find(Node[] children, char first) {
        int low = 0;
        int high = children.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int difference = children[middle].edge.charAt(0) - first;
            if (difference < 0) {
                low = middle + 1;
            } else if (difference > 0) {
                high = middle - 1;
            } else {
                return middle;
            }
        }
        return ~low;
    }

    private static Node[] with(Node[] children, int index, Node child) {
        Node[] more = new Node[children.length + 1];
        System.arraycopy(children, 0, more, 0, index);
        more[index] = child;
        System.arraycopy(children, index, more, index + 1, children.length - index);
        return more;
    }

    private static <T> T[] without(T[] array, int index) {
        T[] fewer = Arrays.copyOf(array, array.length - 1);
        System.arraycopy(array, index + 1, fewer, index, array.length - index - 1);
        return fewer;
    }
}
