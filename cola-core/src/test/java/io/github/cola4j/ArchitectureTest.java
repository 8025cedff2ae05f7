package io.github.cola4j;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Who may depend on whom: the layout of the packages is the map of the project. */
@AnalyzeClasses(packages = "io.github.cola4j", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "io.github.cola4j.";

  /** Each package, and the packages of this project that it may depend on. */
  private static final Map<String, Set<String>> ARROWS = new TreeMap<>();

  static {
    allow("advice");
    allow("spec", "advice");
    allow("event");
    allow("hub", "advice");
    allow("metric");
    allow("generate");
    allow("tensor");
    allow("checkpoint", "tensor", "advice");
    allow("model", "tensor", "checkpoint");
    allow("adapter", "tensor", "spec", "checkpoint");
    allow("gl", "model", "adapter");
    allow("optim", "tensor");
    allow("offload", "gl", "adapter", "optim");
    allow("user", "gl", "adapter");
    allow("data", "spec", "tensor", "advice");
    allow("task", "model", "data", "metric");
    allow("merge", "task", "gl");
    allow("predict", "task", "gl", "generate", "merge");
    allow("worker", "event", "spec");
    allow("source", "hub", "spec", "event", "advice");
    allow("gate", "spec", "metric");
    // Of checkpoint it takes the writing of files alone; it knows no engine, see below.
    allow("report", "gate", "event", "checkpoint");
    allow("lock", "metric", "checkpoint");
    allow("run", ARROWS.keySet().toArray(String[]::new));
  }

  /** A package may also use what those are built on that it may use. */
  private static void allow(String name, String... others) {
    Set<String> all =
        Stream.of(others)
            .flatMap(other -> Stream.concat(Stream.of(other), ARROWS.get(other).stream()))
            .collect(toCollection(TreeSet::new));
    ARROWS.put(name, all);
  }

  @ArchTest
  static void everyPackageIsOnTheMap(JavaClasses classes) {
    Set<String> packages =
        classes.stream()
            .map(type -> type.getPackageName().substring(ROOT.length()).split("\\.")[0])
            .collect(toCollection(TreeSet::new));
    packages.removeAll(ARROWS.keySet());
    assertEquals(Set.of(), packages, "packages that nobody drew arrows for");
  }

  @ArchTest
  static void dependenciesFollowTheArrows(JavaClasses classes) {
    ARROWS.forEach(
        (name, allowed) -> {
          String[] forbidden =
              ARROWS.keySet().stream()
                  .filter(other -> !other.equals(name) && !allowed.contains(other))
                  .map(other -> ROOT + other + "..")
                  .toArray(String[]::new);
          noClasses()
              .that()
              .resideInAPackage(ROOT + name + "..")
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage(forbidden)
              .because(name + " may depend on " + allowed + " alone")
              .allowEmptyShould(true)
              .check(classes);
        });
  }

  @ArchTest
  static void packagesHaveNoCycles(JavaClasses classes) {
    slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(classes);
  }

  @ArchTest
  static void onlyTensorKnowsTheEngine(JavaClasses classes) {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "tensor..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl.pytorch..")
        .check(classes);
  }

  @ArchTest
  static void whatIsAskedForAndToldKnowsNoEngine(JavaClasses classes) {
    noClasses()
        .that()
        .resideInAnyPackage(
            ROOT + "spec..",
            ROOT + "event..",
            ROOT + "metric..",
            ROOT + "gate..",
            ROOT + "report..",
            ROOT + "lock..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl..")
        .check(classes);
  }

  @ArchTest
  static void coreKnowsNoFrontEnd(JavaClasses classes) {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.maven..", "org.eclipse.aether..", "..jupyter..")
        .check(classes);
  }

  @ArchTest
  static void namesSayWhatAClassIsFor(JavaClasses classes) {
    ArchRuleDefinition.classes()
        .should()
        .haveSimpleNameNotEndingWith("Util")
        .andShould()
        .haveSimpleNameNotEndingWith("Utils")
        .andShould()
        .haveSimpleNameNotEndingWith("Helper")
        .andShould()
        .haveSimpleNameNotEndingWith("Manager")
        .check(classes);
  }
}
