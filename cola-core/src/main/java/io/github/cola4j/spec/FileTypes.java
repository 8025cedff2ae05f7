package io.github.cola4j.spec;

import io.github.cola4j.spec.Node.Scalar;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The kinds of files and folders that keys name.
 *
 * @param folder what paths are relative to
 * @param sources where things are that are named by coordinates
 */
record FileTypes(Path folder, Sources sources) {
  private static final Pattern ADDRESS = Pattern.compile("(https?|s3|gs)://.*");

  /**
   * An owner and a model, by names that hardly are folders: {@code google-bert/bert-base-uncased}.
   */
  private static final Pattern HUB_NAME = Pattern.compile("[A-Za-z0-9][\\w-]*/[\\w.-]+");

  /** What must hold of a path. */
  private interface Check {
    void of(String text, Path path) throws Unfit;
  }

  /** A file that must be there. */
  Type<FileRef> file() {
    return type(Coordinate.Kind.FILE, FileTypes::checkFile);
  }

  /** A folder that must be there, for a model. */
  Type<FileRef> model() {
    return type(
        Coordinate.Kind.MODEL,
        (text, path) -> {
          if (text.endsWith(".gguf") && Files.isRegularFile(path)) {
            throw new Unfit(
                "\"" + text + "\" is a file of GGUF, which is not read",
                "name the folder of the model that it was made from");
          }
          checkFolder(text, path);
        });
  }

  /** A folder that must be there, for an adapter. */
  Type<FileRef> adapter() {
    return type(Coordinate.Kind.ADAPTER, FileTypes::checkFolder);
  }

  /** A file or a folder that must be there. */
  Type<FileRef> fileOrFolder() {
    return type(
        Coordinate.Kind.FILE_OR_FOLDER,
        (text, path) -> {
          FileRef.mustExist(text, path);
          FileRef.mustBeReadable(text, path);
        });
  }

  /** A folder that may be made later. */
  Type<FileRef> newFolder() {
    return new Type<>(
        node -> {
          String text = Type.text().reader().read(node);
          if (Sources.isCoordinate(text)) {
            throw new Unfit("\"" + text + "\" is no folder of this machine", "name a folder");
          }
          FileRef ref = FileRef.resolve(folder, text);
          if (Files.exists(ref.path()) && !Files.isDirectory(ref.path())) {
            throw new Unfit("\"" + text + "\" is a file", "name a folder; it is made if need be");
          }
          return ref;
        },
        ref -> Scalar.of(ref.asWritten()),
        Form.text());
  }

  /** A file that may come later. */
  Type<FileRef> laterFile() {
    return type(
        Coordinate.Kind.FILE,
        (text, path) -> {
          if (Files.isDirectory(path)) {
            throw new Unfit("\"" + text + "\" is a folder", "name a file in it");
          }
        });
  }

  private static void checkFile(String text, Path path) throws Unfit {
    FileRef.mustExist(text, path);
    if (Files.isDirectory(path)) {
      throw new Unfit("\"" + text + "\" is a folder", "name a file in it");
    }
    FileRef.mustBeReadable(text, path);
  }

  private static void checkFolder(String text, Path path) throws Unfit {
    try {
      FileRef.mustExist(text, path);
    } catch (Unfit e) {
      boolean perhapsOnTheHub =
          HUB_NAME.matcher(text).matches()
              && !Files.exists(path.getParent())
              && !e.fix().startsWith("did you mean");
      throw perhapsOnTheHub
          ? new Unfit(
              "there is no folder \"" + text + "\"",
              "if a name on the Hugging Face hub is meant, write hf:" + text)
          : e;
    }
    if (!Files.isDirectory(path)) {
      throw new Unfit("\"" + text + "\" is a file", "give the folder it is in");
    }
    FileRef.mustBeReadable(text, path);
  }

  private Type<FileRef> type(Coordinate.Kind kind, Check check) {
    return new Type<>(
        node -> {
          FileRef ref = ref(Type.text().reader().read(node), kind);
          if (sources.mustExist()) {
            check.of(ref.asWritten(), ref.path());
          }
          return ref;
        },
        ref -> Scalar.of(ref.asWritten()),
        Form.text());
  }

  private FileRef ref(String text, Coordinate.Kind kind) throws Unfit {
    if (ADDRESS.matcher(text).matches()) {
      throw new Unfit("\"" + text + "\" is an address", "download it, and name what is here then");
    }
    Optional<Sources.Fetched> fetched = sources.find(text);
    if (fetched.isPresent()) {
      return new FileRef(text, fetched.get().path());
    }
    if (!Sources.isCoordinate(text)) {
      return FileRef.resolve(folder, text);
    }
    if (sources.mustExist()) {
      throw new Unfetched(text, kind);
    }
    // A place where nothing is, by a name that every file system takes, with its extension.
    String name = text.replace('@', '.').replaceAll("[^\\w./-]", "_");
    return new FileRef(text, folder.resolve(name));
  }
}
