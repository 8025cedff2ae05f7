/**
 * From a user's file to batches of tokens or images ({@link io.github.cola4j.data.Rows}): columns
 * of tables ({@link io.github.cola4j.data.TableReader}), labels to class ids ({@link
 * io.github.cola4j.data.Labels}), texts to token ids ({@link io.github.cola4j.data.TextEncoder};
 * for models that write, and back, {@link io.github.cola4j.data.TextCodec}), conversations to text
 * ({@link io.github.cola4j.data.ChatTemplate}), the encoded rows ({@link
 * io.github.cola4j.data.Dataset} and the classes it names, one for each kind of rows), their order
 * ({@link io.github.cola4j.data.EpochOrder}) and the packed batch that a model reads ({@link
 * io.github.cola4j.data.PackedBatch}). Images come from files of the IDX format ({@link
 * io.github.cola4j.data.IdxFiles}) or folders ({@link io.github.cola4j.data.ImageFolders}) into an
 * {@link io.github.cola4j.data.ImageTable}, and are {@link io.github.cola4j.data.Images} with class
 * ids and a {@link io.github.cola4j.data.Normalization}. May depend on spec and tensor; plain
 * arrays leave it.
 */
package io.github.cola4j.data;
