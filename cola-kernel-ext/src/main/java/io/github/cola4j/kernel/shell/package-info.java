/**
 * A Jupyter kernel for Java: JShell behind the Jupyter protocol. Depends on JJava's base of kernels
 * and on the JDK.
 */
package io.github.cola4j.kernel.shell;
