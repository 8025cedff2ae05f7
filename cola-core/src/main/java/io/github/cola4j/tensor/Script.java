package io.github.cola4j.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Functions written in TorchScript, kept as readable text beside the class that calls them: one
 * call runs many operations, and autograd goes through them. The text is one class {@code
 * K(Module)} whose methods take and return tensors; it is packed in memory into the archive that
 * {@code torch.jit.load} reads, so no Python is needed.
 *
 * <p>A scalar or a list of integers travels as a small tensor ({@code x.item()}, {@code x.tolist()}
 * in the script). Methods may be called from several threads.
 */
public final class Script implements AutoCloseable {
  private final PtSymbolBlock module;
  private final NDManager manager;
  private final Map<String, NDArray> methods = new ConcurrentHashMap<>();

  private Script(NDManager manager, byte[] archive) throws IOException {
    this.manager = manager.newSubManager();
    this.module =
        JniUtils.loadModule(
            (PtNDManager) this.manager, new ByteArrayInputStream(archive), true, false);
  }

  /**
   * Loads the text resource {@code name} that lies beside {@code owner}.
   *
   * @throws IllegalStateException if there is none, or PyTorch refuses the text
   */
  public static Script load(NDManager manager, Class<?> owner, String name) {
    try (InputStream text = owner.getResourceAsStream(name)) {
      if (text == null) {
        throw new IllegalStateException("no script " + name + " beside " + owner.getName());
      }
      return new Script(manager, archive(text.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Calls one method; the results belong to the current {@link Scope}, or to the manager of the
   * first argument.
   */
  public NDList call(String method, NDArray... arguments) {
    NDList inputs = new NDList(arguments.length + 1);
    for (NDArray argument : arguments) {
      inputs.add(argument);
    }
    inputs.add(methods.computeIfAbsent(method, this::marker));
    // The training flavour: the other one runs in inference mode, whose results can never take part
    // in autograd.
    return IValueUtils.forward(module, inputs, true);
  }

  /** Calls a method that returns one tensor. */
  public NDArray apply(String method, NDArray... arguments) {
    return call(method, arguments).head();
  }

  /** DJL picks the method by an array of this name among the inputs. */
  private NDArray marker(String method) {
    NDArray marker = Owned.by(manager, m -> m.create(0f));
    marker.setName("module_method:" + method);
    return marker;
  }

  @Override
  public void close() {
    module.close();
    manager.close();
  }

  private static byte[] archive(byte[] text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      // Pickles of an instance of __torch__.K without attributes, and of an empty tuple of
      // constants.
      store(zip, "m/data.pkl", latin("\u0080\u0002c__torch__\nK\n)\u0081}b."));
      store(zip, "m/code/__torch__.py", text);
      store(zip, "m/constants.pkl", latin("\u0080\u0002)."));
      store(zip, "m/version", latin("10\n"));
    }
    return bytes.toByteArray();
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
