package io.github.cola4j.kernel.jjava;

import io.github.cola4j.kernel.Cola;
import io.github.cola4j.kernel.magic.ColaMagic;
import io.github.cola4j.kernel.work.MavenSurroundings;
import io.github.cola4j.kernel.work.Session;
import io.github.cola4j.kernel.work.Workshop;
import java.nio.file.Path;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;

/** Installs {@code %cola} as the jar comes onto the class path. */
public final class JJavaExtension implements Extension {
  @Override
  public void install(BaseKernel kernel) {
    Workshop workshop = new Workshop(new MavenSurroundings(), Path.of(""));
    install(kernel, new Session(new JJavaNotebook(kernel), workshop));
  }

  static void install(BaseKernel kernel, Session session) {
    Cola.use(session);
    JJavaMagic magic = new JJavaMagic(new ColaMagic(session), session.notebook());
    kernel.getMagicsRegistry().registerLineMagic(ColaMagic.NAME, magic);
    kernel.getMagicsRegistry().registerCellMagic(ColaMagic.NAME, magic);
  }
}
