package io.github.cola4j.kernel.shell;

import java.awt.image.RenderedImage;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.Renderer;

/** Makes of a value what a front end can show. */
final class Show {
  private final Renderer renderer;

  Show(Renderer renderer) {
    this.renderer = renderer;
  }

  DisplayData of(Object value) {
    if (value instanceof DisplayData data) {
      return data;
    }
    if (value.getClass().isArray()) {
      return new DisplayData(array(value));
    }
    DisplayData shown = renderer.render(value);
    if (value instanceof RenderedImage image) {
      shown.putText("An image of " + image.getWidth() + " x " + image.getHeight() + " pixels");
    }
    return shown;
  }

  private static String array(Object values) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < Array.getLength(values); i++) {
      Object each = Array.get(values, i);
      all.add(each != null && each.getClass().isArray() ? array(each) : String.valueOf(each));
    }
    return all.toString();
  }
}
