package io.github.cola4j.predict;

import io.github.cola4j.data.TextCodec;
import io.github.cola4j.generate.GenerationControl;
import io.github.cola4j.generate.GenerationSettings;
import io.github.cola4j.generate.Generator;
import io.github.cola4j.generate.StoppingRule;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.gl.Routing;
import io.github.cola4j.tensor.HostArena;
import java.util.List;

/**
 * Text that an adapted model writes, on one thread at a time.
 *
 * @param routing which adapters the texts pass through
 * @param codec of the model's base
 * @param arena memory for its steps
 * @param stop texts at which writing ends; what is written goes up to there
 */
public record TextGenerator(
    AdaptedModel model, Routing routing, TextCodec codec, HostArena arena, List<String> stop) {

  /** One of a model without users. */
  public TextGenerator(AdaptedModel model, TextCodec codec, HostArena arena, List<String> stop) {
    this(model, Routing.ONE, codec, arena, stop);
  }

  /**
   * Continues prompts, or, with an encoder-decoder, writes what they ask for.
   *
   * @param prompts tokens of each
   * @return the text of the new tokens of each prompt, without special tokens
   */
  public List<String> generate(
      List<int[]> prompts, GenerationSettings settings, GenerationControl control) {
    return tokens(prompts, settings, control).stream().map(this::text).toList();
  }

  /**
   * The same as tokens.
   *
   * @return the new tokens of each prompt, the end token included where one was generated
   */
  public List<int[]> tokens(
      List<int[]> prompts, GenerationSettings settings, GenerationControl control) {
    Generator generator =
        new Generator((rows, most) -> new ModelContinuation(model, routing, arena, rows, most));
    GenerationControl stopping =
        stop.isEmpty() ? control : control.withStopping(stopping(control.stopping()));
    return generator.generate(prompts, settings, stopping);
  }

  /** The text of tokens that were written: without special ones, up to a stop text. */
  public String text(int[] tokens) {
    return cut(codec.decode(tokens));
  }

  private StoppingRule stopping(StoppingRule given) {
    return (row, tokens) -> {
      String text = codec.decode(tokens);
      return given.stops(row, tokens) || stop.stream().anyMatch(text::contains);
    };
  }

  private String cut(String text) {
    int end = text.length();
    for (String at : stop) {
      int found = text.indexOf(at);
      end = found < 0 ? end : Math.min(end, found);
    }
    return text.substring(0, end);
  }
}
