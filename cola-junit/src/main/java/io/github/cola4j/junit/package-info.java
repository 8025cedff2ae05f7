/**
 * Gates as JUnit tests: {@link io.github.cola4j.junit.ColaRun} names the folder of a finished run
 * and hands what came out of it to tests, {@link io.github.cola4j.junit.ColaAssertions} holds it
 * against what is wanted. What is measured, and how it is told, is {@code gate}'s; what is
 * predicted, {@code predict}'s. May depend on {@code gate}, {@code spec}, {@code source}, {@code
 * run}, {@code predict} and {@code advice}, and on JUnit's API.
 */
package io.github.cola4j.junit;
