package dev.pharos.log;

/** A file of a log is not as it was written. */
final class Damage extends Exception {

    private static final long serialVersionUID = 1L;

    private final String file;
    private final long offset;

    Damage(String file, long offset, String what) {
        super(what);
        this.file = file;
        this.offset = offset;
    }

    String file() {
        return file;
    }

    long offset() {
        return offset;
    }

    /** What to tell a user. */
    LogException refusal(String directory) {
        return new LogException(
                ("the log in %s is damaged: %s in %s at offset %d; './pharos log verify --data %s' shows"
                                + " all of it, './pharos log repair --data %s' what can be saved")
                        .formatted(directory, getMessage(), file, offset, directory, directory));
    }
}
