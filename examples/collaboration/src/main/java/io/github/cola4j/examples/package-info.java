/** The program that made the example's data; it depends on nothing. */
package io.github.cola4j.examples;
