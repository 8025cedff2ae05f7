package io.github.cola4j.kernel;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;

/** The arrows between packages go one way. */
@AnalyzeClasses(packages = "io.github.cola4j.kernel", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String KERNEL = "io.github.cola4j.kernel";

  @ArchTest
  static void arrowsGoOneWay(JavaClasses classes) {
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
        .mayOnlyAccessLayers("notebook", "work")
        .whereLayer("notebook")
        .mayNotAccessAnyLayer()
        .check(classes);
  }

  @ArchTest
  static void onlyTheHostsKnowJupyter(JavaClasses classes) {
    noClasses()
        .that()
        .resideOutsideOfPackages(KERNEL + ".jjava..", KERNEL + ".ijava..", KERNEL + ".shell..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.dflib.jjava..", "io.github.spencerpark..")
        .check(classes);
  }

  @ArchTest
  static void onlyWorkKnowsMaven(JavaClasses classes) {
    noClasses()
        .that()
        .resideOutsideOfPackage(KERNEL + ".work..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.eclipse.aether..", "org.apache.maven..")
        .check(classes);
  }

  @ArchTest
  static void nativeCodeRunsInWorkersAlone(JavaClasses classes) {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.djl.engine..", "ai.djl.pytorch..", "io.github.cola4j.tensor..")
        .check(classes);
  }
}
