package io.github.cola4j.kernel.shell;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.dflib.jjava.jupyter.channels.ShellReplyEnvironment;
import org.dflib.jjava.jupyter.kernel.JupyterIO;

/**
 * What a cell reads and writes. {@code System.out} and {@code System.err} lead to the cell that
 * runs, and after its end, for threads that it left behind, still to that one.
 */
final class CellStreams extends JupyterIO {
  private volatile CellEnvironment cell;
  private volatile boolean mayAsk;

  CellStreams() {
    super(StandardCharsets.UTF_8);
  }

  /** Makes these the streams of this process. */
  void takeOver() {
    System.setOut(new PrintStream(new Text(false, System.out), true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(new Text(true, System.err), true, StandardCharsets.UTF_8));
    System.setIn(new Lines());
  }

  void begin(CellEnvironment cell, boolean mayAsk) {
    this.cell = cell;
    this.mayAsk = mayAsk;
    setEnv(cell);
    setJupyterInEnabled(mayAsk);
  }

  /** Ends what magics wrote without ending the line, and cuts the ways to the cell. */
  void end(ShellReplyEnvironment cell) {
    out.flush();
    err.flush();
    retractEnv(cell);
  }

  /** Lines that the reader of the notebook is asked for, as bytes of UTF-8. */
  private final class Lines extends InputStream {
    private ByteArrayInputStream line = new ByteArrayInputStream(new byte[0]);

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public synchronized int read(byte[] into, int from, int count) throws IOException {
      CellEnvironment asks = cell;
      if (line.available() == 0 && count > 0) {
        if (asks == null || !mayAsk) {
          return -1;
        }
        String text = asks.readFromStdIn();
        if (text.isEmpty()) {
          throw new InterruptedIOException("The cell was interrupted");
        }
        line = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
      }
      return line.read(into, from, count);
    }

    @Override
    public synchronized int available() {
      return line.available();
    }
  }

  /** Bytes of UTF-8 to text for the notebook; a character may come in pieces. */
  private final class Text extends OutputStream {
    private final boolean error;
    private final PrintStream before;
    private final CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private ByteBuffer rest = ByteBuffer.allocate(0);

    Text(boolean error, PrintStream before) {
      this.error = error;
      this.before = before;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int count) {
      CellEnvironment to = cell;
      if (to == null) {
        before.write(bytes, from, count);
        before.flush();
        return;
      }
      ByteBuffer in = ByteBuffer.allocate(rest.remaining() + count);
      in.put(rest).put(bytes, from, count).flip();
      CharBuffer chars = CharBuffer.allocate(in.remaining());
      decoder.decode(in, chars, false);
      rest = in.slice();
      String text = chars.flip().toString();
      if (text.isEmpty()) {
        return;
      }
      if (error) {
        to.writeToStdErr(text);
      } else {
        to.writeToStdOut(text);
      }
    }
  }
}
