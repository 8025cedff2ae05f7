package io.github.cola4j.kernel.magic;

import io.github.cola4j.kernel.live.LiveJob;
import io.github.cola4j.kernel.work.Asked;
import io.github.cola4j.kernel.work.Session;
import io.github.cola4j.run.ValidateJob;
import io.github.cola4j.worker.DeviceChoice;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "validate",
    description = "Tells what a run would do, and trains nothing; a spec can be the cell's body.")
final class ValidateMagic implements Magic {
  private final Session session;
  private final Optional<String> cell;

  @Mixin private WhichSpec spec;

  ValidateMagic(Session session, Optional<String> cell) {
    this.session = session;
    this.cell = cell;
  }

  @Override
  public Object run() throws InterruptedException {
    Asked asked = spec.asked(session, cell);
    new LiveJob(session)
        .run(
            "Validation",
            ValidateJob.class,
            DeviceChoice.parse(asked.spec().device().key()),
            view -> asked.arguments());
    return null;
  }
}
