package io.github.cola4j.kernel;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between packages go one way. */
@AnalyzeClasses(packages = "io.github.cola4j.kernel", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String KERNEL = "io.github.cola4j.kernel";

  @ArchTest
  static final ArchRule ARROWS =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("notebook")
          .definedBy(KERNEL + ".notebook..")
          .layer("work")
          .definedBy(KERNEL + ".work..")
          .layer("live")
          .definedBy(KERNEL + ".live..")
          .layer("api")
          .definedBy(KERNEL)
          .layer("magic")
          .definedBy(KERNEL + ".magic..")
          .layer("jjava")
          .definedBy(KERNEL + ".jjava..")
          .layer("ijava")
          .definedBy(KERNEL + ".ijava..")
          .layer("shell")
          .definedBy(KERNEL + ".shell..")
          .whereLayer("work")
          .mayOnlyAccessLayers("notebook")
          .whereLayer("live")
          .mayOnlyAccessLayers("notebook", "work")
          .whereLayer("api")
          .mayOnlyAccessLayers("notebook", "work", "live")
          .whereLayer("magic")
          .mayOnlyAccessLayers("notebook", "work", "live", "api")
          .whereLayer("jjava")
          .mayOnlyAccessLayers("notebook", "work", "api", "magic")
          .whereLayer("ijava")
          .mayOnlyAccessLayers("notebook", "work", "api", "magic")
          .whereLayer("shell")
          .mayOnlyAccessLayers("notebook")
          .whereLayer("notebook")
          .mayNotAccessAnyLayer();

  @ArchTest
  static final ArchRule ONLY_THE_HOSTS_KNOW_JUPYTER =
      noClasses()
          .that()
          .resideOutsideOfPackages(KERNEL + ".jjava..", KERNEL + ".ijava..", KERNEL + ".shell..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.dflib.jjava..", "io.github.spencerpark..");

  @ArchTest
  static final ArchRule ONLY_WORK_KNOWS_MAVEN =
      noClasses()
          .that()
          .resideOutsideOfPackage(KERNEL + ".work..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.eclipse.aether..", "org.apache.maven..");

  @ArchTest
  static final ArchRule NATIVE_CODE_RUNS_IN_WORKERS_ALONE =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.djl.engine..", "ai.djl.pytorch..", "io.github.cola4j.tensor..");
}
