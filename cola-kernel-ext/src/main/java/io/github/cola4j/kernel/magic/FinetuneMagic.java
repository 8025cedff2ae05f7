package io.github.cola4j.kernel.magic;

import io.github.cola4j.kernel.Run;
import io.github.cola4j.kernel.live.LiveTraining;
import io.github.cola4j.kernel.work.Asked;
import io.github.cola4j.kernel.work.Session;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "finetune",
    description = "Trains what the spec says, in a process of its own, and shows how it goes.")
final class FinetuneMagic implements Magic {
  private final Session session;
  private final Optional<String> cell;

  @Mixin private WhichSpec spec;

  @Option(names = "--force", description = "train from scratch, whatever is there")
  private boolean force;

  @Option(names = "--background", description = "end the cell at once; %%cola status tells more")
  private boolean background;

  @Option(names = "--beside", description = "even if another run is going on")
  private boolean beside;

  FinetuneMagic(Session session, Optional<String> cell) {
    this.session = session;
    this.cell = cell;
  }

  @Override
  public Run run() throws InterruptedException {
    Asked asked = spec.asked(session, cell);
    new LiveTraining(session).run(asked, new LiveTraining.How(force, beside, background));
    return Run.of(session, asked);
  }
}
