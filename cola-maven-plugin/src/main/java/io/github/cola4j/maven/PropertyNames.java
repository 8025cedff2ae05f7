package io.github.cola4j.maven;

/** The properties by which a goal's parameters are set on the command line or in a POM. */
final class PropertyNames {
  static final String SKIP = "cola.skip";
  static final String SPEC = "cola.spec";
  static final String OVERRIDES = "cola.overrides";
  static final String FORCE = "cola.force";
  static final String LOCKED = "cola.locked";
  static final String CLASSIFIER = "cola.classifier";
  static final String HALT_ON_FAILURE = "cola.haltOnFailure";
  static final String REPORTS = "cola.reports";
  static final String NATIVES = "cola.natives";
  static final String CUDA_LIBRARIES = "cola.cudaLibraries";
  static final String JVM = "cola.jvm";
  static final String ARG_LINE = "cola.argLine";
  static final String TIMEOUT = "cola.timeout";
  static final String RUN = "cola.run";
  static final String TEXT = "cola.text";
  static final String IMAGE = "cola.image";
  static final String USER = "cola.user";
  static final String TEXT_PAIR = "cola.textPair";
  static final String MODEL = "cola.model";
  static final String SPLIT = "cola.split";
  static final String DATA = "cola.data";
  static final String SEEDS = "cola.seeds";
  static final String INPUT = "cola.input";
  static final String INPUT_FORMAT = "cola.inputFormat";
  static final String OUTPUT = "cola.output";
  static final String GENERATION = "cola.generation";
  static final String SEED = "cola.seed";
  static final String SAMPLES = "cola.samples";
  static final String TARGET = "cola.target";
  static final String DTYPE = "cola.dtype";
  static final String BASE_NAME = "cola.baseName";
  static final String TEMPLATE = "cola.template";

  private PropertyNames() {}

  /** How a property is set on Maven's command line. */
  static String option(String name, String value) {
    return "-D" + name + "=" + value;
  }
}
