package io.github.cola4j.kernel.jjava;

import io.github.cola4j.kernel.magic.ColaMagic;
import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.kernel.notebook.Completes;
import io.github.cola4j.kernel.notebook.ForUser;
import io.github.cola4j.kernel.notebook.Helps;
import io.github.cola4j.kernel.notebook.Notebook;
import java.util.List;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.magic.CellMagic;
import org.dflib.jjava.jupyter.kernel.magic.LineMagic;

/**
 * {@code %cola} as this base of kernels calls it. What magics return JJava throws away, so nothing
 * is returned: {@link io.github.cola4j.kernel.Cola} is for those who want objects.
 */
final class JJavaMagic
    implements LineMagic<Void, BaseKernel>, CellMagic<Void, BaseKernel>, Completes, Helps {
  private final ColaMagic magic;
  private final Notebook notebook;

  JJavaMagic(ColaMagic magic, Notebook notebook) {
    this.magic = magic;
    this.notebook = notebook;
  }

  @Override
  public Void eval(BaseKernel kernel, List<String> words) throws InterruptedException {
    try {
      magic.line(words);
      return null;
    } catch (CellError e) {
      throw told(kernel, e);
    }
  }

  @Override
  public Void eval(BaseKernel kernel, List<String> words, String body) throws InterruptedException {
    try {
      magic.cell(words, body);
      return null;
    } catch (CellError e) {
      throw told(kernel, e);
    }
  }

  @Override
  public List<String> complete(List<String> words, String last) {
    return magic.complete(words, last);
  }

  @Override
  public String help(List<String> words) {
    return magic.help(words);
  }

  /** JJava shows a trace of its own, in which what is wrong is hard to find. */
  private CellError told(BaseKernel kernel, CellError error) {
    if (!(kernel instanceof ForUser.Kernel)) {
      notebook.err().println(error.getMessage());
      notebook.err().flush();
    }
    return error;
  }
}
