/**
 * A run from its spec to its adapter: {@link io.github.cola4j.run.Finetuning} tells the story, the
 * others are its rooms: the run folder, the checkpoints, the record of metrics. Depends on
 * everything but worker's launching side; the jobs here are what a worker runs.
 */
package io.github.cola4j.run;
