/**
 * What notebooks do outside of the kernel's own JVM, and what that takes from Maven's repositories.
 * Depends on cola-core, cola-repository and Maven Resolver.
 */
package io.github.cola4j.kernel.work;
