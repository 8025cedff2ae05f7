package io.github.cola4j.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All files of a repository at one commit. It never changes, so the cache keeps it: it says whether
 * a snapshot is complete without asking the hub. The form is that of huggingface_hub's {@code
 * trees/{commit}.json}, version 1.
 */
final class Listing {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int VERSION = 1;

  private final SortedMap<String, RemoteFile> files;

  Listing(Collection<RemoteFile> files) {
    SortedMap<String, RemoteFile> byPath = new TreeMap<>();
    files.forEach(file -> byPath.put(file.path(), file));
    this.files = Collections.unmodifiableSortedMap(byPath);
  }

  SortedSet<String> names() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(files.keySet()));
  }

  Optional<RemoteFile> file(String path) {
    return Optional.ofNullable(files.get(path));
  }

  String toJson() {
    ObjectNode root = JSON.createObjectNode().put("format_version", VERSION);
    ObjectNode entries = root.putObject("files");
    for (RemoteFile file : files.values()) {
      ObjectNode entry =
          entries.putObject(file.path()).put("size", file.size()).put("blob_id", file.blobId());
      file.sha256().ifPresent(sha -> entry.put("lfs_sha256", sha).put("lfs_size", file.size()));
      file.xetHash().ifPresent(hash -> entry.put("xet_hash", hash));
    }
    return root.toPrettyString();
  }

  /** Empty where the text is of another version, or damaged; the hub is asked again then. */
  static Optional<Listing> fromJson(String text) {
    try {
      JsonNode root = JSON.readTree(text);
      if (root.path("format_version").asInt() != VERSION || !root.path("files").isObject()) {
        return Optional.empty();
      }
      List<RemoteFile> files = new ArrayList<>();
      for (Map.Entry<String, JsonNode> entry : root.get("files").properties()) {
        JsonNode info = entry.getValue();
        Optional<String> sha256 = text(info, "lfs_sha256");
        files.add(
            new RemoteFile(
                entry.getKey(),
                info.path(sha256.isPresent() ? "lfs_size" : "size").asLong(-1),
                info.path("blob_id").asText(),
                sha256,
                text(info, "xet_hash")));
      }
      return Optional.of(new Listing(files));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  static Optional<String> text(JsonNode node, String key) {
    return Optional.ofNullable(node.path(key).textValue());
  }
}
