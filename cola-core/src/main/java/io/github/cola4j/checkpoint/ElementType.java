package io.github.cola4j.checkpoint;

import java.util.Optional;

/**
 * What one element of a stored tensor is, by the name the safetensors format gives it. The order is
 * the format's own: its reference implementation lays tensors out from the last of these to the
 * first.
 */
public enum ElementType {
  BOOL(1),
  U8(1),
  I8(1),
  I16(2),
  F16(2),
  BF16(2),
  I32(4),
  F32(4),
  F64(8),
  I64(8);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** True for the types that are read as float32, false for those read as int64. */
  public boolean isFloating() {
    return this == F64 || this == F32 || this == F16 || this == BF16;
  }

  /** The type of that name, or nothing for one that is not supported, such as F8_E4M3. */
  public static Optional<ElementType> named(String dtype) {
    for (ElementType type : values()) {
      if (type.name().equals(dtype)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
