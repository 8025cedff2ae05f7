package io.github.cola4j.junit;

import ai.djl.engine.EngineException;
import io.github.cola4j.predict.Classification;
import io.github.cola4j.predict.ImagePredictor;
import io.github.cola4j.predict.Predictor;
import io.github.cola4j.run.FinishedRun;
import io.github.cola4j.run.RunException;
import io.github.cola4j.spec.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * A run's base with its adapter, in use. Predictions need a native PyTorch on the class path of the
 * tests. May be called from several threads, like a {@link Predictor}.
 */
public final class TrainedModel implements AutoCloseable {
  private final String name;
  private final FinishedRun run;
  private final Predictor texts; // one of the two is null
  private final ImagePredictor images;

  private TrainedModel(String name, FinishedRun run) {
    this.name = name;
    this.run = run;
    boolean ofImages = run.spec().task() == Task.IMAGE_CLASSIFICATION;
    this.texts = ofImages ? null : run.predictor();
    this.images = ofImages ? run.imagePredictor() : null;
  }

  /**
   * Loads the base and the adapter that is everybody's; close it.
   *
   * @param folder the run's, relative to the project's
   * @throws AssertionError if there is no finished run, or nothing can be loaded
   */
  public static TrainedModel open(Path folder) {
    return open(folder, "");
  }

  /**
   * The same with a user's own adapter.
   *
   * @param user empty for the adapter that is everybody's
   */
  public static TrainedModel open(Path folder, String user) {
    Path there = ProjectFolder.resolve(folder);
    if (!Files.exists(there.resolve("summary.json"))) {
      throw RunResult.missing(folder);
    }
    return told(
        () -> {
          FinishedRun opened = FinishedRun.open(there);
          return user.isEmpty()
              ? new TrainedModel(folder.toString(), opened)
              : new TrainedModel(folder + " as " + user, opened.asUser(user));
        });
  }

  /** What messages call it: the run's folder as it was named, and the user. */
  String name() {
    return name;
  }

  /** The run that it is of. */
  public FinishedRun run() {
    return run;
  }

  /** The names of the classes; empty where there are none. */
  public List<String> labels() {
    return run.labels();
  }

  /**
   * The class of a text or a pair.
   *
   * @param text one for each column that the run learned from
   */
  public Classification classify(String... text) {
    Predictor predictor = predictor();
    return told(
        () ->
            text.length == 2
                ? predictor.classify(text[0], text[1])
                : predictor.classify(only(text)));
  }

  /** The class of a picture, a PNG or JPEG file, relative to the project's folder. */
  public Classification classify(Path image) {
    return told(
        () -> {
          if (images == null) {
            throw new RunException("the run learned texts", "give a text");
          }
          return images.classify(ProjectFolder.resolve(image));
        });
  }

  /**
   * The score of a text or a pair.
   *
   * @param text one for each column that the run learned from
   */
  public double score(String... text) {
    Predictor predictor = predictor();
    return told(
        () -> text.length == 2 ? predictor.score(text[0], text[1]) : predictor.score(only(text)));
  }

  /**
   * What it writes, by prompt template, chat template and {@code generation} of the run's spec.
   *
   * @param text one for each column that makes the prompt
   */
  public String generate(String... text) {
    Predictor predictor = predictor();
    return told(() -> run.generate(predictor, List.of(text)));
  }

  /** For all else that a predictor does. */
  public Predictor predictor() {
    return told(
        () -> {
          if (texts == null) {
            throw new RunException("the run learned images", "give a path of an image");
          }
          return texts;
        });
  }

  private static String only(String... text) {
    if (text.length != 1) {
      throw new RunException(
          text.length + " texts are given", "give one text, or both texts of a pair");
    }
    return text[0];
  }

  /** What went wrong, with what to do about it: a failed test shows nothing but the message. */
  private static <T> T told(Supplier<T> work) {
    try {
      return work.get();
    } catch (RunException e) {
      throw new AssertionError(e.getMessage() + "; " + String.join("; ", e.advice()), e);
    } catch (EngineException e) {
      throw new AssertionError(
          "The native PyTorch cannot be loaded ("
              + e.getMessage()
              + "); give it to the tests: a dependency ai.djl.pytorch:pytorch-native-cpu of this"
              + " platform's classifier, say linux-x86_64, with <scope>test</scope>",
          e);
    }
  }

  /** Frees the native memory. */
  @Override
  public void close() {
    if (texts != null) {
      texts.close();
    } else {
      images.close();
    }
  }
}
