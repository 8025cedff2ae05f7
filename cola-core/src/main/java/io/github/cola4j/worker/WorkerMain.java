package io.github.cola4j.worker;

import io.github.cola4j.event.Event;
import io.github.cola4j.event.EventJson;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.CancellationException;

/**
 * The child: connects back to the front end that started it, runs one job, tells how it ended.
 *
 * <p>It ends by itself when its front end is gone: the job is asked to stop, and halted when the
 * grace period is over.
 */
public final class WorkerMain {
  static final String PORT = "COLA_WORKER_PORT";
  static final String TOKEN = "COLA_WORKER_TOKEN";

  /** Exit status: not started by a front end, or refused by it. */
  static final int EXIT_REFUSED = 64;

  /** Exit status: the front end went away and the job did not stop in time. */
  static final int EXIT_ORPHANED = 75;

  /** How long the front end is given to take in the last message. */
  private static final int FAREWELL_MILLIS = 30_000;

  /** Given up when the heap is full, so that there is room to tell it. */
  private static byte[] reserve = new byte[256 << 10];

  private final Connection connection;
  private final RemoteStop stop = new RemoteStop();

  private WorkerMain(Connection connection) {
    this.connection = connection;
  }

  /** Takes no arguments: port and token are in the environment, the job comes over the wire. */
  public static void main(String[] args) throws IOException {
    String port = System.getenv(PORT);
    String token = System.getenv(TOKEN);
    if (port == null || token == null) {
      System.err.println("This is started by a front end (the Maven plugin, the kernel).");
      System.exit(EXIT_REFUSED);
    }
    ignoreTerminalInterrupts();
    try (Socket socket = new Socket(Reception.loopback(), Integer.parseInt(port));
        Connection connection = new Connection(socket)) {
      connection.send(new Message.Hello(Message.PROTOCOL, token));
      if (connection.receive(Connection.MAX_FRAME) instanceof Message.Start start) {
        new WorkerMain(connection).work(start);
      } else {
        System.err.println("The front end refused this worker.");
        System.exit(EXIT_REFUSED);
      }
    }
    System.exit(0); // even if the job left threads behind
  }

  private void work(Message.Start start) throws IOException {
    Thread listener =
        Daemon.start("cola-worker-listener", () -> listen(Math.max(0, start.graceMillis())));
    Message last = run(start);
    try {
      connection.send(last);
      connection.finish();
      listener.join(FAREWELL_MILLIS); // the front end hangs up when it has it
    } catch (IOException e) {
      // The front end is gone: nobody to tell.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Message run(Message.Start start) {
    Job job;
    try {
      job = Class.forName(start.job()).asSubclass(Job.class).getConstructor().newInstance();
    } catch (ReflectiveOperationException | LinkageError | ClassCastException e) {
      return new Message.Failed(notAJob(start.job(), e));
    }
    try {
      return new Message.Ended(job.run(new JobContext(start.arguments(), this::tell, stop)));
    } catch (Throwable e) {
      reserve = null;
      if (stop.requested()
          && (e instanceof InterruptedException || e instanceof CancellationException)) {
        return new Message.Ended(JobResult.stopped());
      }
      return new Message.Failed(describe(job, e));
    }
  }

  private static Failure notAJob(String name, Throwable problem) {
    Failure failure = Failure.internal(problem);
    String message =
        problem instanceof ClassNotFoundException
            ? "no class " + name + " on the worker's class path"
            : name + " cannot be run as a job: " + problem;
    return new Failure(failure.kind(), message, failure.details(), failure.stackTrace());
  }

  private static Failure describe(Job job, Throwable problem) {
    try {
      return job.describe(problem);
    } catch (RuntimeException | Error e) {
      problem.addSuppressed(e);
      return Failure.of(problem);
    }
  }

  private void tell(Event event) {
    try {
      connection.send(new Message.Happened(EventJson.write(event)));
    } catch (ProtocolException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    } catch (IOException e) {
      // Nobody listens any more; the listener sees that too, and has asked the job to stop.
      stop.request("the front end is gone");
    }
  }

  private void listen(long graceMillis) {
    try {
      for (Message message; (message = connection.receive(Connection.MAX_FRAME)) != null; ) {
        if (message instanceof Message.Stop asked) {
          stop.request(asked.reason());
        }
      }
    } catch (IOException e) {
      // A broken stream is an ended one.
    }
    stop.request("the front end is gone");
    // After a job's normal end the main thread exits before this does.
    Daemon.start("cola-worker-orphan", () -> haltAfter(graceMillis));
  }

  private static void haltAfter(long graceMillis) {
    try {
      Thread.sleep(graceMillis);
    } catch (InterruptedException e) {
      // Then at once.
    }
    Runtime.getRuntime().halt(EXIT_ORPHANED);
  }

  /**
   * Ctrl-C in a terminal, or the interrupt of a notebook's cell, reaches every process of the
   * group. What it means is the front end's to say. By reflection, since the compiler cannot be
   * kept from warning of {@code sun.misc}.
   */
  private static void ignoreTerminalInterrupts() {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      signal
          .getMethod("handle", signal, handler)
          .invoke(
              null,
              signal.getConstructor(String.class).newInstance("INT"),
              handler.getField("SIG_IGN").get(null));
    } catch (ReflectiveOperationException e) {
      // A JVM without signals: then an interrupt ends the worker, and the run can be resumed.
    }
  }

  private static final class RemoteStop implements StopSignal {
    private volatile String reason = "";
    private volatile boolean requested;

    synchronized void request(String why) {
      if (!requested) {
        reason = why;
        requested = true;
      }
    }

    @Override
    public boolean requested() {
      return requested;
    }

    @Override
    public String reason() {
      return reason;
    }
  }
}
