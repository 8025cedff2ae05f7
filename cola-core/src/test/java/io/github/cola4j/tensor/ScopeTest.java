package io.github.cola4j.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a scope owns, and for how long. */
class ScopeTest {
  private NDManager manager;

  @BeforeEach
  void open() {
    Torch.start(1);
    manager = Torch.newManager(Device.cpu());
  }

  @AfterEach
  void close() {
    Autograd.record(false);
    manager.close();
  }

  @Test
  void endsWhatWasMadeAndNotWhatWasKept() {
    NDArray weight = manager.create(new float[] {1, 2});
    NDArray kept;
    NDArray made;
    try (Scope scope = Scope.open(manager)) {
      made = weight.add(weight);
      kept = scope.keep(weight.mul(weight), manager);
    }
    assertTrue(((PtNDArray) made).isReleased());
    assertFalse(((PtNDArray) kept).isReleased());
    assertArrayEquals(new float[] {1, 4}, kept.toFloatArray());
  }

  /**
   * Autograd keeps the number of {@code mul(Number)} for the way back, in memory that DJL leaves to
   * the garbage collector as soon as the operation is done; and so with an array that a block or an
   * adapter makes from Java data and closes, in a scope of DJL's own or not, and before operations
   * are recorded or after.
   */
  @ParameterizedTest
  @CsvSource({"false, false", "true, false", "false, true", "true, true"})
  void whatAutogradNeedsSurvivesTheGarbageCollector(boolean ownScope, boolean early) {
    for (int outer = 0; outer < 2; outer++) {
      try (Scope scope = Scope.open(manager)) {
        NDArray x = Autograd.leaf(scope.manager().create(new float[] {3, 5}));
        NDArray y;
        Autograd.record(true);
        try (Scope nested = Scope.open(manager)) {
          y = nested.keep(ownScope ? inOwnScope(x, early) : computed(x, early), scope.manager());
        }
        Autograd.record(false);
        reuseFreeMemory();
        Autograd.backward(y, y.onesLike());
        assertArrayEquals(new float[] {1, 7}, Autograd.gradient(x).toFloatArray());
      }
    }
  }

  private NDArray inOwnScope(NDArray x, boolean early) {
    try (NDScope own = new NDScope()) {
      own.suppressNotUsedWarning();
      NDArray y = computed(x, early);
      NDScope.unregister(y);
      return y;
    }
  }

  private NDArray computed(NDArray x, boolean early) {
    Autograd.record(!early);
    try (NDArray mask = manager.create(new float[] {1, 7})) {
      Autograd.record(true);
      NDArray y = x;
      for (int i = 0; i < 200; i++) {
        y = y.mul(i % 2 == 0 ? 2 : 0.5);
      }
      return y.mul(mask);
    }
  }

  @Test
  void aViewOfWhatWasClosedKeepsItsValues() {
    try (Scope scope = Scope.open(manager)) {
      NDArray view;
      try (NDArray read = manager.create(new float[] {3, 5})) {
        view = Owned.by(scope.manager(), m -> read.stopGradient());
      }
      reuseFreeMemory();
      assertArrayEquals(new float[] {3, 5}, view.toFloatArray());
    }
  }

  /** Outside of scopes DJL does as it always does. */
  @Test
  void nothingIsHeldBeyondTheOutermostScope() throws InterruptedException {
    WeakReference<ByteBuffer> data;
    NDArray later;
    try (NDScope before = new NDScope()) {
      try (Scope scope = Scope.open(manager)) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        data = new WeakReference<>(bytes);
        try (Scope nested = Scope.open(manager)) {
          nested.manager().create(bytes, new Shape(2), DataType.FLOAT32).close();
        }
        bytes = null;
        reuseFreeMemory();
        assertFalse(data.refersTo(null), "held while the scope is open");
        scope.manager().create(1f);
      }
      before.suppressNotUsedWarning();
      for (int i = 0; i < 50 && !data.refersTo(null); i++) {
        reuseFreeMemory();
        Thread.sleep(20);
      }
      assertTrue(data.refersTo(null));
      later = manager.create(1f);
    }
    assertTrue(((PtNDArray) later).isReleased(), "by a scope of DJL's own that was open before");
  }

  /** Frees what nobody refers to, and writes other things into its place. */
  private static void reuseFreeMemory() {
    List<ByteBuffer> others = new ArrayList<>();
    for (int round = 0; round < 4; round++) {
      System.gc();
      for (int i = 0; i < 2000; i++) {
        ByteBuffer other = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        other.asFloatBuffer().put(77).put(77);
        others.add(other);
      }
    }
    assertEquals(8000, others.size());
  }
}
