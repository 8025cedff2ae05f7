package io.github.cola4j.checkpoint;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file, checked: 8 bytes of length (little-endian), JSON of that
 * length, then the tensors' bytes without gap or overlap up to the end of the file. See <a
 * href="https://github.com/huggingface/safetensors#format">the format</a>.
 *
 * @param tensors by name, in the order of their bytes
 * @param metadata the texts under {@code __metadata__}, in the file's order
 * @param dataStart where in the file the tensors' bytes begin
 */
record SafetensorsHeader(
    Map<String, TensorInfo> tensors, Map<String, String> metadata, long dataStart) {

  static final String METADATA = "__metadata__";

  /** The format's own limit, so that a damaged length does not ask for all the memory there is. */
  private static final long MAX_LENGTH = 100_000_000;

  private static final String GIT_LFS = "version ";
  private static final String COPY_AGAIN = "download or copy it again";
  private static final String WRITE_AGAIN = "write it again with the safetensors library";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  SafetensorsHeader {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  /**
   * Reads and checks it.
   *
   * @throws CheckpointException if anything is wrong, with what and the fix
   */
  static SafetensorsHeader read(Path file, WindowedFile stored) throws IOException {
    return new Reader(file).read(stored);
  }

  private record Reader(Path file) {

    SafetensorsHeader read(WindowedFile stored) throws IOException {
      long size = stored.length();
      if (size < 8) {
        throw wrong("holds %d bytes, too few for a safetensors file; %s", size, COPY_AGAIN);
      }
      ByteBuffer prefix = stored.bytes(0, 8);
      long length = prefix.getLong(0);
      if (length < 0 || length > size - 8) {
        if (StandardCharsets.ISO_8859_1.decode(prefix).toString().equals(GIT_LFS)) {
          throw wrong("is a Git LFS pointer, not the file itself; fetch it with 'git lfs pull'");
        }
        throw wrong(
            "its header of %s bytes goes beyond its end (%d bytes), so it is cut short or no"
                + " safetensors file; %s",
            Long.toUnsignedString(length), size, COPY_AGAIN);
      }
      if (length > MAX_LENGTH) {
        throw wrong(
            "its header has %d bytes, the format allows %d; %s", length, MAX_LENGTH, WRITE_AGAIN);
      }
      JsonNode root = json(stored.bytes(8, (int) length));
      Map<String, String> metadata = new LinkedHashMap<>();
      List<TensorInfo> tensors = new ArrayList<>();
      for (Map.Entry<String, JsonNode> entry : root.properties()) {
        if (entry.getKey().equals(METADATA)) {
          metadata(entry.getValue(), metadata);
        } else {
          tensors.add(tensor(entry.getKey(), entry.getValue()));
        }
      }
      // Stable, so that empty tensors, which share their place, keep the header's order.
      tensors.sort(Comparator.comparingLong(TensorInfo::begin).thenComparing(TensorInfo::end));
      checkLayout(tensors, size - 8 - length);
      Map<String, TensorInfo> byName = new LinkedHashMap<>();
      tensors.forEach(t -> byName.put(t.name(), t));
      return new SafetensorsHeader(byName, metadata, 8 + length);
    }

    private JsonNode json(ByteBuffer bytes) {
      String text;
      try {
        text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      } catch (CharacterCodingException e) {
        throw wrong("its header is not UTF-8 text, so it is damaged; %s", COPY_AGAIN);
      }
      JsonNode root;
      try {
        root = JSON.readTree(text);
      } catch (JsonProcessingException e) {
        throw wrong("its header is not JSON (%s); %s", e.getOriginalMessage(), COPY_AGAIN);
      }
      if (!root.isObject()) {
        throw wrong("its header is not a JSON object; %s", COPY_AGAIN);
      }
      return root;
    }

    private void metadata(JsonNode node, Map<String, String> into) {
      if (!node.isObject()) {
        throw wrong("%s is not an object but %s; %s", METADATA, brief(node), WRITE_AGAIN);
      }
      for (Map.Entry<String, JsonNode> entry : node.properties()) {
        if (!entry.getValue().isTextual()) {
          throw wrong(
              "%s key '%s' is not a text but %s; %s",
              METADATA, entry.getKey(), brief(entry.getValue()), WRITE_AGAIN);
        }
        into.put(entry.getKey(), entry.getValue().textValue());
      }
    }

    private TensorInfo tensor(String name, JsonNode node) {
      if (!node.isObject()) {
        throw wrong("tensor '%s' is not an object but %s; %s", name, brief(node), WRITE_AGAIN);
      }
      JsonNode dtype = node.get("dtype");
      if (dtype == null || !dtype.isTextual()) {
        throw wrong("tensor '%s': dtype is not a text but %s; %s", name, brief(dtype), WRITE_AGAIN);
      }
      long[] shape = wholeNumbers(name, "shape", node.get("shape"));
      long[] offsets = wholeNumbers(name, "data_offsets", node.get("data_offsets"));
      if (offsets.length != 2 || offsets[0] > offsets[1]) {
        throw wrong(
            "tensor '%s': data_offsets %s are not a begin and an end; %s",
            name, Arrays.toString(offsets), WRITE_AGAIN);
      }
      long length = offsets[1] - offsets[0];
      long elements = 1;
      long strides = 1; // a dimension of 0 hides how large the others are, but not from the engine
      try {
        for (long dimension : shape) {
          elements = Math.multiplyExact(elements, dimension);
          strides = Math.multiplyExact(strides, Math.max(1, dimension));
        }
        ElementType type = ElementType.named(dtype.textValue()).orElse(null);
        long expected = type == null ? length : Math.multiplyExact(elements, type.bytes());
        if (length != expected) {
          throw wrong(
              "tensor '%s' of type %s and shape %s needs %d bytes, its data_offsets give it %d; %s",
              name, dtype.textValue(), Arrays.toString(shape), expected, length, WRITE_AGAIN);
        }
      } catch (ArithmeticException e) {
        throw wrong(
            "tensor '%s': shape %s is more than any file can hold; %s",
            name, Arrays.toString(shape), WRITE_AGAIN);
      }
      return new TensorInfo(name, dtype.textValue(), new Shape(shape), offsets[0], offsets[1]);
    }

    private long[] wholeNumbers(String tensor, String key, JsonNode node) {
      if (node == null || !node.isArray()) {
        throw wrong(
            "tensor '%s': %s is not a list but %s; %s", tensor, key, brief(node), WRITE_AGAIN);
      }
      long[] numbers = new long[node.size()];
      for (int i = 0; i < numbers.length; i++) {
        JsonNode number = node.get(i);
        if (!number.isIntegralNumber()
            || !number.canConvertToLong()
            || (numbers[i] = number.longValue()) < 0) {
          throw wrong(
              "tensor '%s': %s holds %s, where a whole number from 0 to 2^63-1 belongs; %s",
              tensor, key, brief(number), WRITE_AGAIN);
        }
      }
      return numbers;
    }

    /** The tensors, sorted by place, must cover the bytes after the header exactly once. */
    private void checkLayout(List<TensorInfo> tensors, long dataLength) {
      long end = 0;
      String before = null;
      for (TensorInfo tensor : tensors) {
        if (tensor.begin() < end) {
          throw wrong(
              "tensors '%s' and '%s' overlap at byte %d of the data; %s",
              before, tensor.name(), tensor.begin(), WRITE_AGAIN);
        }
        if (tensor.begin() > end) {
          throw wrong(
              "bytes %d to %d of the data, before tensor '%s', belong to no tensor; %s",
              end, tensor.begin(), tensor.name(), WRITE_AGAIN);
        }
        end = tensor.end();
        before = tensor.name();
      }
      if (end > dataLength) {
        throw wrong("is %d bytes shorter than its header says; %s", end - dataLength, COPY_AGAIN);
      }
      if (end < dataLength) {
        throw wrong(
            "has %d bytes after its last tensor that belong to none; %s",
            dataLength - end, COPY_AGAIN);
      }
    }

    private static String brief(JsonNode node) {
      if (node == null) {
        return "missing";
      }
      String text = node.toString();
      return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }

    private CheckpointException wrong(String problem, Object... arguments) {
      return new CheckpointException(file, String.format(problem, arguments));
    }
  }
}
