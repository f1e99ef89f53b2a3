package dev.pharos.config;

import java.nio.file.Path;

/** Where the value of a setting comes from. The later ones win over the earlier ones. */
public sealed interface Origin {

    /** What is so unless somebody says otherwise. */
    record Default() implements Origin {
        @Override
        public String where() {
            return "default";
        }

        @Override
        public String subject(String key) {
            return key;
        }
    }

    /**
     * A line of the file.
     *
     * @param line from 1
     */
    record File(Path path, int line) implements Origin {
        @Override
        public String where() {
            return path + ":" + line;
        }

        @Override
        public String subject(String key) {
            return where() + ": " + key;
        }
    }

    /** A variable of the environment. */
    record Variable(String name) implements Origin {
        @Override
        public String where() {
            return "$" + name;
        }

        @Override
        public String subject(String key) {
            return where();
        }
    }

    /** A flag of the command line, with its dashes; {@code --set KEY} too. */
    record Flag(String name) implements Origin {
        @Override
        public String where() {
            return name;
        }

        @Override
        public String subject(String key) {
            return name;
        }
    }

    /** How it is named to people, briefly. */
    String where();

    /** What a sentence about the value of {@code key} begins with. */
    String subject(String key);

    /** Which one wins: the higher. */
    default int rank() {
        return switch (this) {
            case Default d -> 0;
            case File f -> 1;
            case Variable v -> 2;
            case Flag f -> 3;
        };
    }
}
