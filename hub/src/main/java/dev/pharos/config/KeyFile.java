package dev.pharos.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads files with keys in them. Failures are a sentence about the file, never with what is in it. */
public final class KeyFile {

    private static final int LARGEST = 1 << 20;

    private KeyFile() {}

    /** The secret that is here or in a file, without the line break at its end. */
    public static Secret secret(KeyEntry.Material material) throws IOException {
        return switch (material) {
            case KeyEntry.Material.Text text -> text.secret();
            case KeyEntry.Material.SecretFile file -> secret(file.path());
            default -> throw new IllegalArgumentException("not a secret: " + material);
        };
    }

    private static Secret secret(Path path) throws IOException {
        String secret = line(path);
        if (secret.isEmpty()) {
            throw new IOException(path + " is empty");
        }
        return new Secret(secret);
    }

    /** The text of a file without the line break at its end, which editors and shells add. */
    public static String line(Path path) throws IOException {
        String text = text(path);
        int end = text.endsWith("\r\n") ? 2 : text.endsWith("\n") ? 1 : 0;
        return text.substring(0, text.length() - end);
    }

    /** The text of a file of at most 1 MiB. */
    public static String text(Path path) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(LARGEST + 1);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + path, e);
        } catch (AccessDeniedException e) {
            throw new IOException(path + " may not be read by the user that the hub runs as", e);
        } catch (IOException e) {
            throw new IOException(
                    Files.isDirectory(path) ? path + " is a directory" : path + " cannot be read: " + e.getMessage(),
                    e);
        }
        if (bytes.length > LARGEST) {
            throw new IOException(path + " is larger than 1 MiB, the limit");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IOException(path + " is not UTF-8 text", e);
        }
    }
}
