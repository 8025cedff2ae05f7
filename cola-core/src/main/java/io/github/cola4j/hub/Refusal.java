package io.github.cola4j.hub;

import io.github.cola4j.hub.HubException.Kind;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A response that gives nothing, and what it means to whom. The hub tells more than the status does
 * in {@code X-Error-Code} and {@code X-Error-Message}.
 *
 * @param name what was asked for
 * @param uri what answered
 */
record Refusal(HubSettings settings, HubName name, URI uri, int status, HttpHeaders headers) {
  /** As in {@code RateLimit: "api";r=0;t=55}: nothing remains, and the count restarts in 55 s. */
  private static final Pattern RATE_LIMIT = Pattern.compile("r=0\\s*;\\s*t=(\\d{1,9})");

  /**
   * The refusal as something that may pass.
   *
   * @throws HubException if it will not
   */
  Setback inWords() {
    String code = headers.firstValue("X-Error-Code").orElse("");
    String words = headers.firstValue("X-Error-Message").map(text -> ": " + text).orElse("");
    String repository = name.type().prefix + name.repository();
    String page = settings.endpoint() + "/" + repository;
    if (code.equals("GatedRepo")) {
      throw new HubException(
          Kind.UNAUTHORISED,
          repository + " is open only to those who accepted its terms (" + status + words + ")",
          "accept the terms on its page "
              + page
              + (settings.token().isPresent()
                  ? " as the user whose token is in HF_TOKEN"
                  : " and set HF_TOKEN to your token"));
    }
    if (code.equals("RevisionNotFound")) {
      throw new HubException(
          Kind.NOT_FOUND,
          repository + " has no revision \"" + name.revision() + "\"",
          "write a branch, a tag or a commit that " + page + " shows, such as @main");
    }
    if (code.equals("EntryNotFound")) {
      throw new HubException(
          Kind.NOT_FOUND,
          repository + " has no " + uri.getPath() + " at " + name.revision(),
          "check the file's name on " + page);
    }
    if (code.equals("RepoNotFound") || status == 404 || status == 410) {
      throw new HubException(
          Kind.NOT_FOUND,
          "the hub at "
              + settings.endpoint()
              + " has no "
              + (name.type() == HubName.Type.MODEL ? "model " : "data set ")
              + name.repository(),
          "check the name"
              + (name.type() == HubName.Type.MODEL ? " (a data set's begins hf:datasets/)" : "")
              + (settings.token().isPresent()
                  ? "; if it is private, use a token in HF_TOKEN that may read it"
                  : "; if it is private, set HF_TOKEN to your token"));
    }
    if (status == 401 || status == 403) {
      throw new HubException(
          Kind.UNAUTHORISED,
          "the hub does not give " + repository + " away (" + status + words + ")",
          settings.token().isPresent()
              ? "check the name, accept the terms on its page "
                  + page
                  + " if there are any, and set HF_TOKEN to a valid token that may read it"
              : "check the name, accept the terms on its page "
                  + page
                  + " if there are any, and set HF_TOKEN to your token");
    }
    String problem = uri.getHost() + " answered " + status + words;
    if (status == 429) {
      return Setback.busy(
          problem + " (too many requests)",
          rateLimit().or(() -> retryAfter()),
          "wait a few minutes"
              + (settings.token().isPresent() ? "" : ", or set HF_TOKEN, which allows for more"));
    }
    if (status == 408 || status >= 500) {
      return Setback.busy(problem, retryAfter(), "try again later");
    }
    throw new HubException(
        Kind.UNREACHABLE,
        problem + " when asked for " + uri.getPath(),
        "check HF_ENDPOINT and a proxy's rules");
  }

  private Optional<Duration> rateLimit() {
    Matcher matcher = RATE_LIMIT.matcher(headers.firstValue("RateLimit").orElse(""));
    // The header's seconds are rounded down.
    return matcher.find()
        ? Optional.of(Duration.ofSeconds(Long.parseLong(matcher.group(1)) + 1))
        : Optional.empty();
  }

  private Optional<Duration> retryAfter() {
    return headers
        .firstValue("Retry-After")
        .flatMap(
            text -> {
              if (text.strip().matches("\\d{1,9}")) {
                return Optional.of(Duration.ofSeconds(Long.parseLong(text.strip())));
              }
              try {
                Duration until =
                    Duration.between(
                        Instant.now(),
                        ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME));
                return Optional.of(until.isNegative() ? Duration.ZERO : until);
              } catch (DateTimeParseException e) {
                return Optional.empty();
              }
            });
  }
}
