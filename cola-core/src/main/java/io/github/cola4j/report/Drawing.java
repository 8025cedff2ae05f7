package io.github.cola4j.report;

import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.io.StringWriter;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGIDGenerator;
import org.knowm.xchart.internal.chartpart.Chart;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** A chart as SVG: the same bytes each time, and no two with the same identifiers. */
final class Drawing {
  private static final String SVG = "http://www.w3.org/2000/svg";
  private static final int DECIMALS = 2;

  private Drawing() {}

  /**
   * Whether text can be drawn: a Java without fonts, as in the smallest containers, fails at the
   * first letter, each time with another error.
   */
  static boolean possible() {
    try {
      FontRenderContext plain = new FontRenderContext(null, true, true);
      new TextLayout("0", new Font(Font.SANS_SERIF, Font.PLAIN, 12), plain).getBounds();
      return true;
    } catch (RuntimeException | LinkageError | InternalError e) {
      return false;
    }
  }

  /**
   * Draws a chart.
   *
   * @param id what its identifiers begin with
   */
  static Plot of(Chart<?, ?> chart, String id) {
    try {
      Document document =
          DocumentBuilderFactory.newDefaultInstance()
              .newDocumentBuilder()
              .getDOMImplementation()
              .createDocument(SVG, "svg", null);
      SVGGeneratorContext context = SVGGeneratorContext.createDefault(document);
      context.setComment(null); // it would name the library's version
      context.setPrecision(DECIMALS);
      context.setIDGenerator(new Identifiers(id));
      SVGGraphics2D graphics = new SVGGraphics2D(context, false);
      chart.paint(graphics, chart.getWidth(), chart.getHeight());
      String title = LegalText.line(chart.getTitle());
      return new Plot(title, text(finished(document, graphics.getRoot(), chart, id, title)));
    } catch (ParserConfigurationException | TransformerException e) {
      throw new IllegalStateException("every Java writes XML", e);
    }
  }

  private static Element finished(
      Document document, Element root, Chart<?, ?> chart, String id, String title) {
    root.setAttribute("width", "" + chart.getWidth());
    root.setAttribute("height", "" + chart.getHeight());
    root.setAttribute("viewBox", "0 0 " + chart.getWidth() + " " + chart.getHeight());
    root.setAttribute("role", "img");
    for (Node child = root.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (child instanceof Element element && !element.getAttribute("id").isEmpty()) {
        element.setAttribute("id", id + "-" + element.getAttribute("id"));
      }
    }
    Element name = document.createElementNS(SVG, "title"); // what a screen reader reads
    name.setTextContent(title);
    root.insertBefore(name, root.getFirstChild());
    return root;
  }

  private static String text(Element svg) throws TransformerException {
    // The JDK's, so that no other on the class path changes the bytes.
    Transformer transformer = TransformerFactory.newDefaultInstance().newTransformer();
    transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
    StringWriter text = new StringWriter();
    transformer.transform(new DOMSource(svg), new StreamResult(text));
    return text.toString();
  }

  /** Several drawings may stand in one page. */
  private static final class Identifiers extends SVGIDGenerator {
    private final String id;

    Identifiers(String id) {
      this.id = id;
    }

    @Override
    public String generateID(String prefix) {
      return id + "-" + super.generateID(prefix);
    }
  }
}
