package dev.pharos.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection of an HTTP/1.1 client that sends any bytes and reads what comes, piece by piece.
 *
 * <p>Blocking; one thread may read while another writes. A read that takes longer than the time-out (30 s unless set)
 * throws {@link SocketTimeoutException}. Text is ISO-8859-1 unless said otherwise.
 */
public final class RawHttp implements AutoCloseable {

    private static final int MAX_LINE = 1 << 20;

    private final Socket socket;
    private final InputStream in;

    private RawHttp(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** Connects to a port of the loopback address. */
    public static RawHttp connect(int port) throws IOException {
        return connect(port, 0);
    }

    /** Connects with a receive buffer of about so many bytes, or the system's own for 0. */
    public static RawHttp connect(int port, int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        try {
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(30_000);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 30_000);
            return new RawHttp(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** The port of this end. */
    public int localPort() {
        return socket.getLocalPort();
    }

    /** Sets how long a read may take. */
    public RawHttp timeout(Duration timeout) throws IOException {
        socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
        return this;
    }

    /** Sends text as it is. */
    public RawHttp send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends bytes as they are. */
    public RawHttp send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Sends a GET with a {@code Host} and these further lines, each {@code Name: value}. */
    public RawHttp get(String target, String... lines) throws IOException {
        return request("GET", target, lines);
    }

    /** Sends the head of a request with a {@code Host} and these further lines, each {@code Name: value}. */
    public RawHttp request(String method, String target, String... lines) throws IOException {
        StringBuilder head =
                new StringBuilder(method).append(' ').append(target).append(" HTTP/1.1\r\nHost: test\r\n");
        for (String line : lines) {
            head.append(line).append("\r\n");
        }
        return send(head.append("\r\n").toString());
    }

    /** Sends one chunk of a chunked body. */
    public RawHttp chunk(String data) throws IOException {
        return send(Integer.toHexString(data.length()) + "\r\n" + data + "\r\n");
    }

    /** Sends the last chunk of a chunked body. */
    public RawHttp lastChunk() throws IOException {
        return send("0\r\n\r\n");
    }

    /** Reads the status line and the fields of an answer. */
    public Head readHead() throws IOException {
        String[] status = readLine().split(" ", 3);
        if (status.length < 2) {
            throw new IOException("not a status line: " + String.join(" ", status));
        }
        List<Field> fields = new ArrayList<>();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IOException("not a field: " + line);
            }
            fields.add(new Field(
                    line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        return new Head(status[0], Integer.parseInt(status[1]), status.length == 3 ? status[2] : "", fields);
    }

    /** Reads a whole answer, to a request that is not HEAD. */
    public Answer readAnswer() throws IOException {
        Head head = readHead();
        return new Answer(head, readBody(head));
    }

    /** Reads the body that belongs to a head, whatever its framing. */
    public byte[] readBody(Head head) throws IOException {
        if (head.status() == 204 || head.status() == 304 || head.status() < 200) {
            return new byte[0];
        }
        if (head.chunked()) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (byte[] chunk = readChunk(); chunk != null; chunk = readChunk()) {
                body.writeBytes(chunk);
            }
            return body.toByteArray();
        }
        String length = head.get("Content-Length");
        return length == null ? in.readAllBytes() : readBytes(Integer.parseInt(length));
    }

    /** Reads one chunk; null for the last one and the line behind it. */
    public byte @Nullable [] readChunk() throws IOException {
        String size = readLine();
        int length = Integer.parseInt(size, 16);
        byte[] data = readBytes(length);
        String end = readLine();
        if (!end.isEmpty()) {
            throw new IOException("a chunk of " + length + " bytes is followed by " + end);
        }
        return length == 0 ? null : data;
    }

    /** Reads chunks until they hold at least so many bytes, and returns them in one. */
    public byte[] readChunks(int atLeast) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (body.size() < atLeast) {
            byte[] chunk = readChunk();
            if (chunk == null) {
                throw new EOFException("the last chunk came after %d of %d bytes".formatted(body.size(), atLeast));
            }
            body.writeBytes(chunk);
        }
        return body.toByteArray();
    }

    /** Reads chunks until they hold as many bytes as this text in UTF-8, and returns them as text. */
    public String readChunksLike(String expected) throws IOException {
        int length = expected.getBytes(StandardCharsets.UTF_8).length;
        return new String(readChunks(length), StandardCharsets.UTF_8);
    }

    /** Reads exactly so many bytes. */
    public byte[] readBytes(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the connection ended after %d of %d bytes".formatted(bytes.length, length));
        }
        return bytes;
    }

    /** Reads one byte, or -1 at the end of the connection. */
    public int read() throws IOException {
        return in.read();
    }

    /** Reads a line without its CR LF. */
    public String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int c = in.read();
            if (c < 0) {
                throw new EOFException("the connection ended within the line '" + line + "'");
            }
            if (c == '\n') {
                int length = line.length();
                if (length == 0 || line.charAt(length - 1) != '\r') {
                    throw new IOException("a line ends without CR: " + line);
                }
                line.setLength(length - 1);
                return line.toString();
            }
            if (line.length() == MAX_LINE) {
                throw new IOException("a line is longer than " + MAX_LINE);
            }
            line.append((char) c);
        }
    }

    /** Reads up to the end of the connection; what a reset swallowed is missing. */
    public byte[] readToEnd() throws IOException {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        try {
            for (int c = in.read(); c >= 0; c = in.read()) {
                rest.write(c);
            }
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            // A reset is an end too.
            return rest.toByteArray();
        }
        return rest.toByteArray();
    }

    /** Whether nothing comes for so long and the connection stays open. */
    public boolean silentFor(Duration duration) throws IOException {
        int before = socket.getSoTimeout();
        timeout(duration);
        in.mark(1);
        try {
            if (in.read() >= 0) {
                in.reset();
            }
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        } finally {
            socket.setSoTimeout(before);
        }
    }

    /** Ends this side's sending; reading goes on. */
    public RawHttp finish() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Ends the connection with a reset instead of a FIN. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Whether this end was closed. */
    public boolean closed() {
        return socket.isClosed();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** The stream of what comes, for a codec of another kind. */
    InputStream in() {
        return in;
    }

    /** One header field. */
    public record Field(String name, String value) {}

    /** The status line and the fields of an answer. */
    public record Head(String version, int status, String reason, List<Field> fields) {

        /** The first value of a field of this name in any case, or null. */
        public @Nullable String get(String name) {
            return all(name).stream().findFirst().orElse(null);
        }

        /** All values of the fields of this name in any case. */
        public List<String> all(String name) {
            return fields.stream()
                    .filter(field -> field.name().equalsIgnoreCase(name))
                    .map(Field::value)
                    .toList();
        }

        /** Whether the body comes in chunks. */
        public boolean chunked() {
            return "chunked".equalsIgnoreCase(get("Transfer-Encoding"));
        }
    }

    /** A whole answer. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Answer(Head head, byte[] body) {

        /** The status code. */
        public int status() {
            return head.status();
        }

        /** The body as UTF-8. */
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }
}
