package io.github.cola4j.data;

/** A chat template that does not take a conversation; the message goes on from its name. */
public final class ChatTemplateException extends RuntimeException {
  ChatTemplateException(String message) {
    super(message);
  }
}
