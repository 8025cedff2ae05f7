/**
 * How text is continued token by token: greedy choice, sampling, beam search, with the rules that
 * change scores on the way. Token for token what {@code transformers} 5 chooses from the same
 * logits. Knows no model and no tensor: a model comes in as a {@link
 * io.github.cola4j.generate.Continuation}. Depends on nothing.
 */
package io.github.cola4j.generate;
