package io.github.cola4j.run;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.adapter.AdapterKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kinds of one's own that do not hold what they promise are refused before training begins. */
class OwnKindTest {
  @TempDir Path folder;

  /** x·Wᵀ. */
  public static class Plain implements AdapterKind {
    @Override
    public Map<String, NDArray> initial(NDManager manager, long in, long out, Random random) {
      return Map.of("W", manager.zeros(new Shape(out, in), DataType.FLOAT32));
    }

    @Override
    public NDArray evaluate(Map<String, NDArray> w, NDArray x) {
      return x.matMul(w.get("W").transpose());
    }

    @Override
    public Optional<NDArray> deltaWeight(Map<String, NDArray> w) {
      return Optional.of(w.get("W"));
    }
  }

  public static final class WrongDelta extends Plain {
    @Override
    public Optional<NDArray> deltaWeight(Map<String, NDArray> w) {
      return Optional.of(w.get("W").mul(2));
    }
  }

  public static final class ForgottenBias extends Plain {
    @Override
    public NDArray evaluate(Map<String, NDArray> w, NDArray x) {
      return super.evaluate(w, x).add(1);
    }
  }

  public static final class Transposed extends Plain {
    @Override
    public NDArray evaluate(Map<String, NDArray> w, NDArray x) {
      return x.matMul(w.get("W"));
    }
  }

  public static final class NothingMade extends Plain {
    @Override
    public NDArray evaluate(Map<String, NDArray> w, NDArray x) {
      return null;
    }
  }

  public static final class NothingBegun extends Plain {
    @Override
    public Map<String, NDArray> initial(NDManager manager, long in, long out, Random random) {
      return null;
    }
  }

  public static final class Thrower extends Plain {
    @Override
    public Map<String, NDArray> initial(NDManager manager, long in, long out, Random random) {
      throw new IllegalArgumentException("size must divide in");
    }
  }

  public static final class InPlace extends Plain {
    @Override
    public NDArray evaluate(Map<String, NDArray> w, NDArray x) {
      return super.evaluate(Map.of("W", w.get("W").muli(2)), x);
    }
  }

  public static final class Refuser extends Plain {
    public Refuser() {
      throw new UnsupportedOperationException();
    }
  }

  /** Reads nothing: the same for each row. */
  public static final class BiasAlone implements AdapterKind {
    @Override
    public Map<String, NDArray> initial(NDManager manager, long in, long out, Random random) {
      return Map.of("b", manager.zeros(new Shape(1, out), DataType.FLOAT32));
    }

    @Override
    public NDArray evaluate(Map<String, NDArray> w, NDArray x) {
      return w.get("b").broadcast(new Shape(x.getShape().get(0), w.get("b").getShape().get(1)));
    }
  }

  private static String kind(String name) {
    return "adapter={kind: '" + OwnKindTest.class.getName() + "$" + name + "'}";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "WrongDelta | do not agree: x·ΔWᵀ is not what evaluate makes of x",
        "ForgottenBias | correct one of them, or leave deltaWeight out",
        "NothingMade | it gives null",
        "NothingBegun | initial of the adapter kind io.github.cola4j.run.OwnKindTest$NothingBegun fails",
        "Thrower | ): java.lang.IllegalArgumentException: size must divide in",
        "InPlace | evaluate of the adapter kind io.github.cola4j.run.OwnKindTest$InPlace fails (OwnKindTest.java:",
        "Refuser | refuses to be made: java.lang.UnsupportedOperationException",
      })
  void faultsAreTold(String kind, String expected) {
    SmallProject project = SmallProject.bert(folder);
    String told = project.complaint(kind(kind)).text();
    assertTrue(told.contains(expected), told);
    assertTrue(told.contains("OwnKindTest$" + kind), told);
    assertFalse(Files.exists(project.output()), "nothing is left behind");
  }

  /** Beside modules that are not square the shapes tell, beside others the product. */
  @ParameterizedTest
  @CsvSource({"query", "intermediate.dense"})
  void aTransposedMatrixIsNoticed(String target) {
    SmallProject project = SmallProject.bert(folder);
    String told =
        project.complaint(kind("Transposed"), "adapter.target_modules=[" + target + "]").text();
    assertTrue(told.contains("OwnKindTest$Transposed"), told);
  }

  @Test
  void onesThatReadNothingLearnAllTheSame() {
    SmallProject project = SmallProject.bert(folder);
    project.finetune(kind("BiasAlone"), "training.epochs=1");
    assertTrue(Files.exists(project.adapterFile()));
  }

  @Test
  void whatIsRightIsMerged() {
    SmallProject project = SmallProject.bert(folder);
    project.finetune(kind("Plain"), "training.epochs=1", "gradient_learning.merged=true");
    assertTrue(Files.exists(project.adapterFile()));
  }
}
