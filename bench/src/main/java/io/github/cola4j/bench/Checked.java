package io.github.cola4j.bench;

import io.github.cola4j.worker.DeviceChoice;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What options must fulfil beyond their types; complaints name the option. */
record Checked(CommandSpec command) {
  void atLeast(int least, String option, int value) {
    if (value < least) {
      throw problem("%s is %d; it has to be %d or more".formatted(option, value, least));
    }
  }

  void above(double bound, String option, double value) {
    if (!(value > bound && Double.isFinite(value))) {
      throw problem("%s is %s; it has to be a number above %s".formatted(option, value, bound));
    }
  }

  void device(String device) {
    try {
      DeviceChoice.parse(device);
    } catch (IllegalArgumentException e) {
      throw problem("--" + e.getMessage());
    }
  }

  ParameterException problem(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
