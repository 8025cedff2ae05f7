package io.github.cola4j.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.engine.PtNDArray;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * The memory of arrays made from Java data while operations were recorded. DJL leaves it to the
 * garbage collector as soon as the array is closed, for the number of {@code mul(Number)} at once;
 * but what autograd saved for the way back still lies in it, so a collection between the two passes
 * would make gradients wrong without a word. Here it stays as long as the list does.
 *
 * <p>DJL 0.35.1 tells nobody of such memory, so its own list of a scope's arrays is replaced by one
 * that looks.
 */
final class RecordedData {
  private static final Field ARRAYS = field(NDScope.class, "resources");
  private static final Field DATA = field(PtNDArray.class, "dataRef");

  private final List<ByteBuffer> held = new ArrayList<>();

  /** A scope that is open from now on, on this thread, and whose arrays' data is held here. */
  NDScope newScope() {
    NDScope scope = new NDScope();
    try {
      ARRAYS.set(scope, new Arrays());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
    return scope;
  }

  private final class Arrays extends IdentityHashMap<NDArray, NDArray> {
    private static final long serialVersionUID = 1;

    @Override
    public NDArray put(NDArray array, NDArray same) {
      try {
        Object data = DATA.get(array);
        if (data != null && Autograd.recording()) {
          held.add((ByteBuffer) data);
        }
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
      return super.put(array, same);
    }
  }

  private static Field field(Class<?> owner, String name) {
    try {
      Field field = owner.getDeclaredField(name);
      field.setAccessible(true);
      return field;
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(
          "%s has no field %s: another version of DJL than 0.35.1 is on the class path"
              .formatted(owner.getName(), name),
          e);
    }
  }
}
