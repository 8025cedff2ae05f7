/**
 * From a user's file to batches of tokens: tables of texts and labels ({@link
 * io.github.cola4j.data.TableReader}), labels to class ids ({@link io.github.cola4j.data.Labels}),
 * texts to token ids ({@link io.github.cola4j.data.TextEncoder}), the encoded rows ({@link
 * io.github.cola4j.data.Dataset}), their order ({@link io.github.cola4j.data.EpochOrder}) and the
 * packed batch that a model reads ({@link io.github.cola4j.data.PackedBatch}). May depend on spec
 * and tensor; plain arrays leave it.
 */
package io.github.cola4j.data;
