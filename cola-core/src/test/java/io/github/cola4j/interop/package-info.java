/**
 * The Java side of {@code interop/}: two programs, one for each direction, that its script runs. No
 * tests by themselves, since they need what Python wrote.
 */
package io.github.cola4j.interop;
