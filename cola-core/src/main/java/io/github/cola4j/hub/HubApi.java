package io.github.cola4j.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the hub can be asked: at which commit a revision stands, and the files of a commit. */
final class HubApi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern NEXT_PAGE = Pattern.compile("<([^>]*)>\\s*;[^,]*rel=\"?next\"?");

  private final URI endpoint;
  private final Requests requests;

  HubApi(HubSettings settings, Requests requests) {
    this.endpoint = settings.endpoint();
    this.requests = requests;
  }

  /**
   * The commit that the name's revision stands at.
   *
   * @throws HubException of kind NOT_FOUND, UNAUTHORISED, UNREACHABLE or INTERRUPTED
   */
  String commit(HubName name, Patience patience, Consumer<HubProgress> progress) {
    URI uri = address("api", name, "revision", name.revision());
    String commit = parse(text(name, uri, patience, progress).body()).path("sha").asText();
    if (!HubName.isCommit(commit)) {
      throw requests.unlikeHub("it told no commit for " + name, null);
    }
    return commit;
  }

  /**
   * All files of a commit.
   *
   * @throws HubException of kind NOT_FOUND, UNAUTHORISED, UNREACHABLE or INTERRUPTED
   */
  Listing listing(HubName name, String commit, Patience patience, Consumer<HubProgress> progress) {
    List<RemoteFile> files = new ArrayList<>();
    Set<URI> seen = new HashSet<>();
    Optional<URI> page =
        Optional.of(URI.create(address("api", name, "tree", commit) + "?recursive=true"));
    while (page.isPresent() && seen.add(page.get())) {
      HttpResponse<String> response = text(name, page.get(), patience, progress);
      JsonNode entries = parse(response.body());
      if (!entries.isArray()) {
        throw requests.unlikeHub("it told no list of files for " + name, null);
      }
      for (JsonNode entry : entries) {
        if (entry.path("type").asText().equals("file")) {
          files.add(file(entry));
        }
      }
      page = nextPage(response);
    }
    return new Listing(files);
  }

  /** Where the content of a file is. */
  URI content(HubName name, String commit, String path) {
    return URI.create(
        endpoint
            + "/"
            + name.type().prefix
            + name.repository()
            + "/resolve/"
            + commit
            + "/"
            + Stream.of(path.split("/")).map(HubApi::quoted).collect(Collectors.joining("/")));
  }

  private URI address(String api, HubName name, String what, String revision) {
    return URI.create(
        String.join(
            "/",
            endpoint.toString(),
            api,
            name.type().plural,
            name.repository(),
            what,
            quoted(revision)));
  }

  private HttpResponse<String> text(
      HubName name, URI uri, Patience patience, Consumer<HubProgress> progress) {
    return requests.persist(
        name.toString(),
        patience,
        () -> 0,
        progress,
        () -> requests.get(name, uri, Map.of(), BodyHandlers.ofString(), () -> {}));
  }

  private JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw requests.unlikeHub("what it answered is no JSON", e);
    }
  }

  private RemoteFile file(JsonNode entry) {
    JsonNode lfs = entry.path("lfs");
    Optional<String> sha256 = Listing.text(lfs, "oid");
    try {
      return new RemoteFile(
          entry.path("path").asText(),
          (sha256.isPresent() ? lfs : entry).path("size").asLong(-1),
          entry.path("oid").asText(),
          sha256,
          Listing.text(entry, "xetHash"));
    } catch (IllegalArgumentException e) {
      throw requests.unlikeHub("it listed a file without size and digest", e);
    }
  }

  private Optional<URI> nextPage(HttpResponse<String> response) {
    for (String link : response.headers().allValues("Link")) {
      Matcher matcher = NEXT_PAGE.matcher(link);
      if (matcher.find()) {
        try {
          return Optional.of(response.uri().resolve(matcher.group(1)));
        } catch (IllegalArgumentException e) {
          throw requests.unlikeHub("its list goes on at no address", e);
        }
      }
    }
    return Optional.empty();
  }

  private static String quoted(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
