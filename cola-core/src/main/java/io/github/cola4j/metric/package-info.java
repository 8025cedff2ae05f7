/**
 * How good predictions are: accuracy, F1 and Matthews correlation of classes, Pearson and Spearman
 * correlation and squared error of numbers, perplexity of language models, ROUGE of generated
 * texts. Plain values in, a number out; depends on nothing.
 */
package io.github.cola4j.metric;
