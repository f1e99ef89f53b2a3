package dev.pharos.config;

import java.util.List;

/** A part of a YAML document with the line it begins on, from 1. */
sealed interface YamlNode {

    int line();

    /**
     * A text.
     *
     * @param nothing whether it is not quoted and stands for no value
     */
    record Scalar(String text, boolean nothing, int line) implements YamlNode {}

    /** A list. */
    record Sequence(List<YamlNode> items, int line) implements YamlNode {}

    /** Names and what they stand for, in the order of the document; a name may be there twice. */
    record Mapping(List<Entry> entries, int line) implements YamlNode {}

    /** One of them. */
    record Entry(String name, int line, YamlNode value) {}
}
