/**
 * Adapters merged into their base for good: a Hugging Face folder without any sign of this project.
 * Depends on task (for the model and what it takes from its checkpoint) and gl.
 */
package io.github.cola4j.merge;
