package dev.pharos.cli;

import java.io.File;
import java.util.List;

/** What starts another process of this program: the script this was started by, or else this Java with this class path. */
final class Launcher {

    private Launcher() {}

    /** The beginning of the command line, before the command. */
    static List<String> words() {
        String script = System.getProperty("pharos.launcher");
        if (script != null) {
            return List.of(script);
        }
        String java = System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
        return List.of(java, "-cp", System.getProperty("java.class.path"), Main.class.getName());
    }
}
