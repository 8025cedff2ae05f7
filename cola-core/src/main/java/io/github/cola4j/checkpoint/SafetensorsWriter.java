package io.github.cola4j.checkpoint;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Writes safetensors files, byte for byte as the format's reference implementation does: tensors by
 * element type, widest first, then by name; the header padded with spaces to a multiple of 8. The
 * same tensors give the same bytes, whatever the order of the map.
 */
public final class SafetensorsWriter {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8).build();

  /** By UTF-8 bytes, as the reference implementation compares names. */
  private static final Comparator<String> BY_BYTES =
      Comparator.comparing(name -> name.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

  private static final Comparator<Map.Entry<String, PendingTensor>> LAYOUT =
      Comparator.comparing((Map.Entry<String, PendingTensor> entry) -> entry.getValue().type())
          .reversed()
          .thenComparing(Map.Entry::getKey, BY_BYTES);

  private SafetensorsWriter() {}

  /**
   * Writes a file, or replaces one, as {@link AtomicFiles} does.
   *
   * @param metadata texts for {@code __metadata__}, sorted by key; none if empty
   * @throws StorageException if the disk is full; an older file is then still there
   */
  public static void write(
      Path file, Map<String, HostTensor> tensors, Map<String, String> metadata) {
    writePending(file, pending(tensors), metadata);
  }

  /** The same for tensors that are made one by one, each when its turn comes. */
  public static void writePending(
      Path file, Map<String, PendingTensor> tensors, Map<String, String> metadata) {
    if (tensors.containsKey(SafetensorsHeader.METADATA)) {
      throw new IllegalArgumentException("no tensor can be named " + SafetensorsHeader.METADATA);
    }
    AtomicFiles.write(file, channel -> writePendingTo(channel, tensors, metadata));
  }

  static void writeTo(
      WritableByteChannel channel, Map<String, HostTensor> tensors, Map<String, String> metadata)
      throws IOException {
    writePendingTo(channel, pending(tensors), metadata);
  }

  private static Map<String, PendingTensor> pending(Map<String, HostTensor> tensors) {
    return tensors.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> PendingTensor.of(entry.getValue())));
  }

  private static void writePendingTo(
      WritableByteChannel channel, Map<String, PendingTensor> tensors, Map<String, String> metadata)
      throws IOException {
    List<Map.Entry<String, PendingTensor>> ordered =
        tensors.entrySet().stream().sorted(LAYOUT).toList();
    AtomicFiles.writeFully(channel, header(ordered, metadata));
    for (Map.Entry<String, PendingTensor> tensor : ordered) {
      AtomicFiles.writeFully(channel, tensor.getValue().made(tensor.getKey()).bytes());
    }
  }

  private static ByteBuffer header(
      List<Map.Entry<String, PendingTensor>> ordered, Map<String, String> metadata)
      throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(SafetensorsHeader.METADATA);
        Map<String, String> sorted = new TreeMap<>(BY_BYTES);
        sorted.putAll(metadata);
        for (Map.Entry<String, String> entry : sorted.entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      long offset = 0;
      for (Map.Entry<String, PendingTensor> entry : ordered) {
        PendingTensor tensor = entry.getValue();
        long[] shape = tensor.shape().getShape();
        long end = offset + tensor.bytes();
        json.writeObjectFieldStart(entry.getKey());
        json.writeStringField("dtype", tensor.type().name());
        json.writeFieldName("shape");
        json.writeArray(shape, 0, shape.length);
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {offset, end}, 0, 2);
        json.writeEndObject();
        offset = end;
      }
      json.writeEndObject();
    }
    int length = (text.size() + 7) / 8 * 8;
    ByteBuffer header = ByteBuffer.allocate(8 + length).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(length).put(text.toByteArray());
    while (header.hasRemaining()) {
      header.put((byte) ' ');
    }
    return header.flip();
  }
}
