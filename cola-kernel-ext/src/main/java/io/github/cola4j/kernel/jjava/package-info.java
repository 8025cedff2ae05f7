/**
 * The extension in JJava, and in whatever else is made of its base of kernels, our own kernel too.
 * Calls nothing whose signature differs between versions of that base.
 */
package io.github.cola4j.kernel.jjava;
