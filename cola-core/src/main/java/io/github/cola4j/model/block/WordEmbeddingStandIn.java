package io.github.cola4j.model.block;

import ai.djl.modality.nlp.DefaultVocabulary;
import ai.djl.modality.nlp.embedding.EmbeddingException;
import ai.djl.modality.nlp.embedding.TrainableWordEmbedding;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * In the place of DJL's embedding of words, which blocks ask for by its class; shares its table.
 */
final class WordEmbeddingStandIn extends TrainableWordEmbedding {
  private final BlockChild child;
  private final TrainableWordEmbedding original;

  WordEmbeddingStandIn(BlockChild child, TrainableWordEmbedding original) {
    super(new DefaultVocabulary(List.of()), Math.toIntExact(child.module().out()));
    this.child = child;
    this.original = original;
    inputShapes = original.getInputShapes();
    numEmbeddings = Math.toIntExact(child.module().in());
    child.shareParameters(parameters);
    embedding = parameters.get("embedding");
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> options) {
    return child.forward(store, inputs, training, options);
  }

  @Override
  public boolean vocabularyContains(String word) {
    return original.vocabularyContains(word);
  }

  @Override
  public long preprocessWordToEmbed(String word) {
    return original.preprocessWordToEmbed(word);
  }

  @Override
  public NDArray embedWord(NDArray index) throws EmbeddingException {
    return original.embedWord(index);
  }

  @Override
  public String unembedWord(NDArray word) {
    return original.unembedWord(word);
  }

  @Override
  public NDArray embed(NDManager manager, String[] items) {
    return original.embed(manager, items);
  }

  @Override
  public boolean hasItem(String item) {
    return original.hasItem(item);
  }

  @Override
  public long embed(String item) {
    return original.embed(item);
  }

  @Override
  public Optional<String> unembed(long index) {
    return original.unembed(index);
  }

  @Override
  public byte[] encode(String item) {
    return original.encode(item);
  }

  @Override
  public String decode(byte[] bytes) {
    return original.decode(bytes);
  }

  @Override
  public void saveParameters(DataOutputStream out) throws IOException {
    original.saveParameters(out);
  }

  @Override
  public void loadParameters(NDManager manager, DataInputStream in) {
    throw new UnsupportedOperationException("the block is adapted; load before, or after");
  }
}
