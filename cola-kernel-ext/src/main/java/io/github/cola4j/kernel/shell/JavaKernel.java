package io.github.cola4j.kernel.shell;

import io.github.cola4j.kernel.notebook.ForUser;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.dflib.jjava.jupyter.channels.JupyterConnection;
import org.dflib.jjava.jupyter.channels.ShellChannel;
import org.dflib.jjava.jupyter.channels.ShellReplyEnvironment;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.HelpLink;
import org.dflib.jjava.jupyter.kernel.LanguageInfo;
import org.dflib.jjava.jupyter.kernel.ReplacementOptions;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.util.StringStyler;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.publish.PublishError;
import org.dflib.jjava.jupyter.messages.publish.PublishExecuteInput;
import org.dflib.jjava.jupyter.messages.publish.PublishExecuteResult;
import org.dflib.jjava.jupyter.messages.reply.ErrorReply;
import org.dflib.jjava.jupyter.messages.reply.ExecuteReply;
import org.dflib.jjava.jupyter.messages.reply.ShutdownReply;
import org.dflib.jjava.jupyter.messages.request.ExecuteRequest;
import org.dflib.jjava.jupyter.messages.request.ShutdownRequest;

/** The kernel: what the protocol asks for, handed to those who do it. */
final class JavaKernel extends BaseKernel implements ForUser.Kernel {
  private static final long WARM_AFTER_S = 3;

  private final SnippetLoader loader;
  private final CellThread thread;
  private final CellStreams streams;
  private final Magics magics;
  private final Runnable quit;
  private final Set<Path> classpath = new LinkedHashSet<>();
  private final CompletableFuture<JavaShell> java;
  private final CountDownLatch began = new CountDownLatch(1);
  private final ReentrantLock use = new ReentrantLock();
  private JupyterConnection connection;

  /**
   * @param version of this kernel
   * @param artifacts what {@code %maven} asks
   * @param quit ends the process
   */
  JavaKernel(String version, Artifacts artifacts, Runnable quit) {
    this(version, new CellStreams(), new Magics(), artifacts, quit);
  }

  private JavaKernel(
      String version, CellStreams streams, Magics magics, Artifacts artifacts, Runnable quit) {
    super(
        "cola-java",
        version,
        new LanguageInfo.Builder("Java")
            .version(Runtime.version().toString())
            .mimetype("text/x-java-source")
            .fileExtension(".jshell")
            .pygments("java")
            .codemirror("text/x-java")
            .build(),
        List.<HelpLink>of(),
        new NoHistory(),
        streams,
        new CommManager(),
        new Renderer(),
        // Magics are not turned into Java.
        null,
        magics,
        true,
        new StringStyler.Builder().build());
    this.streams = streams;
    this.magics = magics;
    this.quit = quit;
    loader = new SnippetLoader(JavaKernel.class.getClassLoader());
    thread = new CellThread(loader);
    magics.registerLineMagic("classpath", new ClasspathMagic());
    magics.registerLineMagic("jars", new ClasspathMagic());
    magics.registerLineMagic("maven", new MavenMagic(artifacts));
    magics.registerLineMagic("lsmagic", new ListMagic(magics));
    java = CompletableFuture.supplyAsync(() -> new JavaShell(loader, thread), JavaKernel::start);
    java.thenAcceptAsync(this::warm, JavaKernel::start);
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "shell");
    thread.setDaemon(true);
    thread.start();
  }

  /** Completes something, since this is slow when it is done first; but after the first cell. */
  private void warm(JavaShell shell) {
    try {
      began.await(WARM_AFTER_S, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (String code : List.of("List.of(1).", "new StringB")) {
      use(() -> new Completion(shell, magics, parts(shell)).at(code, code.length()));
    }
  }

  /** JShell is for one thread at a time. */
  private <T> T use(Supplier<T> work) {
    use.lock();
    try {
      return work.get();
    } finally {
      use.unlock();
    }
  }

  /** Takes over the streams of this process, and installs the extensions. */
  @Override
  public void onStartup() {
    super.onStartup();
    streams.takeOver();
  }

  @Override
  public void becomeHandlerForConnection(JupyterConnection connection) {
    this.connection = connection;
    super.becomeHandlerForConnection(connection);
  }

  @Override
  protected ClassLoader getClassLoader() {
    return loader;
  }

  /** What was added to the class path, in the order of the class path. */
  List<Path> classpath() {
    return List.copyOf(classpath);
  }

  /** Lets cells use classes, and installs the extensions among them. */
  void addToClasspath(List<Path> paths) {
    List<Path> added = paths.stream().filter(classpath::add).toList();
    if (!added.isEmpty()) {
      java.join().addToClasspath(added);
      installExtensions(loader);
    }
  }

  @Override
  protected synchronized void handleExecuteRequest(
      ShellReplyEnvironment env, Message<ExecuteRequest> message) {
    ExecuteRequest request = message.getContent();
    boolean counts = request.shouldStoreHistory() && !request.isSilent();
    int cell = counts ? executionCount.getAndIncrement() : executionCount.get();
    env.setBusyDeferIdle();
    if (!request.isSilent()) {
      env.publish(new PublishExecuteInput(request.getCode(), cell));
    }
    commManager.setMessageContext(message);
    streams.begin((CellEnvironment) env, request.isStdinEnabled());
    thread.begin();
    try {
      DisplayData shown = use(() -> run().shown(request.getCode(), cell));
      streams.end(env);
      if (shown != null && !request.isSilent()) {
        env.publish(new PublishExecuteResult(cell, shown));
      }
      env.defer(() -> env.reply(new ExecuteReply(cell, Map.of())));
    } catch (RuntimeException | Error e) {
      CellFailure error = Traces.error(e, "the kernel");
      streams.end(env);
      fail(env, cell, error, request.shouldStopOnError());
    } finally {
      began.countDown();
    }
  }

  private void fail(ShellReplyEnvironment env, int cell, CellFailure error, boolean stops) {
    env.publish(new PublishError(error.name(), error.getMessage(), error.lines()));
    ErrorReply reply = new ErrorReply(error.name(), error.getMessage(), error.lines());
    reply.setExecutionCount(cell);
    env.defer(() -> env.replyError(ExecuteReply.MESSAGE_TYPE.error(), reply));
    if (stops) {
      Backlog backlog = new Backlog(connection, (ShellChannel) env.getShell());
      env.resolveDeferrals();
      backlog.abort();
    }
  }

  private CellRun run() {
    JavaShell shell = java.join();
    return new CellRun(this, shell, magics, parts(shell), thread, new Show(renderer));
  }

  private static Parts parts(JavaShell shell) {
    return new Parts(shell::isEnded);
  }

  @Override
  public Object evalRaw(String code) {
    if (thread.isCurrent()) {
      // A cell that runs code of its own making.
      return run().value(code, executionCount.get());
    }
    thread.begin();
    return use(() -> run().value(code, executionCount.get()));
  }

  @Override
  public ReplacementOptions complete(String code, int at) {
    JavaShell shell = java.join();
    int cursor = code.offsetByCodePoints(0, at);
    ReplacementOptions found =
        use(() -> new Completion(shell, magics, parts(shell)).at(code, cursor));
    return new ReplacementOptions(
        found.getReplacements(),
        code.codePointCount(0, found.getSourceStart()),
        code.codePointCount(0, found.getSourceEnd()));
  }

  @Override
  public DisplayData inspect(String code, int at, boolean detail) {
    JavaShell shell = java.join();
    int cursor = code.offsetByCodePoints(0, at);
    return use(() -> new Inspection(shell, magics, parts(shell)).at(code, cursor));
  }

  @Override
  public String isComplete(String code) {
    JavaShell shell = java.join();
    return use(() -> new Completeness(shell, parts(shell)).of(code));
  }

  @Override
  public void interrupt() {
    thread.interrupt();
  }

  @Override
  protected void handleShutdownRequest(
      ShellReplyEnvironment env, Message<ShutdownRequest> message) {
    boolean restart = message.getContent().isRestart();
    env.setBusyDeferIdle();
    env.reply(restart ? ShutdownReply.SHUTDOWN_AND_RESTART : ShutdownReply.SHUTDOWN);
    env.resolveDeferrals();
    quit.run();
  }
}
