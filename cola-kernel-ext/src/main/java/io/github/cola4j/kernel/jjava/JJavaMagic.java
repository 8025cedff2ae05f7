package io.github.cola4j.kernel.jjava;

import io.github.cola4j.kernel.magic.ColaMagic;
import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.kernel.notebook.Notebook;
import java.util.List;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.magic.CellMagic;
import org.dflib.jjava.jupyter.kernel.magic.LineMagic;

/**
 * {@code %cola} as this base of kernels calls it.
 *
 * <p>Values are handed over, though the base throws them away.
 */
final class JJavaMagic implements LineMagic<Object, BaseKernel>, CellMagic<Object, BaseKernel> {
  private final ColaMagic magic;
  private final Notebook notebook;

  JJavaMagic(ColaMagic magic, Notebook notebook) {
    this.magic = magic;
    this.notebook = notebook;
  }

  @Override
  public Object eval(BaseKernel kernel, List<String> words) throws InterruptedException {
    try {
      return magic.line(words);
    } catch (CellError e) {
      throw told(e);
    }
  }

  @Override
  public Object eval(BaseKernel kernel, List<String> words, String body)
      throws InterruptedException {
    try {
      return magic.cell(words, body);
    } catch (CellError e) {
      throw told(e);
    }
  }

  /** JJava shows a trace of its own, in which what is wrong is hard to find. */
  private CellError told(CellError error) {
    notebook.err().println(error.getMessage());
    notebook.err().flush();
    return error;
  }
}
