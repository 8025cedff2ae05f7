package io.github.cola4j.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.engine.PtNDArray;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * The memory of arrays that a thread makes from Java data. DJL leaves it to the garbage collector
 * as soon as such an array is closed, for the number of {@code mul(Number)} at once; but what
 * autograd saved for the way back still lies in it, and so does what a site read, so a collection
 * between the two passes would make gradients wrong without a word. Here it stays until {@link
 * #release}.
 *
 * <p>DJL 0.35.1 tells nobody of such memory but the innermost scope that is open, its own kind of
 * scope included; so the thread's list of scopes is replaced by one whose scopes look.
 */
final class JavaData {
  private static final ThreadLocal<Deque<NDScope>> SCOPES = scopes();
  private static final Field ARRAYS = field(NDScope.class, "resources");
  private static final Field DATA = field(PtNDArray.class, "dataRef");

  private final List<ByteBuffer> held = new ArrayList<>();
  private final Deque<NDScope> before;

  private JavaData(Deque<NDScope> before) {
    this.before = before;
  }

  /** Holds what this thread makes from now on. */
  static JavaData hold() {
    JavaData data = new JavaData(SCOPES.get());
    SCOPES.set(data.new Scopes());
    return data;
  }

  /** Lets go; the thread's scopes are DJL's own again. */
  void release() {
    Deque<NDScope> open = SCOPES.get();
    before.clear();
    before.addAll(open);
    SCOPES.set(before);
    held.clear();
  }

  /** The scopes of a thread, innermost last. */
  private final class Scopes extends ArrayDeque<NDScope> {
    private static final long serialVersionUID = 1;

    Scopes() {
      super(before);
    }

    @Override
    public void addLast(NDScope opened) {
      try {
        ARRAYS.set(opened, new Arrays());
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
      super.addLast(opened);
    }
  }

  /** The arrays of a scope. */
  private final class Arrays extends IdentityHashMap<NDArray, NDArray> {
    private static final long serialVersionUID = 1;

    @Override
    public NDArray put(NDArray array, NDArray same) {
      try {
        if (DATA.get(array) instanceof ByteBuffer data) {
          held.add(data);
        }
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
      return super.put(array, same);
    }
  }

  @SuppressWarnings("unchecked")
  private static ThreadLocal<Deque<NDScope>> scopes() {
    try {
      return (ThreadLocal<Deque<NDScope>>) field(NDScope.class, "SCOPE_STACK").get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
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
