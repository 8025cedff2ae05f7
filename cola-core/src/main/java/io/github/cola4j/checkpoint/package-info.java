/**
 * Bytes on disk: safetensors files, Hugging Face model folders, PEFT adapter folders, and writing
 * that leaves either the old or the new thing behind.
 *
 * <p>Reading starts at {@link io.github.cola4j.checkpoint.BaseFolder}, {@link
 * io.github.cola4j.checkpoint.Safetensors} and {@link io.github.cola4j.checkpoint.PeftFolder}. A
 * file that is wrong is a {@link io.github.cola4j.checkpoint.CheckpointException}, a full disk a
 * {@link io.github.cola4j.checkpoint.StorageException}. This package knows names, shapes and bytes,
 * not what a model does with them; it may depend on {@code tensor} and on DJL's arrays.
 */
package io.github.cola4j.checkpoint;
