package io.github.cola4j.kernel.shell;

import com.google.gson.JsonParseException;
import io.github.cola4j.run.Version;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.Callable;
import org.dflib.jjava.jupyter.channels.Loop;
import org.dflib.jjava.jupyter.kernel.KernelConnectionProperties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What {@code java -jar cola-kernel.jar} does. */
@Command(
    name = "java -jar cola-kernel.jar",
    description = "A Jupyter kernel for Java, with the magics of ColA.",
    subcommands = Install.class,
    mixinStandardHelpOptions = true,
    versionProvider = Main.Versions.class)
public final class Main implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "CONNECTION_FILE",
      description = "Written by Jupyter, which starts the kernel with it.")
  private Path connectionFile;

  private Main() {}

  /** Starts the kernel, or installs it. */
  public static void main(String[] args) {
    int code = commandLine().execute(args);
    if (code != RUNS) {
      System.exit(code);
    }
  }

  private static final int RUNS = -1;

  /** The command line, for its tests too. */
  static CommandLine commandLine() {
    return new CommandLine(new Main());
  }

  @Override
  public Integer call() throws IOException, GeneralSecurityException {
    if (connectionFile == null) {
      spec.commandLine().usage(spec.commandLine().getErr());
      return CommandLine.ExitCode.USAGE;
    }
    if (!Files.isRegularFile(connectionFile)) {
      spec.commandLine()
          .getErr()
          .println(
              "There is no connection file "
                  + connectionFile
                  + ". Jupyter writes it when it starts the kernel; to make the kernel known to"
                  + " Jupyter: java -jar cola-kernel.jar install");
      return CommandLine.ExitCode.USAGE;
    }
    run(connection());
    return RUNS;
  }

  private KernelConnectionProperties connection() throws IOException {
    try {
      KernelConnectionProperties told =
          KernelConnectionProperties.parse(Files.readString(connectionFile));
      if (told != null && told.getTransport() != null) {
        return told;
      }
    } catch (JsonParseException | MalformedInputException e) {
      // It is told below.
    }
    throw new ParameterException(
        spec.commandLine(),
        connectionFile
            + " is no connection file of Jupyter. To make the kernel known to Jupyter: java -jar"
            + " cola-kernel.jar install");
  }

  private static void run(KernelConnectionProperties connection) throws GeneralSecurityException {
    // Logs go to the terminal that Jupyter runs in, whatever becomes of System.err.
    System.setProperty("org.slf4j.simpleLogger.cacheOutputStream", "true");
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    PrintStream terminal = System.err;
    Exit exit = new Exit();
    exit.withParent();
    JavaKernel kernel = new JavaKernel(Version.CURRENT, new MavenArtifacts(), exit::now);
    exit.before(kernel);
    Wire wire = new Wire(connection);
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, thrown) -> {
          if (thread instanceof Loop) {
            // The kernel hears nothing from now on: Jupyter should start another one.
            thrown.printStackTrace(terminal);
            exit.now();
          } else {
            System.err.println("In thread " + thread.getName() + ":");
            thrown.printStackTrace();
          }
        });
    kernel.onStartup();
    kernel.becomeHandlerForConnection(wire);
    wire.connect();
  }

  /** The versions of this jar and of Java. */
  static final class Versions implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"cola-kernel " + Version.CURRENT + ", Java " + Runtime.version()};
    }
  }
}
