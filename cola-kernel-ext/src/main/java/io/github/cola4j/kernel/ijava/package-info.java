/**
 * The extension in IJava, which is not on Maven Central: its base of kernels is compiled against,
 * its own class is reached by its name.
 */
package io.github.cola4j.kernel.ijava;
