package io.github.cola4j.kernel.work;

import io.github.cola4j.event.Event;
import io.github.cola4j.event.EventSink;
import io.github.cola4j.source.SourceException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.building.DefaultSettingsBuilderFactory;
import org.apache.maven.settings.building.DefaultSettingsBuildingRequest;
import org.apache.maven.settings.building.SettingsBuildingException;
import org.apache.maven.settings.building.SettingsBuildingResult;
import org.apache.maven.settings.building.SettingsProblem;
import org.apache.maven.settings.crypto.DefaultSettingsDecrypter;
import org.apache.maven.settings.crypto.DefaultSettingsDecryptionRequest;
import org.apache.maven.settings.crypto.SettingsDecryptionResult;
import org.sonatype.plexus.components.cipher.DefaultPlexusCipher;
import org.sonatype.plexus.components.sec.dispatcher.DefaultSecDispatcher;

/** Reads a user's Maven settings: those of the installation and their own, passwords decrypted. */
final class MavenSettings {
  private final MavenHome home;
  private final EventSink events;

  MavenSettings(MavenHome home, EventSink events) {
    this.home = home;
    this.events = events;
  }

  /**
   * Reads them.
   *
   * @param properties what {@code ${…}} in them may name; the environment's begin with {@code env.}
   * @throws SourceException if a file is no settings file; the message names the line
   */
  Settings read(Properties properties) {
    DefaultSettingsBuildingRequest request = new DefaultSettingsBuildingRequest();
    home.globalSettings().map(Path::toFile).ifPresent(request::setGlobalSettingsFile);
    request.setUserSettingsFile(home.settings().toFile());
    request.setSystemProperties(properties);
    try {
      SettingsBuildingResult result =
          new DefaultSettingsBuilderFactory().newInstance().build(request);
      result.getProblems().forEach(problem -> warn(text(problem)));
      return decrypted(result.getEffectiveSettings());
    } catch (SettingsBuildingException e) {
      throw new SourceException(
          e.getProblems().stream().map(this::text).distinct().collect(Collectors.joining("\n")),
          "correct this file of Maven's settings",
          e);
    }
  }

  /** Where a password cannot be decrypted, it stays as it is. */
  private Settings decrypted(Settings settings) {
    DefaultSecDispatcher dispatcher = new DefaultSecDispatcher(new DefaultPlexusCipher());
    dispatcher.setConfigurationFile(home.folder().resolve("settings-security.xml").toString());
    SettingsDecryptionResult result =
        new DefaultSettingsDecrypter(dispatcher)
            .decrypt(new DefaultSettingsDecryptionRequest(settings));
    result.getProblems().forEach(problem -> warn(problem.getMessage()));
    Settings decrypted = settings.clone();
    decrypted.setServers(result.getServers());
    decrypted.setProxies(result.getProxies());
    return decrypted;
  }

  private void warn(String text) {
    events.accept(Event.Message.warn(home.shown("Maven's settings: " + text)));
  }

  /** As {@code file:line:column: what is wrong}. */
  private String text(SettingsProblem problem) {
    String place =
        problem.getLineNumber() > 0
            ? ":%d:%d".formatted(problem.getLineNumber(), problem.getColumnNumber())
            : "";
    String said =
        Optional.ofNullable(problem.getException())
            .map(Throwable::getMessage)
            .orElse(problem.getMessage());
    return home.shown(problem.getSource() + place + ": " + said);
  }
}
