package io.github.cola4j.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailureTest {
  static Stream<Arguments> known() {
    Failure.Kind user = Failure.Kind.USER;
    Failure.Kind memory = Failure.Kind.OUT_OF_MEMORY;
    return Stream.of(
        Arguments.of(new OutOfMemoryError("Java heap space"), memory, "-Xmx"),
        Arguments.of(
            new OutOfMemoryError("Cannot reserve 8 bytes of direct buffer memory"),
            memory,
            "MaxDirectMemorySize"),
        Arguments.of(new OutOfMemoryError("unable to create native thread"), memory, "pids"),
        Arguments.of(
            new IllegalStateException(
                "[enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't allocate"
                    + " memory: you tried to allocate 8589934592 bytes\nmore"),
            memory,
            "the machine is out of memory: [enforce"),
        Arguments.of(new IllegalStateException("CUDA out of memory. Tried"), memory, "GPU"),
        Arguments.of(new IOException("No space left on device"), user, "disk is full"),
        Arguments.of(new NoSuchFileException("train.tsv"), user, "no such file"));
  }

  @ParameterizedTest
  @MethodSource("known")
  void recognisedDirectlyAndAsACause(Throwable problem, Failure.Kind kind, String words) {
    for (Throwable thrown : new Throwable[] {problem, new RuntimeException("x", problem)}) {
      Failure failure = Failure.of(thrown);
      assertEquals(kind, failure.kind());
      assertTrue(failure.text().contains(words), failure.text());
      assertEquals("", failure.stackTrace());
    }
  }

  @Test
  void whatIsNotKnownIsInternal() {
    Failure failure = Failure.of(new IllegalStateException("huh"));
    assertEquals(Failure.Kind.INTERNAL, failure.kind());
    assertTrue(failure.stackTrace().contains("FailureTest"));
  }
}
