package io.github.cola4j.predict;

import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.checkpoint.CheckpointException;
import io.github.cola4j.checkpoint.PeftAdapter;
import io.github.cola4j.checkpoint.PeftFolder;
import io.github.cola4j.data.Batches;
import io.github.cola4j.data.ChatTemplate;
import io.github.cola4j.data.Conversations;
import io.github.cola4j.data.DataException;
import io.github.cola4j.data.Encoded;
import io.github.cola4j.data.Example;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.data.Prompts;
import io.github.cola4j.data.SourcesAndTargets;
import io.github.cola4j.data.TextCodec;
import io.github.cola4j.data.TextEncoder;
import io.github.cola4j.data.TokenizerConfig;
import io.github.cola4j.generate.GenerationControl;
import io.github.cola4j.generate.GenerationSettings;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.gl.InferencePass;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.model.ModelException;
import io.github.cola4j.spec.Task;
import io.github.cola4j.task.SequenceClassification;
import io.github.cola4j.task.SequenceRegression;
import io.github.cola4j.task.TaskModel;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A trained model in use: a base with one adapter, or a merged model. It classifies, scores or
 * writes text, as its task is.
 *
 * <pre>{@code
 * try (Predictor reviews = Predictor.open(base, run.resolve("adapter"), PredictorOptions.DEFAULT)) {
 *   reviews.classify("a gem of a film").label();
 * }
 * }</pre>
 *
 * <p>All methods may be called from several threads at once; {@link #close} waits for calls that
 * are under way. PyTorch spreads one call over the cores by itself: a service with many small calls
 * at a time does best with few threads for each ({@link Torch#start}).
 */
public final class Predictor implements AutoCloseable {
  private static final int ROWS_AT_ONCE = 32;

  private final TaskModel opened;
  private final AdaptedModel model;
  private final ModelFacts facts;
  private final TextEncoder encoder; // of texts to classify; null for language models
  private final TextCodec codec; // of language models, else null
  private final Optional<ChatTemplate> chat;
  private final BaseFolder base;
  private final int maxLength;
  private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();
  // Only the garbage collector frees an arena, so calls use those that others are done with.
  private final ConcurrentLinkedDeque<HostArena> arenas = new ConcurrentLinkedDeque<>();
  private boolean closed;

  /**
   * Opens a model without an adapter: a merged one, or a base as it is.
   *
   * @param folder a Hugging Face folder
   * @throws CheckpointException if a file is missing or damaged
   * @throws ModelException if the model is none that is built
   * @throws DataException if the tokenizer cannot be used
   */
  public static Predictor open(Path folder, PredictorOptions options) {
    return new Predictor(BaseFolder.open(folder), Optional.empty(), options);
  }

  /**
   * Opens a base with an adapter.
   *
   * @param base a Hugging Face folder
   * @param adapter a PEFT folder, written here or by PEFT
   * @throws CheckpointException if a file is missing or damaged
   * @throws ModelException if the model is none that is built, or the adapter was made for another
   * @throws DataException if the tokenizer cannot be used
   */
  public static Predictor open(Path base, Path adapter, PredictorOptions options) {
    return new Predictor(BaseFolder.open(base), Optional.of(PeftFolder.read(adapter)), options);
  }

  private Predictor(BaseFolder base, Optional<PeftAdapter> adapter, PredictorOptions options) {
    Torch.prepareThread();
    facts = ModelFacts.of(base, adapter, options);
    boolean writes = facts.task().generates();
    List<AutoCloseable> made = new ArrayList<>();
    try {
      opened =
          TaskModel.open(
              facts.task(), base, options.dtype(), options.device(), facts.labels().size(), 0);
      made.add(opened);
      model =
          adapter
              .map(stored -> AdaptedModel.stored(opened.manager(), opened.model(), stored))
              .orElseGet(() -> AdaptedModel.bare(opened.manager(), opened.model()));
      requireHead(base);
      if (options.merged() && model.mergeable()) {
        model.keepMerged();
        model.merge();
      }
      maxLength = options.maxLength().orElse(opened.model().maxTokens());
      encoder = writes ? null : TextEncoder.open(base.tokenizerFile(), maxLength);
      codec = writes ? TextCodec.open(base.tokenizerFile()) : null;
      TokenizerConfig tokens = TokenizerConfig.read(base.folder());
      chat = tokens.chatTemplate().map(template -> new ChatTemplate(template, tokens));
      this.base = base;
    } catch (RuntimeException | Error e) {
      made.forEach(Predictor::closeQuietly);
      throw e;
    }
  }

  /** A head that was drawn at random would answer, and nobody would know. */
  private void requireHead(BaseFolder base) {
    model
        .untrained()
        .ifPresent(
            module -> {
              throw new ModelException(
                  "%s: the base has no %s, and no adapter brings one; give the adapter, or a merged model"
                      .formatted(base.folder(), module));
            });
  }

  /** A small model has no room for the usual number of new tokens. */
  private GenerationSettings fitting(GenerationSettings settings) {
    int positions = opened.model().maxTokens();
    int room = facts.task() == Task.SEQUENCE_TO_SEQUENCE ? positions - 1 : positions / 2;
    return settings.withMaxNewTokens(Math.max(1, Math.min(settings.maxNewTokens(), room)));
  }

  /** What the model is for. */
  public Task task() {
    return facts.task();
  }

  /** The names of the classes, in their order; empty where the model does not classify. */
  public List<String> labels() {
    return facts.task() == Task.SEQUENCE_CLASSIFICATION ? facts.labels() : List.of();
  }

  /**
   * How text is generated unless it is said otherwise: what the model's {@code
   * generation_config.json} says, and 64 new tokens where the model has the room.
   *
   * @throws IllegalStateException if the model does not write text
   * @throws CheckpointException if the file asks for something that is not built, by name; settings
   *     of one's own need none of it
   */
  public GenerationSettings generationSettings() {
    requireWriter();
    return fitting(GenerationDefaults.of(base));
  }

  /**
   * The class of a text.
   *
   * @throws IllegalStateException if the model is for something else
   */
  public Classification classify(String text) {
    return classify(List.of(Text.of(text))).get(0);
  }

  /** The class of a pair of texts. */
  public Classification classify(String first, String second) {
    return classify(List.of(new Text(first, second))).get(0);
  }

  /**
   * The classes of many texts; a text's does not depend on the others.
   *
   * @return in the order of the texts
   */
  public List<Classification> classify(List<Text> texts) {
    require(Task.SEQUENCE_CLASSIFICATION, "classify");
    return using(
        arena ->
            inBatches(
                texts,
                arena,
                (pass, batch) -> {
                  float[] p =
                      ((SequenceClassification) opened.objective()).probabilities(pass, batch);
                  return IntStream.range(0, batch.size())
                      .mapToObj(row -> Classification.of(facts.labels(), p, row))
                      .toList();
                }));
  }

  /**
   * The number that the model gives a text.
   *
   * @throws IllegalStateException if the model is for something else
   */
  public double score(String text) {
    return score(List.of(Text.of(text))).get(0);
  }

  /** The number that the model gives a pair of texts. */
  public double score(String first, String second) {
    return score(List.of(new Text(first, second))).get(0);
  }

  /**
   * The numbers of many texts; a text's does not depend on the others.
   *
   * @return in the order of the texts
   */
  public List<Double> score(List<Text> texts) {
    require(Task.SEQUENCE_REGRESSION, "score");
    return using(
        arena ->
            inBatches(
                texts,
                arena,
                (pass, batch) -> {
                  float[] scores =
                      ((SequenceRegression) opened.objective()).predictions(pass, batch);
                  return IntStream.range(0, batch.size())
                      .mapToObj(row -> (double) scores[row])
                      .toList();
                }));
  }

  /**
   * The text that follows a prompt, or, of an encoder-decoder, that it makes of it.
   *
   * @throws IllegalStateException if the model does not write text
   * @throws ModelException if prompt and new tokens are more than the model has positions
   */
  public String generate(String prompt) {
    return generate(List.of(prompt), generationSettings()).get(0);
  }

  /** The same with other settings. */
  public String generate(String prompt, GenerationSettings settings) {
    return generate(List.of(prompt), settings).get(0);
  }

  /**
   * The texts for many prompts, as one batch.
   *
   * @return in the order of the prompts
   */
  public List<String> generate(List<String> prompts, GenerationSettings settings) {
    return generate(prompts, settings, List.of(), GenerationControl.NONE);
  }

  /**
   * The same, under way and stopped as the caller says.
   *
   * @param stop texts at which writing ends; what is written goes up to there
   */
  public List<String> generate(
      List<String> prompts,
      GenerationSettings settings,
      List<String> stop,
      GenerationControl control) {
    requireWriter();
    return using(
        arena ->
            new TextGenerator(model, codec, arena, stop)
                .generate(prompts.stream().map(this::tokens).toList(), settings, control));
  }

  /**
   * What the assistant says next, by the base's chat template.
   *
   * @throws IllegalStateException if the base has no chat template
   */
  public String chat(List<Message> messages, GenerationSettings settings) {
    return chat(messages, settings, List.of(), GenerationControl.NONE);
  }

  /**
   * The same, under way and stopped as the caller says.
   *
   * @param stop texts at which writing ends; what is written goes up to there
   */
  public String chat(
      List<Message> messages,
      GenerationSettings settings,
      List<String> stop,
      GenerationControl control) {
    return chats(List.of(messages), settings, stop, control).get(0);
  }

  /**
   * The same for many conversations, as one batch.
   *
   * @return in the order of the conversations
   */
  public List<String> chats(
      List<List<Message>> conversations,
      GenerationSettings settings,
      List<String> stop,
      GenerationControl control) {
    require(Task.CAUSAL_LM, "chat");
    ChatTemplate template =
        chat.orElseThrow(
            () ->
                new IllegalStateException(
                    "the base has no chat template: no chat_template in tokenizer_config.json, and no chat_template.jinja"));
    return using(
        arena ->
            new TextGenerator(model, codec, arena, stop)
                .generate(
                    conversations.stream()
                        .map(messages -> Conversations.encode(turns(messages), template, codec))
                        .toList(),
                    settings,
                    control));
  }

  private static List<Map<String, Object>> turns(List<Message> messages) {
    return messages.stream()
        .map(m -> Map.<String, Object>of("role", m.role(), "content", m.content()))
        .toList();
  }

  private int[] tokens(String prompt) {
    return facts.task() == Task.CAUSAL_LM
        ? Prompts.encode(prompt, codec)
        : SourcesAndTargets.encode(prompt, codec, maxLength);
  }

  private <T> List<T> inBatches(
      List<Text> texts, HostArena arena, BiFunction<ForwardPass, PackedBatch, List<T>> predict) {
    List<Example> rows = new ArrayList<>();
    for (Text text : texts) {
      Encoded tokens = encoder.encode(text.first(), text.second());
      if (tokens.length() == 0) {
        throw new IllegalArgumentException(
            "text %d is empty: no token is made of it".formatted(rows.size()));
      }
      rows.add(Example.ofClass(tokens.ids(), tokens.types(), Example.NO_LABEL, rows.size()));
    }
    List<T> predictions = new ArrayList<>(Collections.nCopies(texts.size(), null));
    int[] order = IntStream.range(0, rows.size()).toArray();
    for (int[] some : Batches.of(order, ROWS_AT_ONCE)) {
      PackedBatch batch = PackedBatch.of(IntStream.of(some).mapToObj(rows::get).toList());
      try (Scope scope = Scope.open(model.manager())) {
        List<T> predicted =
            predict.apply(new InferencePass(model.modules(), scope.manager(), arena), batch);
        for (int i = 0; i < batch.size(); i++) {
          predictions.set(batch.rows()[i], predicted.get(i));
        }
      } finally {
        arena.reset();
      }
    }
    return predictions;
  }

  private <T> T using(Function<HostArena, T> work) {
    use.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the predictor is closed");
      }
      Torch.prepareThread();
      HostArena free = arenas.poll();
      HostArena arena = free == null ? new HostArena() : free;
      try {
        return work.apply(arena);
      } finally {
        arena.reset();
        arenas.push(arena);
      }
    } finally {
      use.readLock().unlock();
    }
  }

  private void require(Task task, String what) {
    if (facts.task() != task) {
      throw new IllegalStateException(
          "a model for %s cannot %s".formatted(facts.task().key(), what));
    }
  }

  private void requireWriter() {
    if (!facts.task().generates()) {
      throw new IllegalStateException(
          "a model for %s writes no text".formatted(facts.task().key()));
    }
  }

  /**
   * The text of tokens, without special ones: for those that a listener hears of.
   *
   * @throws IllegalStateException if the model does not write text
   */
  public String decode(int... tokens) {
    requireWriter();
    return codec.decode(tokens);
  }

  /**
   * Waits for calls that are under way and frees the model.
   *
   * @throws IllegalStateException if one of them is this thread's: close it when that has returned
   */
  @Override
  public void close() {
    if (use.getReadHoldCount() > 0) {
      throw new IllegalStateException("the predictor cannot be closed from within a call to it");
    }
    use.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        if (encoder != null) {
          encoder.close();
        }
        if (codec != null) {
          codec.close();
        }
        model.close();
        opened.close();
      }
    } finally {
      use.writeLock().unlock();
    }
  }

  private static void closeQuietly(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      // What went wrong before is what the caller hears of.
    }
  }
}
