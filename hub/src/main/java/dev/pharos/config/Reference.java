package dev.pharos.config;

/** The explanation of every setting, made of the catalogue. */
public final class Reference {

    private static final int WIDTH = 96;
    private static final String MARGIN = "    ";

    private Reference() {}

    /** For a terminal. */
    public static String text() {
        StringBuilder out = new StringBuilder();
        for (Setting<?> setting : Settings.all()) {
            out.append(setting.key().replace("*", "N"));
            out.append(setting.list() ? "  (a list)" : "");
            if (setting.fallback() != null) {
                out.append("  (").append(setting.fallback()).append(')');
            }
            out.append('\n');
            wrap(
                    setting.meaning().replace("`", "'") + " Must be "
                            + setting.kind().allowed() + ".",
                    out);
            wrap(named(setting), out);
            out.append('\n');
        }
        return out.toString();
    }

    /** For a document. */
    public static String markdown() {
        StringBuilder out = new StringBuilder("| key | default | what it does |\n|---|---|---|\n");
        for (Setting<?> setting : Settings.all()) {
            out.append("| `").append(setting.key().replace("*", "N")).append("` | ");
            out.append(setting.fallback() == null ? "" : "`" + setting.fallback() + "`");
            out.append(" | ").append(setting.meaning().replace("|", "\\|"));
            String flag = setting.flag();
            out.append(flag == null ? "" : " `" + flag + "`");
            out.append(" |\n");
        }
        return out.toString();
    }

    private static String named(Setting<?> setting) {
        String variable = "$" + Setting.variable(setting.key().replace("*", "N"));
        return setting.flag() == null ? variable : variable + ", " + setting.flag();
    }

    private static void wrap(String text, StringBuilder out) {
        int column = 0;
        for (String word : text.split(" ")) {
            if (column > 0 && column + 1 + word.length() > WIDTH) {
                out.append('\n');
                column = 0;
            }
            out.append(column == 0 ? MARGIN : " ").append(word);
            column += (column == 0 ? MARGIN.length() : 1) + word.length();
        }
        out.append('\n');
    }
}
