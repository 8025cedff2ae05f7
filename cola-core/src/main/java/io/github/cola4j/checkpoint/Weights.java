package io.github.cola4j.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.Closeable;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Set;

/**
 * The named tensors of a model, read from one or several files when asked for. They are as written
 * for as long as the files are not written over in place, so a weight can be merged afresh from
 * here any number of times.
 *
 * <p>Every method that takes a name throws a {@link CheckpointException} where there is no tensor
 * of that name, or where its type cannot be read. Reads may be made from several threads. After
 * {@link #close} they throw {@link IllegalStateException}.
 */
public sealed interface Weights extends Closeable permits Safetensors, ShardedWeights {

  /** All names, in file order. */
  Set<String> names();

  boolean contains(String name);

  TensorInfo info(String name);

  /**
   * Fills {@code into} from its position to its limit with a tensor's elements, row by row, from
   * the given one on. F32, F16 and BF16 are converted exactly, F64 rounded to nearest.
   *
   * @throws IndexOutOfBoundsException if the tensor has too few elements for that
   */
  void floats(String name, long fromElement, FloatBuffer into);

  /**
   * Fills {@code into} from its position to its limit with elements of an I64, I32, I16, I8, U8 or
   * BOOL (0 or 1) tensor, from the given one on.
   *
   * @throws IndexOutOfBoundsException if the tensor has too few elements for that
   */
  void longs(String name, long fromElement, LongBuffer into);

  /** The tensor in an array of its shape: FLOAT32 for floating types, INT64 for the others. */
  NDArray load(NDManager manager, String name);

  /**
   * Copies the tensor into an array, or a view of one, that has its shape and is FLOAT32 for
   * floating types or INT64 for the others. The array keeps its memory. This suits any device and
   * any view; where an array is known to be contiguous and on the CPU, {@link #floats} into its
   * {@code toByteBuffer(true)} is several times faster.
   */
  void loadInto(NDArray target, String name);

  /** The tensor as it is stored, copied; at most 2 GiB. */
  HostTensor read(String name);

  @Override
  void close();
}
