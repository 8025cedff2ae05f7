package io.github.cola4j.maven;

import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Lists the templates of {@code cola.yaml} that {@code cola:copy} copies, with what each is for.
 * Example: {@code mvn cola:list}. Works without a POM too.
 */
@Mojo(name = "list", requiresProject = false, aggregator = true, threadSafe = true)
public final class ListMojo extends AbstractMojo {
  /** Does nothing. Example: {@code -Dcola.skip}. */
  @Parameter(property = PropertyNames.SKIP, defaultValue = "false")
  private boolean skip;

  @Override
  public void execute() {
    if (skip) {
      getLog().info("Skipped: " + PropertyNames.SKIP + " is set");
      return;
    }
    int width = Template.NAMES.stream().mapToInt(String::length).max().orElseThrow();
    for (Template template : Template.all()) {
      getLog().info(("%-" + width + "s  %s").formatted(template.name(), template.purpose()));
    }
    getLog()
        .info(
            "Copy one: mvn cola:copy "
                + PropertyNames.option(PropertyNames.TEMPLATE, Template.NAMES.get(0)));
  }
}
