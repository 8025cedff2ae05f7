package io.github.cola4j.run;

import io.github.cola4j.data.DataException;
import io.github.cola4j.data.IdxFiles;
import io.github.cola4j.data.ImageBatch;
import io.github.cola4j.data.ImageFolders;
import io.github.cola4j.data.ImageShape;
import io.github.cola4j.data.ImageTable;
import io.github.cola4j.data.Images;
import io.github.cola4j.data.Labels;
import io.github.cola4j.data.Normalization;
import io.github.cola4j.spec.ColumnsSpec;
import io.github.cola4j.spec.DataSpec;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.SplitSpec;
import io.github.cola4j.spec.UserSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The images that a spec names, as the base sees them.
 *
 * <p>Normalisation is a part of the base, one for all: mean and deviation are those of all users'
 * training images, also where users learn alone. So another's images reach my adapter by these two
 * numbers a channel; of texts nothing like it does. Classes that the spec does not name are those
 * of all users as well.
 *
 * @param rows the rows
 * @param shape of every image
 * @param normalization of their values
 */
record ImageRows(RunRows<ImageBatch> rows, ImageShape shape, Normalization normalization) {

  /** A file or folder of one user's, or nobody's. */
  private record Part(int owner, ImageTable images) {}

  /**
   * Reads the images.
   *
   * @throws DataException where they cannot be read, or are not of one shape
   */
  static ImageRows read(RunSpec spec) {
    DataSpec data = spec.data();
    List<UserSpec> users = spec.users().map(all -> all.list()).orElse(List.of());
    List<Part> train = new ArrayList<>();
    List<Part> validation = new ArrayList<>();
    if (users.isEmpty()) {
      train.add(part(0, data.train(), data));
      data.validation().ifPresent(split -> validation.add(part(0, split, data)));
    } else {
      data.validation().ifPresent(split -> validation.add(part(OwnedRows.NOBODY, split, data)));
    }
    for (int number = 0; number < users.size(); number++) {
      int owner = number;
      users.get(number).train().ifPresent(split -> train.add(part(owner, split, data)));
      users.get(number).validation().ifPresent(split -> validation.add(part(owner, split, data)));
    }
    List<ImageTable> tables = train.stream().map(Part::images).toList();
    ImageShape shape = tables.get(0).shape();
    tables.forEach(table -> table.ofShape(shape));
    Labels labels = data.labels().isEmpty() ? ImageTable.labels(tables) : new Labels(data.labels());
    Normalization normalization = Normalization.of(tables);
    RunRows<ImageBatch> rows =
        new RunRows<>(
            users.isEmpty() ? List.of("") : users.stream().map(UserSpec::name).toList(),
            labels.names(),
            owned(train, shape, labels, normalization),
            validation.isEmpty()
                ? Optional.empty()
                : Optional.of(owned(validation, shape, labels, normalization)));
    return new ImageRows(rows, shape, normalization);
  }

  private static Part part(int owner, SplitSpec split, DataSpec data) {
    OptionalInt limit =
        split.limit().isPresent() ? OptionalInt.of(split.limit().get()) : OptionalInt.empty();
    if (split.format().orElseThrow() == SplitSpec.Format.IDX) {
      ColumnsSpec.Pictures pictures = (ColumnsSpec.Pictures) split.columns();
      return new Part(
          owner, IdxFiles.read(split.path(), pictures.labels().orElseThrow().path(), limit));
    }
    OptionalInt channels =
        data.imageChannels().isPresent()
            ? OptionalInt.of(data.imageChannels().get())
            : OptionalInt.empty();
    return new Part(
        owner,
        ImageFolders.read(
            split.path(),
            channels,
            data.imageSize().map(size -> new ImageFolders.Size(size.height(), size.width())),
            limit));
  }

  private static OwnedRows<ImageBatch> owned(
      List<Part> parts, ImageShape shape, Labels labels, Normalization normalization) {
    Images images =
        Images.joined(
            parts.stream()
                .map(part -> new Images(part.images.ofShape(shape), labels, normalization))
                .toList());
    int[] owners =
        parts.stream()
            .flatMapToInt(part -> IntStream.of(OwnedRows.all(part.images.size(), part.owner)))
            .toArray();
    return new OwnedRows<>(images, owners);
  }
}
