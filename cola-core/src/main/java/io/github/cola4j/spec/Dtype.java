package io.github.cola4j.spec;

/**
 * The key {@code dtype}: what the frozen base's linear modules are held in. Everything else is
 * float32: what is computed, adapters and their optimizers' state, norms, tables of embeddings and
 * the head.
 */
public enum Dtype {
  /** Four bytes a weight; {@code float32}. */
  FLOAT32,

  /** Two bytes: as wide a range, fewer digits; {@code bfloat16}. */
  BFLOAT16,

  /** Two bytes: more digits than those of bfloat16, nothing beyond 65504; {@code float16}. */
  FLOAT16;

  /** Reads the key, once the task is read. */
  static Dtype read(Section root, Task task) {
    if (task == Task.IMAGE_CLASSIFICATION) {
      root.refuse("dtype", "models for images are held in float32", "remove it");
      return FLOAT32;
    }
    return root.value("dtype", Type.choice(Dtype.class), FLOAT32);
  }
}
