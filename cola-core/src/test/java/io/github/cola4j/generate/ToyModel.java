package io.github.cola4j.generate;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * A model whose logits are a hash of what it read: the same one as in {@code
 * src/test/python/generate_toy.py}.
 *
 * @param memory how many of a row's last tokens it knows, 0: all
 * @param favoured tokens whose logits are higher by {@code favour}
 * @param decoderStart with it the prompt is an encoder's input, else null
 */
record ToyModel(
    int seed,
    int vocabulary,
    int memory,
    List<Integer> favoured,
    float favour,
    @JsonProperty("decoder_start") Integer decoderStart)
    implements ContinuationSource {

  @Override
  public Read start(List<int[]> prompts, int maxNewTokens) {
    List<Row> rows = new ArrayList<>();
    for (int[] prompt : prompts) {
      int state = seed * (int) 2654435761L;
      if (decoderStart == null) {
        rows.add(new Row(state, prompt));
      } else {
        for (int token : prompt) {
          state = absorb(state, token);
        }
        rows.add(new Row(state, new int[] {decoderStart}));
      }
    }
    return new Read(rows, maxNewTokens);
  }

  private static int absorb(int state, int token) {
    return state * 16777619 ^ token + 1;
  }

  private float[] logits(Row row) {
    int state = row.state;
    int from = memory == 0 ? 0 : Math.max(0, row.tokens.length - memory);
    for (int i = from; i < row.tokens.length; i++) {
      state = absorb(state, row.tokens[i]);
    }
    float[] logits = new float[vocabulary];
    for (int token = 0; token < vocabulary; token++) {
      int x = state ^ token * (int) 2654435769L;
      x = (x ^ x >>> 16) * (int) 2246822507L;
      x = (x ^ x >>> 13) * (int) 3266489909L;
      x ^= x >>> 16;
      logits[token] = (x >>> 8) * 0x1p-22f + (favoured.contains(token) ? favour : 0);
    }
    return logits;
  }

  private record Row(int state, int[] tokens) {}

  /** What the toy has read; holds its caller to the contract. */
  final class Read implements Continuation {
    private List<Row> rows;
    private int left;
    private boolean closed;
    private final List<Integer> widths = new ArrayList<>();

    private Read(List<Row> rows, int maxNewTokens) {
      this.rows = rows;
      this.left = maxNewTokens;
    }

    @Override
    public int rows() {
      return rows.size();
    }

    @Override
    public int vocabulary() {
      return vocabulary;
    }

    @Override
    public float[] logits() {
      widths.add(rows.size());
      float[] all = new float[rows.size() * vocabulary];
      for (int row = 0; row < rows.size(); row++) {
        System.arraycopy(ToyModel.this.logits(rows.get(row)), 0, all, row * vocabulary, vocabulary);
      }
      return all;
    }

    @Override
    public void append(int[] tokens) {
      if (tokens.length != rows.size() || left-- == 0) {
        throw new AssertionError("not one token per row, or more than were told of");
      }
      List<Row> longer = new ArrayList<>();
      for (Row row : rows) {
        int[] more = Arrays.copyOf(row.tokens, row.tokens.length + 1);
        more[row.tokens.length] = tokens[longer.size()];
        longer.add(new Row(row.state, more));
      }
      rows = longer;
    }

    @Override
    public void select(int[] places) {
      rows = new ArrayList<>(Arrays.stream(places).mapToObj(rows::get).toList());
    }

    @Override
    public void close() {
      closed = true;
    }

    /** How many rows there were each time that logits were asked for. */
    List<Integer> widths() {
      return widths;
    }

    boolean closed() {
      return closed;
    }
  }

  /** Special tokens of a run with this model. */
  SpecialTokens tokens(List<Integer> eos, OptionalInt pad, OptionalInt bos, OptionalInt last) {
    OptionalInt start = decoderStart == null ? OptionalInt.empty() : OptionalInt.of(decoderStart);
    return new SpecialTokens(eos, pad, start, bos, last);
  }
}
