/**
 * What a model is trained for: from a batch to a loss and to predictions. Depends on model, data
 * and metric.
 */
package io.github.cola4j.task;
