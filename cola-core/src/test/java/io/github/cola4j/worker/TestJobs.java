package io.github.cola4j.worker;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.LibUtils;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.cola4j.event.Event;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Jobs that do, in a child process, what real ones do and what they should not. */
public final class TestJobs {
  private TestJobs() {}

  /** Tells of {@code count} steps. */
  public static final class Counting implements Job {
    @Override
    public JobResult run(JobContext context) {
      int count = context.arguments().get("count").asInt();
      for (int i = 1; i <= count; i++) {
        context.events().accept(new Event.Resumed(i));
      }
      return JobResult.finished(context.arguments());
    }
  }

  /** Works until it is asked to stop, and leaves a file behind that says it did so in order. */
  public static final class UntilStopped implements Job {
    @Override
    public JobResult run(JobContext context) throws Exception {
      context.events().accept(Event.Message.info("ready"));
      while (!context.stop().requested()) {
        Thread.sleep(5);
      }
      if (context.arguments().has("mark")) {
        Files.writeString(
            Path.of(context.arguments().get("mark").asText()), context.stop().reason());
      }
      context.events().accept(new Event.Stopped(1, context.stop().reason(), Path.of("here")));
      return JobResult.stopped();
    }
  }

  /** Never looks at its stop signal, and leaves a thread behind that keeps a JVM alive. */
  public static final class Deaf implements Job {
    @Override
    public JobResult run(JobContext context) throws Exception {
      context.events().accept(Event.Message.info("ready"));
      while (true) {
        Thread.sleep(1000);
      }
    }
  }

  /** Returns at once, but not alone. */
  public static final class LeavesThreadBehind implements Job {
    @Override
    public JobResult run(JobContext context) {
      new Thread(
              () -> {
                while (true) {
                  Thread.onSpinWait();
                }
              })
          .start();
      return JobResult.finished();
    }
  }

  /** Ends the JVM under everybody's feet. */
  public static final class Exits implements Job {
    @Override
    public JobResult run(JobContext context) {
      System.err.println("about to exit");
      System.exit(3);
      return JobResult.finished();
    }
  }

  /** Fills the heap. */
  public static final class FillsHeap implements Job {
    @Override
    public JobResult run(JobContext context) {
      List<byte[]> all = new ArrayList<>();
      while (true) {
        all.add(new byte[100_000]);
      }
    }
  }

  /** Prints 5 MB to either stream, and a line without an end. */
  public static final class Prints implements Job {
    @Override
    public JobResult run(JobContext context) {
      String line = "0123456789".repeat(100);
      for (int i = 0; i < 5000; i++) {
        System.out.println(line);
        System.err.println(line);
      }
      PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
      out.print("x".repeat(100_000));
      out.print("\nend äöü");
      return JobResult.finished();
    }
  }

  /** Throws, with a description of its own for one kind of exception. */
  public static final class Throws implements Job {
    @Override
    public JobResult run(JobContext context) {
      if (context.arguments().path("mine").asBoolean()) {
        throw new IllegalArgumentException("label 7 is out of range");
      }
      throw new IllegalStateException("unforeseen");
    }

    @Override
    public Failure describe(Throwable problem) {
      return problem instanceof IllegalArgumentException
          ? Failure.user(problem.getMessage(), "train.tsv, line 12")
          : Failure.of(problem);
    }
  }

  /** Sends more than a frame can hold. */
  public static final class SendsTooMuch implements Job {
    @Override
    public JobResult run(JobContext context) {
      context.events().accept(Event.Message.info("x".repeat(Connection.MAX_FRAME + 1)));
      return JobResult.finished();
    }
  }

  /** Writes to address 0. */
  public static final class Segfaults implements Job {
    @Override
    public JobResult run(JobContext context) throws Exception {
      Class<?> type = Class.forName("sun.misc.Unsafe");
      Field field = type.getDeclaredField("theUnsafe");
      field.setAccessible(true);
      type.getMethod("putAddress", long.class, long.class).invoke(field.get(null), 0L, 0L);
      return JobResult.finished();
    }
  }

  /** What libtorch takes so ill that it aborts the process. */
  public static final class AbortsNatively implements Job {
    @Override
    public JobResult run(JobContext context) {
      try (NDManager manager = NDManager.newBaseManager()) {
        NDArray ones = manager.ones(new Shape(2));
        context.events().accept(Event.Message.info("libtorch is up"));
        ones.toType(DataType.BFLOAT16, true);
        manager.create(new Shape(2), DataType.INT16);
      }
      return JobResult.finished();
    }
  }

  /** Computes something, and says with which library. */
  public static final class AddsUp implements Job {
    @Override
    public JobResult run(JobContext context) {
      try (NDManager manager = NDManager.newBaseManager()) {
        float sum = manager.ones(new Shape(3)).sum().getFloat();
        return JobResult.finished(
            JsonNodeFactory.instance
                .objectNode()
                .put("sum", sum)
                .put("version", Engine.getEngine("PyTorch").getVersion())
                .put("libtorch", LibUtils.getLibtorchPath()));
      }
    }
  }
}
