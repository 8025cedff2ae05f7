/**
 * {@code %cola}: a class for each word after it, which takes arguments, calls {@code live} or
 * {@code work}, and shows what comes of it. Knows no kernel.
 */
package io.github.cola4j.kernel.magic;
