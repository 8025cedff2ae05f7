package io.github.cola4j.report;

import java.io.StringWriter;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** A text of elements that is written from begin to end, escaping what it is given. */
final class XmlText {
  private final StringWriter text = new StringWriter();
  private final XMLStreamWriter writer;

  /**
   * @param head what stands before the first element
   */
  XmlText(String head) {
    text.write(head);
    try {
      // The JDK's, so that no other on the class path changes the bytes.
      writer = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Opens an element; attributes are names, each with its value. */
  XmlText open(String element, String... attributes) {
    return write(
        () -> {
          writer.writeStartElement(element);
          attributes(attributes);
        });
  }

  /** An element that never holds anything. */
  XmlText empty(String element, String... attributes) {
    return write(
        () -> {
          writer.writeEmptyElement(element);
          attributes(attributes);
        });
  }

  /** Text within the open element. */
  XmlText text(String content) {
    return write(() -> writer.writeCharacters(LegalText.of(content)));
  }

  /** An element that holds a text alone. */
  XmlText element(String element, String content, String... attributes) {
    return open(element, attributes).text(content).close();
  }

  /** Elements that are written already. */
  XmlText raw(String elements) {
    return write(
        () -> {
          writer.writeCharacters(""); // ends the tag before
          writer.flush();
          text.write(elements);
        });
  }

  /** A line end between elements. */
  XmlText line() {
    return text("\n");
  }

  /** Closes the element opened last. */
  XmlText close() {
    return write(writer::writeEndElement);
  }

  /** All that was written. */
  @Override
  public String toString() {
    write(writer::flush);
    return text.toString();
  }

  private void attributes(String... attributes) throws XMLStreamException {
    for (int i = 0; i < attributes.length; i += 2) {
      writer.writeAttribute(attributes[i], LegalText.of(attributes[i + 1]));
    }
  }

  /** A piece of writing. */
  private interface Piece {
    void write() throws XMLStreamException;
  }

  private XmlText write(Piece piece) {
    try {
      piece.write();
      return this;
    } catch (XMLStreamException e) {
      throw new IllegalStateException("a text in memory can be written", e);
    }
  }
}
