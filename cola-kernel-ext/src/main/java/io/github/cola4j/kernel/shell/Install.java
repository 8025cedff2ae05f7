package io.github.cola4j.kernel.shell;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes the kernel known to Jupyter. */
@Command(
    name = "install",
    description =
        "Makes the kernel known to Jupyter: writes a kernelspec, with a copy of this jar.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Versions.class)
final class Install implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @ArgGroup private Where where = new Where();

  @Option(
      names = "--name",
      defaultValue = "cola-java",
      description = "The kernelspec's name (default: ${DEFAULT-VALUE}).")
  private String name;

  /** One of the places that Jupyter looks in. */
  private static final class Where {
    @Option(names = "--user", description = "For the user, in whatever environment (the default).")
    private boolean user;

    @Option(
        names = "--sys-prefix",
        description = "Into the Python environment that is active, as it is in a terminal.")
    private boolean sysPrefix;

    @Option(names = "--prefix", paramLabel = "DIR", description = "Into DIR/share/jupyter/kernels.")
    private Path prefix;
  }

  @Override
  public Integer call() {
    if (!name.matches("[A-Za-z0-9._-]+")) {
      throw new ParameterException(
          spec.commandLine(),
          "Not a name for a kernelspec: " + name + ". Use letters, digits and . _ - only.");
    }
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try {
      Path folder = kernels().toAbsolutePath().normalize().resolve(name);
      write(folder, jar(), new KernelSpec(java()));
      out.println("Installed the kernel \"" + name + "\" in " + folder);
      out.println("Start it with: jupyter lab");
      return CommandLine.ExitCode.OK;
    } catch (InstallException e) {
      err.println(e.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
  }

  private Path kernels() throws InstallException {
    KernelFolders folders = KernelFolders.ofThisMachine();
    if (where.prefix != null) {
      return folders.prefix(where.prefix);
    }
    return where.sysPrefix ? folders.prefix(sysPrefix()) : folders.user();
  }

  private static Path sysPrefix() throws InstallException {
    for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
      String set = System.getenv(variable);
      if (set != null && !set.isEmpty()) {
        return Path.of(set);
      }
    }
    for (String python : List.of("python3", "python")) {
      try {
        Process asked =
            new ProcessBuilder(python, "-c", "import sys; print(sys.prefix)")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String answer = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (asked.waitFor(10, TimeUnit.SECONDS) && asked.exitValue() == 0 && !answer.isBlank()) {
          return Path.of(answer.strip());
        }
      } catch (IOException e) {
        // There is no Python of this name; perhaps of the other.
        continue;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    throw new InstallException(
        "There is no Python to ask for its prefix. Activate the environment that Jupyter is in, or"
            + " name it with --prefix DIR.");
  }

  private static Path jar() throws InstallException {
    try {
      Path jar = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isRegularFile(jar)) {
        return jar;
      }
    } catch (URISyntaxException e) {
      throw new InstallException("This jar's own place can't be read: " + e.getMessage());
    }
    throw new InstallException(
        "The kernel must run from its jar to be installed: java -jar cola-kernel.jar install");
  }

  private static Path java() {
    return ProcessHandle.current()
        .info()
        .command()
        .map(Path::of)
        .orElseGet(() -> Path.of(System.getProperty("java.home"), "bin", "java"));
  }

  /**
   * Writes a kernelspec beside its place, and moves it there when it is whole.
   *
   * @param folder the kernelspec's place; what is there is replaced
   * @param jar copied into it
   */
  static void write(Path folder, Path jar, KernelSpec kernel) throws InstallException {
    Path kernels = folder.getParent();
    Path made = null;
    Path old = kernels.resolve("." + folder.getFileName() + "-old");
    try {
      Files.createDirectories(kernels);
      made = Files.createTempDirectory(kernels, "." + folder.getFileName() + "-");
      Files.copy(jar, made.resolve(KernelSpec.JAR));
      Files.writeString(made.resolve("kernel.json"), kernel.json());
      // Created for its owner alone; in a prefix, others use it too.
      shareIfPosix(made);
      delete(old);
      if (Files.exists(folder)) {
        Files.move(folder, old);
      }
      try {
        Files.move(made, folder);
      } catch (IOException e) {
        if (Files.exists(old)) {
          Files.move(old, folder);
        }
        throw e;
      }
      delete(old);
    } catch (IOException e) {
      discard(made);
      throw new InstallException(
          "The kernel can't be installed in "
              + folder
              + ": "
              + reason(e)
              + ". Choose a folder that you may write to with --prefix DIR, or use --user.");
    }
  }

  private static void shareIfPosix(Path folder) throws IOException {
    if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(
          folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  private static String reason(IOException e) {
    if (e instanceof FileSystemException file) {
      String why = file.getReason();
      return "no permission to write " + file.getFile() + (why == null ? "" : " (" + why + ")");
    }
    return e.getMessage();
  }

  private static void discard(Path made) {
    try {
      if (made != null) {
        delete(made);
      }
    } catch (IOException e) {
      // What stopped the installation is told.
      return;
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (NoSuchFileException e) {
      // Nothing to delete.
      return;
    }
  }

  /** Why the kernel can't be installed. */
  static final class InstallException extends Exception {
    InstallException(String message) {
      super(message);
    }
  }
}
