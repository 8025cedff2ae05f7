package io.github.cola4j.hub;

import io.github.cola4j.hub.HubException.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the hub is, who asks, and where its files are kept; by the same environment variables as
 * Python's huggingface_hub.
 *
 * @param endpoint the hub's address, which may have a path, as mirrors have; without a slash at the
 *     end
 * @param token who asks, if the hub shall know
 * @param cache the folder of the cache
 * @param offline whether to make no request at all
 * @param symlinks whether the cache may have symbolic links; where it may but the file system has
 *     none, files are moved and copied instead
 */
public record HubSettings(
    URI endpoint, Optional<String> token, Path cache, boolean offline, boolean symlinks) {
  private static final String PUBLIC_HUB = "https://huggingface.co";
  private static final Set<String> YES = Set.of("1", "ON", "YES", "TRUE");
  private static final Pattern VARIABLE = Pattern.compile("\\$(?:(\\w+)|\\{([^}]*)\\})");
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

  /**
   * @throws HubException of kind BAD_SETTING
   */
  public HubSettings {
    Objects.requireNonNull(cache);
    String scheme = String.valueOf(endpoint.getScheme()).toLowerCase(Locale.ROOT);
    if (!Set.of("http", "https").contains(scheme) || endpoint.getHost() == null) {
      throw new HubException(
          Kind.BAD_SETTING,
          "the hub's address \"" + endpoint + "\" is none",
          "set HF_ENDPOINT to an address such as https://hub.example.org, or unset it");
    }
    if (endpoint.toString().endsWith("/")) {
      endpoint = URI.create(endpoint.toString().replaceAll("/+$", ""));
    }
    // What HTTP refuses in a header would be quoted in its error, and a token belongs in no log.
    if (token.isPresent() && !TOKEN.matcher(token.get()).matches()) {
      throw new HubException(
          Kind.BAD_SETTING,
          "the token has characters that no token of the hub has",
          "copy it again from the hub's settings page into HF_TOKEN, without quotes and spaces");
    }
  }

  /**
   * The settings that environment variables make, the first of each line that is there:
   *
   * <ul>
   *   <li>endpoint: {@code HF_ENDPOINT}, the public hub
   *   <li>token: {@code HF_TOKEN}, {@code HUGGING_FACE_HUB_TOKEN}, the file {@code HF_TOKEN_PATH},
   *       the file {@code token} in Hugging Face's folder; none if {@code
   *       HF_HUB_DISABLE_IMPLICIT_TOKEN} says so
   *   <li>cache: {@code HF_HUB_CACHE}, {@code HUGGINGFACE_HUB_CACHE}, {@code hub} in Hugging Face's
   *       folder
   *   <li>Hugging Face's folder: {@code HF_HOME}, {@code $XDG_CACHE_HOME/huggingface}, {@code
   *       ~/.cache/huggingface}
   *   <li>offline: {@code HF_HUB_OFFLINE}, {@code TRANSFORMERS_OFFLINE}
   *   <li>no symbolic links: {@code HF_HUB_DISABLE_SYMLINKS}
   * </ul>
   *
   * <p>Paths may begin with {@code ~} and have {@code $NAME} in them. An empty variable counts as
   * unset.
   *
   * @param environment as {@link System#getenv()} gives it
   * @param home the user's folder
   * @throws HubException of kind BAD_SETTING
   */
  public static HubSettings of(Map<String, String> environment, Path home) {
    Variables variables = new Variables(environment, home);
    Path folder =
        variables
            .path("HF_HOME")
            .or(() -> variables.path("XDG_CACHE_HOME").map(path -> path.resolve("huggingface")))
            .orElseGet(() -> home.resolve(".cache").resolve("huggingface"));
    Path cache =
        variables
            .path("HF_HUB_CACHE")
            .or(() -> variables.path("HUGGINGFACE_HUB_CACHE"))
            .orElseGet(() -> folder.resolve("hub"));
    Optional<String> token =
        variables.yes("HF_HUB_DISABLE_IMPLICIT_TOKEN")
            ? Optional.empty()
            : variables
                .text("HF_TOKEN")
                .or(() -> variables.text("HUGGING_FACE_HUB_TOKEN"))
                .map(String::strip)
                .or(
                    () ->
                        content(
                            variables
                                .path("HF_TOKEN_PATH")
                                .orElseGet(() -> folder.resolve("token"))));
    return new HubSettings(
        address(variables.text("HF_ENDPOINT").orElse(PUBLIC_HUB).strip()),
        token.filter(text -> !text.isEmpty()),
        cache.toAbsolutePath().normalize(),
        variables.yes("HF_HUB_OFFLINE") || variables.yes("TRANSFORMERS_OFFLINE"),
        !variables.yes("HF_HUB_DISABLE_SYMLINKS"));
  }

  /** The same, offline if it was or {@code also} says so. */
  public HubSettings offlineIf(boolean also) {
    return new HubSettings(endpoint, token, cache, offline || also, symlinks);
  }

  /** Without the token, for logs. */
  @Override
  public String toString() {
    return "HubSettings[endpoint="
        + endpoint
        + ", token="
        + (token.isPresent() ? "set" : "none")
        + ", cache="
        + cache
        + ", offline="
        + offline
        + ", symlinks="
        + symlinks
        + "]";
  }

  private static URI address(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new HubException(
          Kind.BAD_SETTING,
          "HF_ENDPOINT is \"" + text + "\", which is no address",
          "set it to an address such as https://hub.example.org, or unset it",
          e);
    }
  }

  private static Optional<String> content(Path tokenFile) {
    try {
      return Optional.of(Files.readString(tokenFile).strip());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new HubException(
          Kind.BAD_SETTING,
          "the token's file " + tokenFile + " cannot be read (" + e + ")",
          "make it readable, or set HF_TOKEN",
          e);
    }
  }

  private record Variables(Map<String, String> values, Path home) {
    Optional<String> text(String name) {
      return Optional.ofNullable(values.get(name)).filter(value -> !value.isBlank());
    }

    boolean yes(String name) {
      return text(name).map(value -> value.strip().toUpperCase(Locale.ROOT)).stream()
          .anyMatch(YES::contains);
    }

    Optional<Path> path(String name) {
      return text(name)
          .map(
              value -> {
                String text = VARIABLE.matcher(value).replaceAll(this::value);
                return text.equals("~")
                    ? home
                    : text.startsWith("~/") ? home.resolve(text.substring(2)) : Path.of(text);
              });
    }

    /** A variable's value, or its name as it stands where it is not set, as shells do not. */
    private String value(MatchResult found) {
      String name = found.group(1) == null ? found.group(2) : found.group(1);
      return Matcher.quoteReplacement(values.getOrDefault(name, found.group()));
    }
  }
}
