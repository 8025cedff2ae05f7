package io.github.cola4j.kernel.work;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.maven.model.Activation;
import org.apache.maven.model.ActivationFile;
import org.apache.maven.model.ActivationOS;
import org.apache.maven.model.ActivationProperty;
import org.apache.maven.model.path.DefaultPathTranslator;
import org.apache.maven.model.path.ProfileActivationFilePathInterpolator;
import org.apache.maven.model.profile.DefaultProfileActivationContext;
import org.apache.maven.model.profile.DefaultProfileSelector;
import org.apache.maven.model.profile.activation.FileProfileActivator;
import org.apache.maven.model.profile.activation.JdkVersionProfileActivator;
import org.apache.maven.model.profile.activation.OperatingSystemProfileActivator;
import org.apache.maven.model.profile.activation.PropertyProfileActivator;
import org.apache.maven.settings.Profile;
import org.apache.maven.settings.Settings;

/**
 * Which profiles of the settings are active. Maven's own selection, which knows only a POM's
 * profiles, and what makes those of settings into such stands in a part of Maven that needs all the
 * rest.
 */
final class SettingsProfiles {
  private SettingsProfiles() {}

  /** Those named as active, and those that activate themselves; in the order of the settings. */
  static List<Profile> active(Settings settings, Properties properties) {
    Map<String, Profile> profiles =
        settings.getProfiles().stream()
            .collect(Collectors.toMap(Profile::getId, Function.identity(), (a, b) -> a));
    DefaultProfileActivationContext context =
        new DefaultProfileActivationContext()
            .setActiveProfileIds(settings.getActiveProfiles())
            .setSystemProperties(properties);
    return selector()
        .getActiveProfiles(
            settings.getProfiles().stream().map(SettingsProfiles::ofPom).toList(),
            context,
            problem -> {})
        .stream()
        .map(active -> profiles.get(active.getId()))
        .toList();
  }

  private static DefaultProfileSelector selector() {
    return new DefaultProfileSelector()
        .addProfileActivator(new JdkVersionProfileActivator())
        .addProfileActivator(new OperatingSystemProfileActivator())
        .addProfileActivator(new PropertyProfileActivator())
        .addProfileActivator(
            new FileProfileActivator()
                .setProfileActivationFilePathInterpolator(
                    new ProfileActivationFilePathInterpolator()
                        .setPathTranslator(new DefaultPathTranslator())));
  }

  private static org.apache.maven.model.Profile ofPom(Profile profile) {
    org.apache.maven.model.Profile pom = new org.apache.maven.model.Profile();
    pom.setId(profile.getId());
    pom.setSource(org.apache.maven.model.Profile.SOURCE_SETTINGS);
    if (profile.getActivation() != null) {
      pom.setActivation(ofPom(profile.getActivation()));
    }
    return pom;
  }

  private static Activation ofPom(org.apache.maven.settings.Activation activation) {
    Activation pom = new Activation();
    pom.setActiveByDefault(activation.isActiveByDefault());
    pom.setJdk(activation.getJdk());
    if (activation.getOs() != null) {
      ActivationOS os = new ActivationOS();
      os.setName(activation.getOs().getName());
      os.setFamily(activation.getOs().getFamily());
      os.setArch(activation.getOs().getArch());
      os.setVersion(activation.getOs().getVersion());
      pom.setOs(os);
    }
    if (activation.getProperty() != null) {
      ActivationProperty property = new ActivationProperty();
      property.setName(activation.getProperty().getName());
      property.setValue(activation.getProperty().getValue());
      pom.setProperty(property);
    }
    if (activation.getFile() != null) {
      ActivationFile file = new ActivationFile();
      file.setExists(activation.getFile().getExists());
      file.setMissing(activation.getFile().getMissing());
      pom.setFile(file);
    }
    return pom;
  }
}
