package io.github.cola4j.predict;

/**
 * One turn of a conversation.
 *
 * @param role {@code system}, {@code user}, {@code assistant} or what else the base's template
 *     knows
 * @param content what is said
 */
public record Message(String role, String content) {}
