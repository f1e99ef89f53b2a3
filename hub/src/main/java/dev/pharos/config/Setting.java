package dev.pharos.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be set.
 *
 * @param <T> what it is in the end
 * @param key its name: words separated by dots; a {@code *} stands for the number of a group in a list
 * @param kind what a value looks like
 * @param list whether it has any number of values
 * @param fallback the default as text, or null when there is none; a list is empty by default
 * @param flag its flag with the dashes, or null when it has none but {@code --set}
 * @param meaning what it does, in a sentence or two
 */
record Setting<T>(
        String key,
        Kind<T> kind,
        boolean list,
        @Nullable String fallback,
        @Nullable String flag,
        String meaning) {

    static <T> Setting<T> of(String key, Kind<T> kind, @Nullable String fallback, String meaning) {
        return new Setting<>(key, kind, false, fallback, null, meaning);
    }

    static <T> Setting<T> listOf(String key, Kind<T> kind, String meaning) {
        return new Setting<>(key, kind, true, null, null, meaning);
    }

    /** The same with a flag of its own. */
    Setting<T> withFlag(String name) {
        return new Setting<>(key, kind, list, fallback, name, meaning);
    }

    /** Whether its value must not be shown. */
    boolean secret() {
        return key.endsWith(".secret");
    }

    /** Whether its value names a file or directory. */
    boolean path() {
        return key.equals("data") || key.endsWith("-file");
    }

    /** The key in the group of the list that has this number. */
    String key(int index) {
        return key.replace("*", Integer.toString(index));
    }

    /** The variable of the environment for {@code key}. */
    static String variable(String key) {
        return "PHAROS_" + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
