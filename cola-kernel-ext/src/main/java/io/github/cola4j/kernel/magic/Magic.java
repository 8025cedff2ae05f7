package io.github.cola4j.kernel.magic;

/** What a word after {@code %cola} stands for; picocli has filled in the arguments. */
interface Magic {
  /**
   * Does it.
   *
   * @return for cells that want an object, say {@code var run = %cola finetune} where a kernel has
   *     that; null for none
   * @throws io.github.cola4j.kernel.notebook.CellError what is wrong, for the reader of the cell
   */
  Object run() throws InterruptedException;
}
