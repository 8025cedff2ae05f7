package io.github.cola4j.kernel.magic;

import io.github.cola4j.kernel.Run;
import io.github.cola4j.kernel.live.LiveTraining;
import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.kernel.work.Asked;
import io.github.cola4j.kernel.work.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "resume",
    description = "Goes on with the run that this notebook began last, from its last checkpoint.")
final class ResumeMagic implements Magic {
  private final Session session;

  @Option(names = "--background", description = "end the cell at once")
  private boolean background;

  ResumeMagic(Session session) {
    this.session = session;
  }

  @Override
  public Run run() throws InterruptedException {
    Asked asked =
        session
            .asked()
            .orElseThrow(
                () ->
                    CellError.perhaps(
                        "This notebook has begun no run since its kernel started",
                        "run the cell of %%cola finetune again: it goes on where the run stopped"));
    new LiveTraining(session).run(asked, new LiveTraining.How(false, false, background));
    return Run.of(session, asked);
  }
}
