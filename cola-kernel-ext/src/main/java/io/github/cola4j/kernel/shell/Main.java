package io.github.cola4j.kernel.shell;

/** What {@code java -jar cola-kernel.jar} does. */
public final class Main {
  private Main() {}

  /** Starts the kernel, or installs it. */
  public static void main(String[] args) {
    throw new UnsupportedOperationException();
  }
}
